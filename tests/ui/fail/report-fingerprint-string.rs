//! A fingerprint is a list.
use dragonfly::report_errors;

#[report_errors(fingerprint = "x")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
