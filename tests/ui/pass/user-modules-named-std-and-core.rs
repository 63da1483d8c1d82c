//! Modules `std`, `core` and `alloc` of the program's own stand where expansions might look.
#![deny(warnings)]

mod std {}
mod core {}
mod alloc {}

use ::dragonfly::report_errors;

#[report_errors]
fn free(value: u8) -> Result<u8, String> {
    value.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[report_errors]
async fn future(value: u8) -> Result<u8, String> {
    free(value)
}

#[::dragonfly::main(environment = "test")]
fn main() -> Result<(), String> {
    assert!(free(0).is_err());
    drop(future(1));
    free(1).map(drop)
}
