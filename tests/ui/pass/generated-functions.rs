//! Functions that `macro_rules!` makes of fragments.
#![deny(warnings)]

use dragonfly::report_errors;

macro_rules! from_parts {
    ($v:vis $n:ident($($arg:ident: $t:ty),*) $r:ty $b:block) => {
        #[report_errors]
        $v fn $n($($arg: $t),*) -> $r $b
    };
    (async $v:vis $n:ident $r:ty $b:block) => {
        #[report_errors]
        $v async fn $n() -> $r $b
    };
}

macro_rules! from_item {
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

macro_rules! method {
    ($s:ident, $name:ident, $field:ident) => {
        #[report_errors]
        fn $name(&$s) -> Result<u8, String> {
            Ok($s.$field)
        }
    };
}

macro_rules! with_pattern {
    ($name:ident, $p:pat, $t:ty, $e:expr) => {
        #[report_errors]
        fn $name($p: $t) -> Result<u8, String> {
            Ok($e)
        }
    };
}

from_parts!(pub(crate) public() Result<u8, String> { Ok(1) });
from_parts!(private(value: u8, _text: &str) Result<u8, String> { if value > 0 { Ok(value) } else { Err("zero".into()) } });
from_parts!(async future Result<u8, String> { Ok(3) });
from_item! {
    fn whole(value: u8) -> Result<u8, String> { Ok(value) }
    async fn whole_async(value: u8) -> Result<u8, String> { Ok(value) }
}
with_own_locals!(hygienic, value, value);
with_pattern!(patterned, (a, b), (u8, u8), a + b);

struct Holder {
    held: u8,
}

impl Holder {
    method!(self, held, held);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(public(), Ok(1));
    assert_eq!(private(2, ""), Ok(2));
    assert_eq!(future().await, Ok(3));
    assert_eq!(whole(4), Ok(4));
    assert_eq!(whole_async(5).await, Ok(5));
    assert_eq!(hygienic(6), Ok(7));
    assert_eq!(patterned((3, 4)), Ok(7));
    assert_eq!(Holder { held: 8 }.held(), Ok(8));
}
