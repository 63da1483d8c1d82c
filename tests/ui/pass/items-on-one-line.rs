//! Items on the one line of a body stand before its statements, as they were written.
#![deny(warnings, clippy::items_after_statements)]

use dragonfly::report_errors;

#[report_errors]
#[rustfmt::skip]
fn parse(text: &str) -> Result<u8, std::num::ParseIntError> { use std::str::FromStr; u8::from_str(text) }

#[report_errors]
#[rustfmt::skip]
async fn parse_async(text: &str) -> Result<u8, std::num::ParseIntError> { use std::str::FromStr; u8::from_str(text) }

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(parse("x").is_err());
    assert!(parse_async("1").await.is_ok());
}
