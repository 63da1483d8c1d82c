//! Attributes and documentation inside the body are about the function.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free() -> Result<u8, String> {
    #![allow(unused_variables)]
    #![allow(clippy::needless_return)]
    let unused = 1;
    return Ok(1);
}

#[report_errors]
async fn future() -> Result<u8, String> {
    #![allow(unused_variables)]
    //! Documented inside.
    let unused = 1;
    Ok(1)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(), Ok(1));
    assert_eq!(future().await, Ok(1));
}
