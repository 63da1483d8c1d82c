#[dragonfly::main]
#[dragonfly::main(debug = true)]
fn main() {}
