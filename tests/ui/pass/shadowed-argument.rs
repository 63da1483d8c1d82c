//! A body may give an argument's name to something else.
#![deny(warnings)]

use dragonfly::report_errors;
use std::num::ParseIntError;

#[report_errors]
fn free(value: &str) -> Result<u8, ParseIntError> {
    let value: u8 = value.parse()?;
    Ok(value)
}

#[report_errors]
async fn future(value: &str) -> Result<u8, ParseIntError> {
    let value: u8 = value.parse()?;
    Ok(value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free("7"), Ok(7));
    assert_eq!(future("7").await, Ok(7));
}
