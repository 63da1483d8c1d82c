#[dragonfly::main(enviroment = "staging", debug = 1)]
fn main() {}
