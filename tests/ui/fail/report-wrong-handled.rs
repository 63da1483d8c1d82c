//! A boolean is expected.
use dragonfly::report_errors;

#[report_errors(handled = "no")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
