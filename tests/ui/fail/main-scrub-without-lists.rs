#[dragonfly::main(scrub = ["password"])]
fn main() {}
