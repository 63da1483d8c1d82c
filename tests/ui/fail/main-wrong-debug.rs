#[dragonfly::main(debug = "yes")]
fn main() {}
