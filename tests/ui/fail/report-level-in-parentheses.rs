//! A value in parentheses.
use dragonfly::report_errors;

#[report_errors(level("info"))]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
