//! The expansion takes nothing from the prelude.
#![deny(warnings)]
#![no_implicit_prelude]

use ::std::result::Result::{self, Err, Ok};
use ::std::string::String;

#[::dragonfly::report_errors]
fn free(value: u8) -> Result<u8, String> {
    if value == 0 {
        Err(String::new())
    } else {
        Ok(value)
    }
}

#[::dragonfly::report_errors]
async fn future(value: u8) -> Result<u8, String> {
    Ok(value)
}

#[::dragonfly::main(environment = "test")]
fn main() -> Result<(), String> {
    ::std::assert!(free(0).is_err());
    ::std::mem::drop(future(1));
    free(1)?;
    Ok(())
}
