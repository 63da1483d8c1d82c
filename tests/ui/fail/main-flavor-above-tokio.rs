#[dragonfly::main(flavor = "current_thread")]
#[tokio::main]
async fn main() {}
