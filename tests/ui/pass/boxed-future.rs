//! A function that returns a pinned box, with statements before `Box::pin`: none may be lost.
#![deny(warnings)]

use dragonfly::report_errors;
use std::future::Future;
use std::pin::Pin;

#[report_errors]
fn free(text: &str) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send + '_>> {
    let text = text.trim();
    if text == "early" {
        return Box::pin(async { Err("early".to_owned()) });
    }
    Box::pin(async move {
        tokio::task::yield_now().await;
        if text.is_empty() {
            return Err("nothing".to_owned());
        }
        Ok(text.len())
    })
}

#[report_errors]
fn recursive(values: &[u8]) -> Pin<Box<dyn Future<Output = Result<u64, String>> + Send + '_>> {
    let Some((first, rest)) = values.split_first() else {
        return Box::pin(std::future::ready(Ok(0)));
    };
    Box::pin(async move { Ok(u64::from(*first) + recursive(rest).await?) })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(" a ").await, Ok(1));
    assert!(free("  ").await.is_err());
    assert!(free("early").await.is_err());
    assert_eq!(recursive(&[1, 2, 3]).await, Ok(6));
}
