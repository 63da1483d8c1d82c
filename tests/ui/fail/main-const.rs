#[dragonfly::main]
const fn main() {}
