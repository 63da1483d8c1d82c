//! A text is compared with errors that are texts.
use dragonfly::report_errors;

#[report_errors(ignore("sold out"))]
fn f() -> Result<(), std::fmt::Error> {
    Err(std::fmt::Error)
}

fn main() {}
