const STATUS: u16 = 404;

#[dragonfly::main(ignore_errors = ["io::Error", STATUS])]
fn main() {}
