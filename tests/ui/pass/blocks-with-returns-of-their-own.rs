//! `return`, `?` and `break` of closures, async blocks and labelled blocks stay theirs.
#![deny(warnings)]

use dragonfly::report_errors;
use std::num::ParseIntError;

#[report_errors]
fn free(values: &[&str]) -> Result<u8, ParseIntError> {
    let parsed = |text: &str| {
        let value: u8 = text.parse()?;
        return Ok::<_, ParseIntError>(value);
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
async fn future(fail: bool) -> Result<u8, String> {
    let inside = async {
        if fail {
            return Err::<u8, _>(1);
        }
        Ok(1)
    };
    let found = 'found: {
        if !fail {
            break 'found 2;
        }
        inside.await.map_err(|error| error.to_string())?
    };
    Ok(found)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(&["1", "x", "2", "0", "3"]), Ok(3));
    assert!(free(&[]).is_err());
    assert_eq!(future(true).await, Err("1".to_owned()));
    assert_eq!(future(false).await, Ok(2));
}
