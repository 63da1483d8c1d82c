//! A placeholder without a name.
use dragonfly::report_errors;

#[report_errors(message = "loading {}")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
