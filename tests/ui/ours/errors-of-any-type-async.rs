//! The same errors out of futures.
#![deny(warnings)]

use dragonfly::{report_errors, testing};
use std::error::Error;
use std::rc::Rc;

struct Opaque;

#[report_errors]
async fn with_anyhow(value: u8) -> anyhow::Result<()> {
    anyhow::ensure!(value > 0, "nothing");
    tokio::task::yield_now().await;
    anyhow::bail!("value {value}");
}

#[report_errors]
async fn with_eyre() -> eyre::Result<()> {
    Err(eyre::eyre!("eyre"))
}

#[report_errors]
async fn boxed() -> Result<(), Box<dyn Error>> {
    Err("boxed")?
}

#[report_errors]
async fn borrowed(text: &str) -> Result<(), &str> {
    tokio::task::yield_now().await;
    Err(text)
}

#[report_errors]
async fn unit() -> Result<(), ()> {
    Err(())
}

#[report_errors]
async fn opaque() -> Result<(), Opaque> {
    Err(Opaque)
}

#[report_errors]
async fn not_send(error: Rc<str>) -> Result<(), Rc<str>> {
    tokio::task::yield_now().await;
    Err(error)
}

#[report_errors]
async fn unbounded<E>(error: E) -> Result<(), E> {
    Err(error)
}

async fn value<T, E>(future: impl Future<Output = Result<T, E>>) -> Option<String> {
    let (result, mut events) = testing::capture_events_async(future).await;
    assert!(result.is_err());
    assert_eq!(events.len(), 1);
    events
        .remove(0)
        .exception
        .values
        .pop()
        .and_then(|exception| exception.value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(value(with_anyhow(1)).await.as_deref(), Some("value 1"));
    assert_eq!(value(with_anyhow(0)).await.as_deref(), Some("nothing"));
    assert_eq!(value(with_eyre()).await.as_deref(), Some("eyre"));
    assert_eq!(value(boxed()).await.as_deref(), Some("boxed"));
    assert_eq!(value(borrowed("text")).await.as_deref(), Some("text"));
    assert_eq!(
        value(not_send("here only".into())).await.as_deref(),
        Some("here only")
    );
    value(unit()).await;
    value(opaque()).await;
    value(unbounded(Opaque)).await;
}
