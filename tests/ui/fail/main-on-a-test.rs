#[dragonfly::main]
#[tokio::test]
async fn opens() {}

fn main() {}
