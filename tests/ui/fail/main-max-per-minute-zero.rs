#[dragonfly::main(max_per_minute = 0)]
fn main() {}
