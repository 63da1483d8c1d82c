//! `?` converts through `From`, into a type of the program's own and into boxes.
#![deny(warnings)]

use dragonfly::report_errors;
use std::error::Error;
use std::num::ParseIntError;

#[derive(Debug, thiserror::Error)]
#[error("no number")]
struct NoNumber(#[from] ParseIntError);

#[report_errors]
fn own(text: &str) -> Result<u8, NoNumber> {
    Ok(text.parse::<u8>()?)
}

#[report_errors]
async fn own_async(text: &str) -> Result<u8, NoNumber> {
    let value: u8 = text.parse()?;
    Ok(value)
}

#[report_errors]
fn boxed(text: &str) -> Result<u64, Box<dyn Error>> {
    let small: u8 = text.parse()?;
    if small == 0 {
        return Err("zero".into());
    }
    Ok(small.into())
}

#[report_errors]
async fn boxed_async(text: &str) -> Result<u64, Box<dyn Error + Send + Sync>> {
    let small: u8 = text.parse()?;
    if small == 0 {
        Err("zero")?;
    }
    Ok(small.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(own("1").unwrap(), 1);
    assert!(own_async("x").await.is_err());
    assert_eq!(boxed("0").unwrap_err().to_string(), "zero");
    assert!(boxed("x").is_err());
    assert_eq!(boxed_async("0").await.unwrap_err().to_string(), "zero");
    assert_eq!(boxed_async("8").await.unwrap(), 8);
}
