#[dragonfly::main(environment = true)]
fn main() {}
