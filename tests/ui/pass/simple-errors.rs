//! `()`, texts and `Infallible` are errors, too.
#![deny(warnings)]

use dragonfly::report_errors;
use std::convert::Infallible;

#[report_errors]
fn unit() -> Result<u8, ()> {
    Err(())
}

#[report_errors]
fn owned() -> Result<u8, String> {
    Err("owned".to_owned())
}

#[report_errors]
fn constant() -> Result<u8, &'static str> {
    Err("static")
}

#[report_errors]
fn never() -> Result<u8, Infallible> {
    Ok(1)
}

#[report_errors]
async fn unit_async() -> Result<u8, ()> {
    Err(())
}

#[report_errors]
async fn owned_async() -> Result<u8, String> {
    Err("owned".to_owned())
}

#[report_errors]
async fn constant_async() -> Result<u8, &'static str> {
    Err("static")
}

#[report_errors]
async fn never_async() -> Result<u8, Infallible> {
    Ok(1)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!((unit(), unit_async().await), (Err(()), Err(())));
    assert_eq!(owned(), owned_async().await);
    assert_eq!(constant(), constant_async().await);
    assert_eq!((never(), never_async().await), (Ok(1), Ok(1)));
}
