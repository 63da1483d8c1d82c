//! A future may give back another in a box, which its tail is coerced to.
#![deny(warnings)]

use dragonfly::report_errors;
use std::future::Future;
use std::pin::Pin;

type Later = Pin<Box<dyn Future<Output = u8>>>;

#[report_errors]
fn free(value: u8) -> Result<Later, String> {
    Ok(Box::pin(async move { value }))
}

#[report_errors]
async fn future(value: u8) -> Result<Pin<Box<dyn Future<Output = u8>>>, String> {
    Ok(Box::pin(async move { value }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(1).unwrap().await, 1);
    assert_eq!(future(2).await.unwrap().await, 2);
}
