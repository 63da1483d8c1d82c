//! A body may hold items: imports, constants, types, `impl`s, macros and functions.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free(value: u8) -> Result<u8, String> {
    use std::collections::BTreeMap as Map;
    const ADD: u8 = 1;
    #[derive(Default)]
    struct Inner(Map<u8, u8>);
    impl Inner {
        fn get(&self, key: u8) -> Option<u8> {
            return self.0.get(&key).copied();
        }
    }
    macro_rules! add {
        ($e:expr) => {
            $e + ADD
        };
    }
    fn nested(value: u8) -> Result<u8, String> {
        Err(value.to_string())?
    }
    assert!(nested(1).is_err());
    Ok(Inner::default().get(1).unwrap_or(add!(value)))
}

#[report_errors]
async fn future(value: u8) -> Result<u8, String> {
    const ADD: u8 = 1;
    struct Inner(u8);
    async fn nested(value: Inner) -> Result<u8, String> {
        Ok(value.0 + ADD)
    }
    nested(Inner(value)).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(1), Ok(2));
    assert_eq!(future(1).await, Ok(2));
}
