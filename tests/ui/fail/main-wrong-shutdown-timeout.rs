#[dragonfly::main(shutdown_timeout = "2s")]
fn main() {}
