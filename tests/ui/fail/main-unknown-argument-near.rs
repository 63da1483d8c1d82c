#[dragonfly::main(dsn = "https://key@localhost/1", enviroment = "staging")]
fn main() {}
