#[dragonfly::main(debug = true release = "a")]
fn main() {}
