//! What is not written out is checked by its type.
use dragonfly::report_errors;

const MOST: &str = "60";

#[report_errors(max_per_minute = MOST)]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
