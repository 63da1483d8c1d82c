#![deny(dead_code)]

use dragonfly::report_errors;

#[report_errors]
fn open(path: &str) -> Result<usize, String> {
    Ok(path.len())
}

fn main() {}
