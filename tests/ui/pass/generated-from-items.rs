//! Functions that a macro passes on whole, with a `self` of the caller's and locals of its own.
#![deny(warnings)]

use dragonfly::report_errors;

macro_rules! from_items {
    ($($i:item)*) => { $(#[report_errors] $i)* };
}

macro_rules! with_own_locals {
    ($name:ident, $given:ident, $value:expr) => {
        #[report_errors]
        fn $name($given: u8) -> Result<u8, String> {
            let value = 1;
            Ok(value + $value)
        }
    };
}

macro_rules! methods {
    ($s:ident, $name:ident, $name_async:ident, $field:ident) => {
        #[report_errors]
        fn $name(&$s) -> Result<u8, String> {
            Ok($s.$field)
        }

        #[report_errors]
        async fn $name_async(&mut $s) -> Result<u8, String> {
            $s.$field += 1;
            Ok($s.$field)
        }
    };
}

from_items! {
    fn whole(value: u8) -> Result<u8, String> { Ok(value) }
    async fn whole_async(value: u8) -> Result<u8, String> { Ok(value) }
}
with_own_locals!(hygienic, value, value);

struct Holder {
    held: u8,
}

impl Holder {
    methods!(self, held, held_async, held);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(whole(4), Ok(4));
    assert_eq!(whole_async(5).await, Ok(5));
    assert_eq!(hygienic(6), Ok(7));
    let mut holder = Holder { held: 8 };
    assert_eq!(holder.held(), Ok(8));
    assert_eq!(holder.held_async().await, Ok(9));
}
