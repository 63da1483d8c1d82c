//! What a body may hold: inner attributes, items, closures and blocks with a `return` of their own.
#![deny(warnings)]

use dragonfly::{report_errors, testing};

#[report_errors]
fn inner_attributes() -> Result<u8, String> {
    #![allow(unused_variables)]
    #![allow(clippy::needless_return)]
    let unused = 1;
    return Ok(1);
}

#[report_errors]
async fn inner_attributes_async() -> Result<u8, String> {
    #![allow(unused_variables)]
    let unused = 1;
    Ok(1)
}

#[report_errors]
fn items(value: u8) -> Result<u8, String> {
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
fn glob() -> Result<Option<u8>, String> {
    mod names {
        pub struct Result;
        pub struct String;
    }
    use names::*;
    let _ = (Result, String);
    Ok(Some(1))
}

#[report_errors]
fn own_returns(values: &[&str]) -> Result<u8, std::num::ParseIntError> {
    let parsed = |text: &str| {
        let value: u8 = text.parse()?;
        return Ok::<_, std::num::ParseIntError>(value);
    };
    let mut sum = 0;
    'outer: for value in values {
        loop {
            sum += match parsed(value) {
                Ok(0) => break 'outer,
                Ok(value) => value,
                Err(_) => continue 'outer,
            };
            break;
        }
    }
    let found = 'found: {
        if sum > 0 {
            break 'found sum;
        }
        parsed("x")?
    };
    Ok(found)
}

#[report_errors]
async fn own_returns_async(fail: bool) -> Result<u8, String> {
    let inside = async {
        if fail {
            return Err::<u8, _>(1);
        }
        Ok(1)
    };
    inside.await.map_err(|error| error.to_string())
}

#[report_errors]
fn one_line() -> Result<(), String> {
    Ok(())
}

#[report_errors]
fn one_line_with_argument(_: u8) -> Result<(), String> {
    Ok(())
}

#[report_errors]
async fn one_line_async(_value: u8) -> Result<(), String> {
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(inner_attributes(), Ok(1));
    assert_eq!(inner_attributes_async().await, Ok(1));
    assert_eq!(items(1), Ok(2));
    assert_eq!(glob(), Ok(Some(1)));
    assert_eq!(own_returns(&["1", "x", "2", "0", "3"]), Ok(3));
    let (result, events) = testing::capture_events(|| own_returns(&[]));
    assert!(result.is_err());
    assert_eq!(events.len(), 1, "only what the function itself returns");
    assert!(own_returns_async(true).await.is_err());
    assert!(one_line().is_ok());
    assert!(one_line_with_argument(1).is_ok());
    assert!(one_line_async(1).await.is_ok());
}
