#[dragonfly::main(scrub(deny = ["order_ref", 7]))]
fn main() {}
