//! What is not written out is checked by the compiler.
use dragonfly::report_errors;

const PERCENT: f64 = 10.0;

#[report_errors(sample_rate = PERCENT)]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
