//! Twice is too often, but no mistake; empty parentheses are none either.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
#[report_errors]
fn free(value: u8, _: String) -> Result<u8, String> {
    Ok(value)
}

#[report_errors()]
#[report_errors()]
async fn future(value: u8, _: String) -> Result<u8, String> {
    Ok(value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(1, String::new()), Ok(1));
    assert_eq!(future(2, String::new()).await, Ok(2));
}
