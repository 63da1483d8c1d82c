#![deny(unused_must_use)]

use dragonfly::report_errors;

#[report_errors]
fn open() -> Result<usize, String> {
    Ok(1)
}

fn main() {
    open();
}
