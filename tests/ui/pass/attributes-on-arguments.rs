//! An argument may have attributes, and be configured away together with its missing type.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free(
    #[cfg(any())] missing: Missing,
    #[allow(unused_variables)] unused: u8,
    #[cfg(all())] used: u8,
) -> Result<u8, String> {
    Ok(used)
}

#[report_errors]
async fn future(
    #[cfg(any())] missing: Missing,
    #[allow(unused_variables)] unused: u8,
    #[cfg(all())] used: u8,
) -> Result<u8, String> {
    Ok(used)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(1, 2), Ok(2));
    assert_eq!(future(1, 2).await, Ok(2));
}
