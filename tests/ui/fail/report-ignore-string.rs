//! A string is no predicate.
use dragonfly::report_errors;

#[report_errors(ignore = "x")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
