#[dragonfly::main(scrub(alow = ["session_id"]))]
fn main() {}
