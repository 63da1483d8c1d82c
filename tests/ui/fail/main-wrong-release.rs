#[dragonfly::main(release = 1.0)]
fn main() {}
