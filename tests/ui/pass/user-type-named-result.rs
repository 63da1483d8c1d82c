//! A type of the program's own may be called `Result`.
#![deny(warnings)]

use dragonfly::report_errors;

#[derive(Debug, PartialEq)]
pub struct Result;
pub struct Option;
pub struct Some;
pub struct Box;

#[report_errors]
fn free() -> std::result::Result<Result, Option> {
    Ok(Result)
}

#[report_errors]
async fn future() -> std::result::Result<Result, Some> {
    Err(Some)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(matches!(free(), Ok(Result)));
    assert!(matches!(future().await, Err(Some)));
    let _ = (Box, Option);
}
