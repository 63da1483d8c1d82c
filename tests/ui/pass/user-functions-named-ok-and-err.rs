//! A crate may have functions `Ok` and `Err` of its own, as published ones do.
#![deny(warnings)]
#![allow(non_snake_case)]

use dragonfly::report_errors;

pub fn Ok<T>(value: T) -> T {
    value
}

pub fn Err<T>(value: T) -> T {
    value
}

#[report_errors]
fn free(fail: bool) -> Result<u8, String> {
    if fail {
        return Result::Err("no".to_owned());
    }
    Result::Ok(Ok(Err(1)))
}

#[report_errors]
async fn future(fail: bool) -> Result<u8, String> {
    free(fail)?;
    Result::Ok(Ok(Err(1)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(false), Result::Ok(1));
    assert!(free(true).is_err());
    assert_eq!(future(false).await, Result::Ok(1));
    assert!(future(true).await.is_err());
}
