//! `skip` takes no value.
use dragonfly::report_errors;

#[report_errors(skip = true)]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
