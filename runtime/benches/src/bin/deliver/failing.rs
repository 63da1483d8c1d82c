//! A function that fails, and the two ways to report that.

use std::hint::black_box;

use dragonfly::report_errors;

/// What went wrong; no two messages are the same.
#[derive(Debug, thiserror::Error)]
#[error("failure {number}")]
pub(crate) struct Failure {
    number: u32,
}

#[inline(never)]
#[report_errors]
pub(crate) fn annotated(number: u32) -> Result<u32, Failure> {
    Ok(look_up(number)? + 1)
}

#[inline(never)]
pub(crate) fn by_hand(number: u32) -> Result<u32, Failure> {
    look_up(number).inspect_err(|error| {
        sentry::capture_error(error);
    })
}

#[inline(never)]
fn look_up(number: u32) -> Result<u32, Failure> {
    Err(Failure {
        number: black_box(number),
    })
}
