#[dragonfly::main(dsn = settings::DSN)]
fn main() {}
