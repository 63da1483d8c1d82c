//! One name for two values.
use dragonfly::report_errors;

#[report_errors(fields(path, path = path.len()))]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
