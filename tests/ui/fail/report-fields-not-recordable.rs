//! A value with neither Display nor Debug.
use dragonfly::report_errors;

struct Secret;

#[report_errors(fields(secret))]
fn f(secret: Secret) -> Result<(), String> {
    drop(secret);
    Ok(())
}

fn main() {}
