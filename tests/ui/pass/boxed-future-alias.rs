//! Aliases of boxed futures, made by `.boxed()` or by hand, with and without a lifetime.
#![deny(warnings)]

use dragonfly::report_errors;
use futures_util::future::{BoxFuture, FutureExt};
use std::future::Future;
use std::pin::Pin;

type OwnFuture<'s, T> = Pin<Box<dyn Future<Output = T> + Send + 's>>;

#[report_errors]
fn boxed(text: &str) -> BoxFuture<'_, Result<usize, String>> {
    let text = text.trim();
    async move {
        tokio::task::yield_now().await;
        if text.is_empty() {
            return Err("nothing".to_owned());
        }
        Ok(text.len())
    }
    .boxed()
}

#[report_errors]
fn own<'e>(text: &'e str) -> OwnFuture<'e, Result<usize, String>> {
    boxed(text)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(boxed(" a ").await, Ok(1));
    assert!(boxed("  ").await.is_err());
    assert!(own("  ").await.is_err());
}
