#[dragonfly::main(max_per_minute = "60")]
fn main() {}
