#[dragonfly::main(flavor = "multithread")]
async fn main() {}
