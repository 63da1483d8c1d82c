#[dragonfly::main(tracing)]
fn main() {}
