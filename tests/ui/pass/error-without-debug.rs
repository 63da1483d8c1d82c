//! An error need not be `Error`, `Display` nor `Debug`.
#![deny(warnings)]

use dragonfly::report_errors;

struct Opaque;

#[report_errors]
fn free(fail: bool) -> Result<u8, Opaque> {
    if fail { Err(Opaque) } else { Ok(1) }
}

#[report_errors]
async fn future(fail: bool) -> Result<u8, Opaque> {
    free(fail)
}

#[report_errors]
fn closure() -> Result<u8, impl Fn() -> u8> {
    Err(|| 1)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(matches!(free(true), Err(Opaque)));
    assert!(matches!(future(true).await, Err(Opaque)));
    assert!(matches!(future(false).await, Ok(1)));
    assert!(closure().is_err_and(|error| error() == 1));
}
