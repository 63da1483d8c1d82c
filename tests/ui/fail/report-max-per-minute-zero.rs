//! To report nothing is not a limit.
use dragonfly::report_errors;

#[report_errors(max_per_minute = 0)]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
