#[dragonfly::main(environment = ())]
fn main() {}
