//! `#[expect]` is fulfilled by what the function does, and by no more.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
#[expect(dead_code)]
fn never_called() -> Result<u8, String> {
    Ok(1)
}

#[expect(dead_code)]
#[report_errors]
async fn never_called_async() -> Result<u8, String> {
    Ok(1)
}

#[report_errors]
#[expect(unused_variables)]
fn unused(value: String) -> Result<(), String> {
    Ok(())
}

#[report_errors]
#[expect(unused_variables)]
async fn unused_async(value: String) -> Result<(), String> {
    Ok(())
}

#[report_errors]
#[expect(unused_mut)]
fn needlessly_mutable(mut value: Vec<u8>) -> Result<usize, String> {
    Ok(value.len())
}

#[report_errors]
#[expect(unused_mut)]
async fn needlessly_mutable_async(mut value: Vec<u8>) -> Result<usize, String> {
    Ok(value.len())
}

#[report_errors]
#[expect(unreachable_code)]
fn unreachable() -> Result<u8, String> {
    return Ok(6);
    #[allow(clippy::needless_return)]
    return Ok(7);
}

#[report_errors]
#[expect(unreachable_code)]
async fn unreachable_async() -> Result<u8, String> {
    return Ok(6);
    #[allow(clippy::needless_return)]
    return Ok(7);
}

#[report_errors]
#[expect(unused_must_use)]
fn forgotten(values: &[u8]) -> Result<u8, String> {
    values.iter().map(|value| value + 1);
    Ok(8)
}

#[report_errors]
#[expect(unused_must_use)]
async fn forgotten_async(values: &[u8]) -> Result<u8, String> {
    values.iter().map(|value| value + 1);
    Ok(8)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(unused(String::new()).is_ok());
    assert!(unused_async(String::new()).await.is_ok());
    assert_eq!(needlessly_mutable(vec![1]), Ok(1));
    assert_eq!(needlessly_mutable_async(vec![1]).await, Ok(1));
    assert_eq!(unreachable(), Ok(6));
    assert_eq!(unreachable_async().await, Ok(6));
    assert_eq!(forgotten(&[]), Ok(8));
    assert_eq!(forgotten_async(&[]).await, Ok(8));
}
