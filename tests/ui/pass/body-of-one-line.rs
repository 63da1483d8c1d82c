//! A body on one line in its braces does not look like needless braces (`unused_braces`).
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
#[rustfmt::skip]
fn free() -> Result<(), String> { Ok(()) }

#[report_errors]
#[rustfmt::skip]
fn with_argument(_: u8) -> Result<(), String> { Ok(()) }

#[report_errors]
#[rustfmt::skip]
fn returns(text: &str) -> Result<(), String> { return Err(text.to_owned()); }

#[report_errors]
#[rustfmt::skip]
async fn future() -> Result<(), String> { Ok(()) }

#[report_errors]
#[rustfmt::skip]
async fn future_with_argument(_value: u8) -> Result<(), String> { Ok(()) }

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(free().is_ok());
    assert!(with_argument(1).is_ok());
    assert!(returns("").is_err());
    assert!(future().await.is_ok());
    assert!(future_with_argument(1).await.is_ok());
}
