#[dragonfly::main(ignore_errors = "io::Error")]
fn main() {}
