//! A share is a number.
use dragonfly::report_errors;

#[report_errors(sample_rate = "10%")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
