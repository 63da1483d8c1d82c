#[dragonfly::main(send_default_pii = 1)]
fn main() {}
