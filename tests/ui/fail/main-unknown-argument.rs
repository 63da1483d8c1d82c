#[dragonfly::main(colour = "red")]
fn main() {}
