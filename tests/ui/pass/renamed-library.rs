//! `crate = ..` finds the library behind a facade, while `::dragonfly` is something else.
#![deny(warnings)]

extern crate core as dragonfly;
pub extern crate dragonfly as reporting;

mod facade {
    pub mod observe {
        pub use reporting as errors;
        pub use reporting::*;
    }
}

use facade::observe::report_errors;

#[report_errors(crate = ::reporting)]
fn renamed() -> Result<u8, String> {
    Ok(1)
}

#[report_errors(crate = crate::facade::observe::errors)]
async fn behind_a_facade() -> Result<u8, String> {
    Ok(2)
}

#[report_errors(crate = "crate::facade::observe::errors")]
fn as_a_string() -> Result<u8, String> {
    Err("3".to_owned())
}

#[facade::observe::main(crate = ::reporting, flavor = "current_thread", debug = false)]
async fn main() -> Result<(), String> {
    drop(facade::observe::init!(
        crate = crate::facade::observe::errors
    ));
    assert_eq!(renamed(), dragonfly::result::Result::Ok(1));
    assert_eq!(behind_a_facade().await?, 2);
    assert!(as_a_string().is_err());
    Ok(())
}
