const FROM: &str = "ci";

#[dragonfly::main(release_from = FROM)]
fn main() {}
