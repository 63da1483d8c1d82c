#[dragonfly::main(flavor = 1)]
async fn main() {}
