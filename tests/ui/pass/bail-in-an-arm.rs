//! A `bail!(..)` that is marked stays the one statement of its block, and clippy knows it as that.
#![warn(clippy::single_match_else)]

use dragonfly::report_errors;

macro_rules! bail {
    ($text:literal) => {
        return Err($text.to_owned())
    };
}

macro_rules! ensure {
    ($condition:expr, $text:literal) => {
        if !$condition {
            return Err($text.to_owned());
        }
    };
}

#[report_errors]
fn first(values: &[u8]) -> Result<u8, String> {
    let value = match values.first() {
        Some(value) => *value,
        None => {
            bail!("nothing");
        }
    };
    match values.get(1) {
        Some(0) => Ok(value),
        _ => {
            ensure!(value > 1, "too little");
            bail!("no zero")
        }
    }
}

#[report_errors]
fn checked(values: &[u8]) -> Result<u8, String> {
    match values.first() {
        Some(value) => assert!(*value < 9, "too much"),
        None => {
            ensure!(values.len() > 1, "nothing");
        }
    }
    Ok(1)
}

fn main() {
    assert_eq!(first(&[]), Err("nothing".to_owned()));
    assert_eq!(first(&[1]), Err("too little".to_owned()));
    assert_eq!(first(&[3]), Err("no zero".to_owned()));
    assert_eq!(first(&[3, 0]), Ok(3));
    assert_eq!(checked(&[]), Err("nothing".to_owned()));
    assert_eq!(checked(&[1]), Ok(1));
}
