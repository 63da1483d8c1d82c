//! An argument that only code under a `#[cfg]` reads, as is allowed, is not said to be captured and never read.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
#[allow(unused_variables)]
fn sync(name: impl std::fmt::Display, value: u8) -> Result<u8, String> {
    #[cfg(any())]
    drop(name.to_string());
    Ok(value)
}

#[report_errors]
#[allow(unused_variables)]
async fn later(name: impl std::fmt::Display, value: u8) -> Result<u8, String> {
    #[cfg(any())]
    drop(name.to_string());
    Ok(value)
}

macro_rules! log {
    ($($name:ident),*) => {};
}

#[report_errors]
#[allow(unused_variables)]
fn logged(name: String) -> Result<u8, String> {
    log!(name);
    Ok(1)
}

fn main() {
    assert_eq!(sync("name", 1), Ok(1));
    assert_eq!(logged(String::new()), Ok(1));
    drop(later("name", 1));
}
