const PORT: u16 = 8969;

#[dragonfly::main(spotlight = PORT)]
fn main() {}
