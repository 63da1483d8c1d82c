//! A `Result` in a `Result`, an `Option` in one: what is inside passes.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn result(inner: Result<u8, String>) -> Result<Result<u8, String>, u8> {
    Ok(inner)
}

#[report_errors]
fn option(inner: Option<u8>) -> Result<Option<u8>, String> {
    Ok(Some(inner.ok_or("none")?))
}

#[report_errors]
async fn result_async(inner: Result<u8, String>) -> Result<Result<u8, String>, u8> {
    Ok(inner)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(result(Err("in".to_owned())), Ok(Err("in".to_owned())));
    assert_eq!(result_async(Ok(1)).await, Ok(Ok(1)));
    assert_eq!(option(Some(2)), Ok(Some(2)));
    assert_eq!(option(None), Err("none".to_owned()));
}
