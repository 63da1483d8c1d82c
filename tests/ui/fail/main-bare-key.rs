#[dragonfly::main(debug)]
fn main() {}
