#[dragonfly::main(spotlight = 8969)]
fn main() {}
