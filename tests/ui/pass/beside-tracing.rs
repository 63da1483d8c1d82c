//! Above and below `#[tracing::instrument]`, with and without its `err`.
#![deny(warnings)]

use dragonfly::report_errors;
use tracing::instrument;

#[report_errors]
#[instrument]
fn above(value: u8) -> Result<u8, String> {
    value.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[instrument(err)]
#[report_errors]
fn below(value: u8) -> Result<u8, String> {
    value.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[report_errors]
#[instrument(err, skip_all)]
async fn above_async(value: u8) -> Result<u8, String> {
    tokio::task::yield_now().await;
    value.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[instrument]
#[report_errors]
async fn below_async(value: u8) -> Result<u8, String> {
    tokio::task::yield_now().await;
    value.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!((above(1), below(1)), (Ok(0), Ok(0)));
    assert!(above(0).is_err() && below(0).is_err());
    assert_eq!((above_async(1).await, below_async(1).await), (Ok(0), Ok(0)));
    assert!(above_async(0).await.is_err() && below_async(0).await.is_err());
}
