//! Functions that return futures report when the future ends, not when it is made.
#![deny(warnings)]

use dragonfly::report_errors;
use dragonfly::testing::{capture_events, capture_events_async};
use futures_util::future::{BoxFuture, FutureExt};
use std::future::Future;
use std::pin::Pin;

#[report_errors]
fn anonymous(text: &str) -> impl Future<Output = Result<(), String>> + '_ {
    let text = text.trim();
    async move { Err(text.to_owned()) }
}

#[report_errors]
fn pinned(text: &str) -> Pin<Box<dyn Future<Output = Result<(), String>> + '_>> {
    let text = text.trim();
    Box::pin(async move { Err(text.to_owned()) })
}

#[report_errors]
fn alias(text: &str) -> BoxFuture<'_, Result<(), String>> {
    let text = text.trim();
    async move { Err(text.to_owned()) }.boxed()
}

async fn assert_reports(future: impl Future<Output = Result<(), String>>, name: &str) {
    let (_, events) = capture_events_async(future).await;
    assert_eq!(events.len(), 1, "{name}");
    assert_eq!(events[0].exception[0].value.as_deref(), Some("text"));
    let reported = events[0].transaction.as_deref().unwrap_or_default();
    assert!(reported.ends_with(name), "{reported}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_reports(anonymous(" text "), "::anonymous").await;
    assert_reports(pinned(" text "), "::pinned").await;
    assert_reports(alias(" text "), "::alias").await;
    let (future, events) = capture_events(|| pinned(" text "));
    assert!(events.is_empty());
    drop(future);
}
