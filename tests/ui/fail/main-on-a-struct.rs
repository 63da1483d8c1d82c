#[dragonfly::main]
struct Program;

fn main() {}
