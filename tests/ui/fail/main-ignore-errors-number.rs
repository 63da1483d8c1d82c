#[dragonfly::main(ignore_errors = ["io::Error", 404])]
fn main() {}
