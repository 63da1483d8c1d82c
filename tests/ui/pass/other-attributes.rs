//! Other attributes stand above and below, and may take the function away before or after ours.
#![deny(warnings, missing_docs)]

use dragonfly::report_errors;

/// Documented.
#[must_use = "for its value"]
#[report_errors]
#[inline]
#[cold]
#[cfg_attr(all(), allow(clippy::all))]
/// Documented below, too.
pub fn free() -> Result<u8, String> {
    Ok(1)
}

/// Documented.
#[inline(always)]
#[report_errors]
#[must_use]
#[doc(hidden)]
pub async fn future() -> Result<u8, String> {
    Ok(1)
}

#[report_errors]
#[cfg(any())]
fn left_out() -> Missing {}

#[cfg(any())]
#[report_errors]
fn left_out_above() -> Missing {}

#[cfg_attr(all(), report_errors)]
fn conditional() -> Result<u8, String> {
    Ok(2)
}

#[report_errors]
#[deprecated]
async fn old() -> Result<u8, String> {
    Ok(5)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(), Ok(1));
    assert_eq!(future().await, Ok(1));
    assert_eq!(conditional(), Ok(2));
    #[expect(deprecated)]
    drop(old());
}
