#[dragonfly::main(sample_rate = "all")]
fn main() {}
