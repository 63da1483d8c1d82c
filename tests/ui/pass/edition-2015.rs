// editions: 2015
//! In edition 2015 paths start elsewhere, and there is no `async`.
#![deny(warnings)]
#![allow(bare_trait_objects, deprecated)]

extern crate dragonfly;

use dragonfly::report_errors;
use std::error::Error;
use std::io;

#[report_errors]
fn free(text: &str) -> Result<u8, Box<Error>> {
    let value = try!(text.parse::<u8>());
    Ok(value)
}

mod inner {
    use dragonfly::report_errors;

    pub struct Shop;

    impl Shop {
        #[report_errors]
        pub fn open(&mut self, _: &str) -> ::io::Result<&mut Shop> {
            Ok(self)
        }
    }
}

#[dragonfly::main(environment = "test")]
fn main() -> Result<(), io::Error> {
    assert!(free("x").is_err());
    inner::Shop.open("")?;
    Ok(())
}
