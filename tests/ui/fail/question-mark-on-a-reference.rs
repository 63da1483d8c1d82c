//! What `?` cannot be put after stays that, although a method could be called on it.
use dragonfly::report_errors;

#[report_errors]
fn f(count: &Result<u8, u8>) -> Result<u8, u8> {
    Ok(count? + 1)
}

fn main() {}
