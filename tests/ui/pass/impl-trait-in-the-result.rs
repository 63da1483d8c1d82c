//! `impl Trait` in the success, in the error, nested, and among the parameters.
#![deny(warnings)]

use dragonfly::report_errors;
use std::error::Error;
use std::fmt::Debug;

#[report_errors]
fn iterator(items: &[u8]) -> Result<impl Iterator<Item = u8> + '_, String> {
    Ok(items.iter().copied().filter(|item| item % 2 == 0))
}

#[report_errors]
fn failing(text: &str) -> Result<u8, impl Error + use<>> {
    text.parse::<u8>()
}

#[report_errors]
fn nested() -> Result<impl Iterator<Item = impl Debug>, String> {
    Ok(std::iter::once(1))
}

#[report_errors]
async fn future(items: &[u8]) -> Result<impl Iterator<Item = &u8>, impl Error> {
    if items.is_empty() {
        return Err(std::io::Error::other("empty"));
    }
    Ok(items.iter())
}

#[report_errors]
fn taken(items: impl IntoIterator<Item = impl Into<u32>>) -> Result<u32, String> {
    Ok(items.into_iter().map(Into::into).sum())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(iterator(&[1, 2]).unwrap().collect::<Vec<_>>(), [2]);
    assert!(failing("x").is_err());
    assert_eq!(nested().unwrap().count(), 1);
    assert_eq!(future(&[1]).await.ok().unwrap().count(), 1);
    assert_eq!(taken([1_u8, 2]), Ok(3));
}
