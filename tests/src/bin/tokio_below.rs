//! `#[dragonfly::main]` below `#[tokio::main]`.

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[dragonfly::main]
async fn main() -> Result<(), String> {
    let failed = tokio::spawn(async { dragonfly_tests::fail(1) }).await;
    assert!(matches!(failed, Ok(Err(_))));
    Ok(())
}
