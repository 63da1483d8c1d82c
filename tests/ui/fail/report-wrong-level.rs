//! A level is a string.
use dragonfly::report_errors;

#[report_errors(level = 3)]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
