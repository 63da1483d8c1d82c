#[dragonfly::main(shutdown_timeout = -1)]
fn main() {}
