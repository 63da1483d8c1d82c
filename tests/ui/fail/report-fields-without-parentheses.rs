//! Fields stand in parentheses.
use dragonfly::report_errors;

#[report_errors(fields = path)]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
