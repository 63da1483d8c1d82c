#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn open(path: &str, mode: String) -> Result<usize, String> {
    Ok(path.len())
}

fn main() {
    let _ = open("", String::new());
}
