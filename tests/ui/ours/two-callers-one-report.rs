//! One error through two annotated callers is one report, sync, async and where both mix.
#![deny(warnings)]

use dragonfly::report_errors;
use dragonfly::testing::{capture_events, capture_events_async};
use std::io;

#[report_errors]
fn read() -> io::Result<String> {
    Err(io::Error::other("disk"))
}

#[report_errors]
fn load() -> anyhow::Result<String> {
    Ok(read()?)
}

#[report_errors]
fn start() -> anyhow::Result<String> {
    load()
}

#[report_errors]
async fn load_async() -> anyhow::Result<String> {
    tokio::task::yield_now().await;
    Ok(read()?)
}

#[report_errors]
async fn start_async() -> anyhow::Result<String> {
    load_async().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(capture_events(start).1.len(), 1);
    assert_eq!(capture_events_async(start_async()).await.1.len(), 1);
}
