#[dragonfly::main(before_send = "drop")]
fn main() {}
