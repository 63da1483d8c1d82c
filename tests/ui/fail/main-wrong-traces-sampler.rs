#[dragonfly::main(traces_sampler = 0.5)]
fn main() {}
