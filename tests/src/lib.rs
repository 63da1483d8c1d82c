//! The programs that the process tests run are in `src/bin`; what they share is here.

use dragonfly::report_errors;
use std::io;

/// Fails two annotated functions deep, as services do.
///
/// # Errors
///
/// Always: the file does not exist.
#[report_errors]
pub fn open_shop(path: &str) -> anyhow::Result<String> {
    Ok(read(path)?)
}

#[report_errors]
fn read(path: &str) -> io::Result<String> {
    std::fs::read_to_string(path)
}

/// An error of its own for each `n`.
///
/// # Errors
///
/// Always.
#[report_errors]
pub fn fail(n: u32) -> Result<(), String> {
    Err(format!("failure {n}"))
}

/// A library that reports by itself, in whichever program it is.
pub fn of_a_library(n: u32) {
    let _guard = dragonfly::init!(environment = "library", release = "library@1");
    let _ = fail(n);
}

/// The first argument as a number.
pub fn number_argument() -> u32 {
    std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
}
