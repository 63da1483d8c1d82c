//! What is skipped has no level.
use dragonfly::report_errors;

#[report_errors(skip, level = "info")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
