#![deny(warnings)]

#[tokio::main(flavor = "current_thread")]
#[dragonfly::main(environment = "test")]
async fn main() -> Result<(), String> {
    tokio::task::yield_now().await;
    Ok(())
}
