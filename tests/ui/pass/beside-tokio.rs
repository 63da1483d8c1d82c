//! Above and below `#[tokio::main]` and `#[tokio::test]`.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
#[tokio::main(flavor = "current_thread")]
async fn above(value: u8) -> Result<u8, String> {
    tokio::task::yield_now().await;
    value.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[tokio::main(flavor = "current_thread")]
#[report_errors]
async fn below(value: u8) -> Result<u8, String> {
    tokio::task::yield_now().await;
    value.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[report_errors]
#[tokio::test]
async fn test_above() -> Result<(), String> {
    Ok(())
}

#[tokio::test]
#[report_errors]
async fn test_below() -> Result<(), String> {
    Ok(())
}

#[dragonfly::main]
#[report_errors]
fn main() -> Result<(), String> {
    assert_eq!(above(2)?, 1);
    assert_eq!(below(2)?, 1);
    assert!(above(0).is_err() && below(0).is_err());
    Ok(())
}
