#[dragonfly::main(dsn = 1)]
fn main() {}
