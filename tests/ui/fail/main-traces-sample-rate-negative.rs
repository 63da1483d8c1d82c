#[dragonfly::main(traces_sample_rate = -0.1)]
fn main() {}
