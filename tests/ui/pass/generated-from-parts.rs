//! Functions that `macro_rules!` puts together from a visibility, a name, types and a block.
#![deny(warnings)]

use dragonfly::report_errors;

macro_rules! from_parts {
    (async $v:vis $n:ident($($arg:ident: $t:ty),*) $r:ty $b:block) => {
        #[report_errors]
        $v async fn $n($($arg: $t),*) -> $r $b
    };
    ($v:vis $n:ident($($arg:ident: $t:ty),*) $r:ty $b:block) => {
        #[report_errors]
        $v fn $n($($arg: $t),*) -> $r $b
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
from_parts!(async future(value: u8) Result<u8, String> { Ok(value) });
with_pattern!(patterned, (a, b), (u8, u8), a + b);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(public(), Ok(1));
    assert_eq!(private(2, ""), Ok(2));
    assert!(private(0, "").is_err());
    assert_eq!(future(3).await, Ok(3));
    assert_eq!(patterned((3, 4)), Ok(7));
}
