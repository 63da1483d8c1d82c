//! The same argument twice.
use dragonfly::report_errors;

#[report_errors(level = "info", level = "error")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
