//! A glob in the body brings names that the return type has, too; they are not meant outside.
#![deny(warnings)]

use dragonfly::report_errors;

mod names {
    pub struct Result;
    pub struct String;
    pub struct Option;
}

#[report_errors]
fn free() -> Result<Option<u8>, String> {
    use names::*;
    let _ = (Result, String, Option);
    Ok(Some(1))
}

#[report_errors]
async fn future() -> Result<Option<u8>, String> {
    use names::*;
    let _ = (Result, String, Option);
    Ok(Some(1))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(), Ok(Some(1)));
    assert_eq!(future().await, Ok(Some(1)));
}
