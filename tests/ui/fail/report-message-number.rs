//! A message is a string.
use dragonfly::report_errors;

#[report_errors(message = 1)]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
