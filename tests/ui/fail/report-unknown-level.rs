//! A level that Sentry does not have.
use dragonfly::report_errors;

#[report_errors(level = "wran")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
