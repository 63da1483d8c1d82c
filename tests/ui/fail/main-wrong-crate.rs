#[dragonfly::main(crate = 1)]
fn main() {}
