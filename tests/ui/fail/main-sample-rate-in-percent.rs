#[dragonfly::main(sample_rate = 50%, debug = true)]
fn main() {}
