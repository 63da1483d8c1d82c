//! Starts tasks and threads, some of which panic and are waited for.

use dragonfly::sentry;
use dragonfly::trace::Context;
use dragonfly::{report_errors, trace};
use std::thread;
use tokio::task::JoinError;

#[trace(name = "step {number}")]
fn step(number: u8) {
    sentry::add_breadcrumb(sentry::Breadcrumb::default());
    assert!(number != 3, "step {number} cannot be made");
}

#[report_errors]
async fn wait_for_one_that_panics() -> Result<(), JoinError> {
    dragonfly::spawn(async { step(3) }).await
}

#[report_errors]
async fn wait_within(context: &'static str) -> anyhow::Result<()> {
    use anyhow::Context as _;
    wait_for_one_that_panics().await.context(context)
}

#[report_errors]
async fn wait_for_one_that_is_stopped() -> Result<(), JoinError> {
    let task = dragonfly::spawn(std::future::pending());
    task.abort();
    task.await
}

#[dragonfly::main]
#[trace(name = "all")]
async fn main() -> anyhow::Result<()> {
    sentry::configure_scope(|scope| scope.set_tag("shop", "7"));
    dragonfly::spawn(async { step(1) }).await?;
    dragonfly::spawn_blocking(|| step(2)).await?;
    let context = Context::current();
    let thread = thread::spawn(move || context.run(|| step(4)));
    let _ = thread.join();
    // a thread that nobody gave a context is another trace
    let _ = thread::spawn(|| step(5)).join();
    let _ = wait_for_one_that_is_stopped().await;
    wait_within("the third step").await
}
