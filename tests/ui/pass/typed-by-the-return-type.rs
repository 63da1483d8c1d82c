//! Only the return type says what `parse`, `collect`, `default` and `into` make.
#![deny(warnings)]

use dragonfly::report_errors;
use std::collections::HashMap;
use std::num::ParseIntError;

#[report_errors]
fn parsed(text: &str) -> Result<u8, ParseIntError> {
    text.parse()
}

#[report_errors]
async fn parsed_async(text: &str) -> Result<u8, ParseIntError> {
    text.parse()
}

#[report_errors]
fn collected(items: Vec<Result<u8, String>>) -> Result<HashMap<usize, u8>, String> {
    let items = items.into_iter().enumerate();
    items.map(|(at, item)| Ok((at, item?))).collect()
}

#[report_errors]
async fn collected_async(items: Vec<Result<u8, String>>) -> Result<Vec<u8>, String> {
    items.into_iter().collect()
}

#[report_errors]
fn defaulted() -> Result<Vec<u8>, String> {
    Ok(Default::default())
}

#[report_errors]
async fn defaulted_async() -> Result<Vec<u8>, String> {
    Ok(Default::default())
}

#[report_errors]
fn into(value: u8) -> Result<u64, String> {
    if value == 0 {
        return Err("zero".into());
    }
    Ok(value.into())
}

#[report_errors]
async fn into_async(value: u8) -> Result<u64, String> {
    if value == 0 {
        return Err("zero".into());
    }
    Ok(value.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(parsed("5"), Ok(5));
    assert_eq!(parsed_async("5").await, Ok(5));
    assert_eq!(collected(vec![Ok(6)]).unwrap()[&0], 6);
    assert!(
        collected_async(vec![Ok(6), Err(String::new())])
            .await
            .is_err()
    );
    assert_eq!(defaulted(), Ok(vec![]));
    assert_eq!(defaulted_async().await, Ok(vec![]));
    assert_eq!(into(7), Ok(7));
    assert_eq!(into_async(0).await, Err("zero".to_owned()));
}
