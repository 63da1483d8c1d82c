//! A field that names no argument.
use dragonfly::report_errors;

#[report_errors(fields(paht))]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
