#[dragonfly::main("https://key@localhost/1")]
fn main() {}
