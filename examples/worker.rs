//! A worker: takes orders out of a queue, each with the trace of who put it there. An order that panics
//! takes nobody along, and is told once.
//!
//! `cargo run --example worker`

use dragonfly::trace::InContext as _;
use dragonfly::{report_errors, trace};
use std::env;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// What the queue holds: an order, and the headers of the trace that it belongs to.
struct Message {
    order: u32,
    headers: Vec<(&'static str, String)>,
}

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("order {0} is sold out")]
    SoldOut(u32),
    #[error("the work was not done")]
    Task(#[from] tokio::task::JoinError),
}

#[trace(op = "queue.publish", name = "place an order")]
async fn place(order: u32, queue: &Sender<Message>) {
    let headers = trace::headers().collect();
    let _ = queue.send(Message { order, headers }).await;
}

#[trace(op = "queue.process", name = "work off an order")]
#[report_errors]
async fn work_off(order: u32) -> Result<(), OrderError> {
    dragonfly::spawn(pack(order)).await?
}

#[trace(name = "pack")]
#[report_errors]
async fn pack(order: u32) -> Result<(), OrderError> {
    tokio::task::yield_now().await;
    assert!(order != 3, "nobody knows how to pack order {order}");
    if order == 4 {
        return Err(OrderError::SoldOut(order));
    }
    Ok(())
}

async fn work(mut queue: Receiver<Message>) -> usize {
    let mut failed = 0;
    while let Some(Message { order, headers }) = queue.recv().await {
        let context = trace::continue_from(headers);
        match work_off(order).in_context(context).await {
            Ok(()) => println!("  order {order} is packed"),
            Err(error) => {
                println!("  {error}");
                failed += 1;
            }
        }
    }
    failed
}

#[dragonfly::main]
async fn main() -> anyhow::Result<()> {
    if env::var_os("SENTRY_DSN").is_none() {
        return Ok(dragonfly_examples::with_inbox()?);
    }
    let (sender, receiver) = channel(16);
    let worker = dragonfly::spawn(work(receiver));
    for order in 1..=5 {
        place(order, &sender).await;
    }
    drop(sender);
    println!("  {} orders failed", worker.await?);
    Ok(())
}
