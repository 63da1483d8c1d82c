use dragonfly::report_errors;
use std::fmt::Error;

fn is_sold_out(_error: &String) -> bool {
    true
}

fn is_expected(_error: Error) -> bool {
    true
}

#[report_errors(ignore = is_sold_out)]
fn f() -> Result<(), Error> {
    Err(Error)
}

#[report_errors(ignore = is_expected)]
fn g() -> Result<(), Error> {
    Err(Error)
}

fn main() {}
