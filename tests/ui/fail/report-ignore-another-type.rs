//! A pattern of another type than the error's.
use dragonfly::report_errors;

#[report_errors(ignore(std::fmt::Error))]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
