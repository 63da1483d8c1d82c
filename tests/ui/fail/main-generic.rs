#[dragonfly::main]
fn main<T>() {}
