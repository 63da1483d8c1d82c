//! A brace that is not closed.
use dragonfly::report_errors;

#[report_errors(message = "loading {path")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
