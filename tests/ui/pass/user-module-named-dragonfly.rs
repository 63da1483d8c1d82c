//! Modules and types named like this library, and like the one below it, stand beside the function.
#![deny(warnings)]

mod dragonfly {}
mod sentry {}

mod inner {
    #[allow(non_camel_case_types, dead_code)]
    pub struct dragonfly;

    #[::dragonfly::report_errors]
    pub fn free(value: u8) -> Result<u8, String> {
        value.checked_sub(1).ok_or_else(|| "zero".to_owned())
    }
}

#[::dragonfly::report_errors]
async fn future(value: u8) -> Result<u8, String> {
    inner::free(value)
}

#[::dragonfly::main]
fn main() -> Result<(), String> {
    assert!(inner::free(0).is_err());
    drop(future(1));
    Ok(())
}
