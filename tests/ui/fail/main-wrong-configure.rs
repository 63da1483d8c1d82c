#[dragonfly::main(configure = true)]
fn main() {}
