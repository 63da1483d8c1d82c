//! `impl Trait` in the success, in the error, and among the parameters.
#![deny(warnings)]

use dragonfly::report_errors;
use std::error::Error;
use std::fmt::Debug;

#[report_errors]
fn iterator(items: &[u8]) -> Result<impl Iterator<Item = u8> + '_, String> {
    Ok(items.iter().copied().filter(|item| item % 2 == 0))
}

#[report_errors]
fn pair() -> Result<(impl Debug, Vec<impl Fn() -> u8>), String> {
    Ok(("debug", vec![|| 1]))
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
async fn closure(add: u8) -> Result<impl Fn(u8) -> u8, String> {
    Ok(move |value| value + add)
}

#[report_errors]
fn taken(items: impl IntoIterator<Item = impl Into<u32>>) -> Result<u32, String> {
    Ok(items.into_iter().map(Into::into).sum())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(iterator(&[1, 2]).unwrap().collect::<Vec<_>>(), [2]);
    assert_eq!(pair().unwrap().1[0](), 1);
    assert!(failing("x").is_err());
    assert_eq!(nested().unwrap().count(), 1);
    assert_eq!(closure(1).await.unwrap()(1), 2);
    assert_eq!(taken([1_u8, 2]), Ok(3));
}
