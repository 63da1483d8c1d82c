//! An async `main`, on our own runtime.

use dragonfly::report_errors;

#[report_errors]
async fn order(id: u32) -> anyhow::Result<()> {
    tokio::task::yield_now().await;
    reserve(id).await.map_err(anyhow::Error::msg)
}

#[report_errors]
async fn reserve(id: u32) -> Result<(), String> {
    tokio::task::yield_now().await;
    Err(format!("item {id} is sold out"))
}

#[dragonfly::main(worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    // a task on another thread of the runtime sees the client that was bound before it started
    let in_task = tokio::spawn(order(1)).await?;
    assert!(in_task.is_err());
    order(2).await
}
