//! A future may give back a closure.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
async fn adding(add: u8) -> Result<impl Fn(u8) -> u8, String> {
    tokio::task::yield_now().await;
    Ok(move |value| value + add)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(adding(1).await.unwrap()(1), 2);
}
