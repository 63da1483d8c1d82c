//! Raw and non-ASCII names of functions and arguments.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn r#fn(r#type: u8) -> Result<u8, String> {
    Err(r#type.to_string())
}

#[report_errors]
fn größe(länge: u8) -> Result<u8, String> {
    Err(länge.to_string())
}

#[report_errors]
async fn r#match(r#async: u8) -> Result<u8, String> {
    Ok(r#async)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(r#fn(1).is_err());
    assert!(größe(1).is_err());
    assert_eq!(r#match(1).await, Ok(1));
}
