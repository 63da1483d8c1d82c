#[dragonfly::main(release_from = "git")]
fn main() {}
