//! The same in a function that stays out of a closure.
use dragonfly::report_errors;

#[report_errors]
#[track_caller]
fn f(count: u8) -> Result<u8, String> {
    Ok(count? + 1)
}

fn main() {}
