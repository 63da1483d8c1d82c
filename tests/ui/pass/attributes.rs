//! Beside other attributes, above and below, and twice.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

use dragonfly::report_errors;

/// Documented.
#[must_use = "for its value"]
#[report_errors]
#[inline]
#[cold]
#[cfg_attr(all(), allow(clippy::all))]
/// Documented below, too.
pub fn decorated() -> Result<u8, String> {
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
#[report_errors]
fn twice(value: u8) -> Result<u8, String> {
    Ok(value)
}

#[report_errors]
#[expect(dead_code)]
fn never_called() -> Result<u8, String> {
    Ok(4)
}

#[report_errors]
#[expect(dead_code)]
async fn never_called_async() -> Result<u8, String> {
    Ok(4)
}

#[report_errors]
#[deprecated]
#[expect(clippy::unused_async)]
async fn old() -> Result<u8, String> {
    Ok(5)
}

#[report_errors]
#[expect(unreachable_code)]
fn unreachable_end() -> Result<u8, String> {
    return Ok(6);
    #[allow(clippy::needless_return)]
    return Ok(7);
}

#[report_errors]
#[expect(unused_must_use)]
fn forgotten(values: &[u8]) -> Result<u8, String> {
    values.iter().map(|value| value + 1);
    Ok(8)
}

fn main() {
    assert_eq!(decorated(), Ok(1));
    assert_eq!(conditional(), Ok(2));
    assert_eq!(twice(3), Ok(3));
    #[expect(deprecated)]
    drop(old());
    assert_eq!(unreachable_end(), Ok(6));
    assert_eq!(forgotten(&[]), Ok(8));
}
