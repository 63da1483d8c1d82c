//! A function may call itself, deep, and a future that does is still `Send`.
#![deny(warnings)]

use dragonfly::report_errors;
use std::future::Future;
use std::pin::Pin;

#[report_errors]
fn sum(values: &[u8]) -> Result<u64, String> {
    match values {
        [] => Ok(0),
        [first, rest @ ..] => Ok(u64::from(*first) + sum(rest)?),
    }
}

#[report_errors]
async fn sum_async(values: &[u8]) -> Result<u64, String> {
    match values {
        [] => Ok(0),
        [first, rest @ ..] => Ok(u64::from(*first) + Box::pin(sum_async(rest)).await?),
    }
}

fn boxed(values: &[u8]) -> Pin<Box<dyn Future<Output = Result<u64, String>> + Send + '_>> {
    #[report_errors]
    async fn inner(values: &[u8]) -> Result<u64, String> {
        match values {
            [] => Err("over".to_owned()),
            [_, rest @ ..] => boxed(rest).await,
        }
    }
    Box::pin(inner(values))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(sum(&[1; 2_000]), Ok(2_000));
    assert_eq!(sum_async(&[1; 100]).await, Ok(100));
    assert!(boxed(&[1; 10]).await.is_err());
}
