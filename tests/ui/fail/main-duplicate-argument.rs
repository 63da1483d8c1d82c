#[dragonfly::main(debug = true, release = "a", debug = false)]
fn main() {}
