//! `#[report_errors]` above and below a runtime's attributes.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
#[tokio::main(flavor = "current_thread")]
async fn above(value: u8) -> Result<u8, String> {
    tokio::task::yield_now().await;
    Ok(value)
}

#[tokio::main(flavor = "current_thread")]
#[report_errors]
async fn below(value: u8) -> Result<u8, String> {
    tokio::task::yield_now().await;
    Ok(value)
}

#[dragonfly::main]
#[report_errors]
fn main() -> Result<(), String> {
    assert_eq!(above(1)?, 1);
    assert_eq!(below(2)?, 2);
    Ok(())
}
