//! `crate = ..` finds the library behind a facade, while `::dragonfly` is something else.
#![deny(warnings)]
#![allow(unused_imports)] // the attribute uses what the plain program does not

extern crate core as dragonfly;
pub extern crate dragonfly as reporting;

mod facade {
    pub mod observe {
        pub use reporting as errors;
        pub use reporting::report_errors;
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

#[::reporting::main(crate = ::reporting, debug = false)]
fn main() -> Result<(), String> {
    assert_eq!(renamed(), dragonfly::result::Result::Ok(1));
    drop(behind_a_facade());
    assert!(as_a_string().is_err());
    Ok(())
}
