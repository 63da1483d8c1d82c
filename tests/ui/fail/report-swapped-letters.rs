//! The most likely misspelling: two letters change places.
use dragonfly::report_errors;

#[report_errors(levle = "warning")]
fn f() -> Result<(), String> {
    Ok(())
}

fn main() {}
