//! A type parameter needs no bound to be an error, nor does an associated type.
#![deny(warnings)]

use dragonfly::report_errors;
use std::str::FromStr;

struct Opaque;

#[report_errors]
fn parameter<E>(error: E) -> Result<(), E> {
    Err(error)
}

#[report_errors]
async fn parameter_async<E>(error: E) -> Result<(), E> {
    Err(error)
}

#[report_errors]
fn associated<S: FromStr>(text: &str) -> Result<S, S::Err> {
    text.parse()
}

#[report_errors]
async fn associated_async<S: FromStr>(text: &str) -> Result<S, <S as FromStr>::Err> {
    text.parse()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(parameter(Opaque).is_err());
    assert!(parameter_async(&mut Opaque).await.is_err());
    assert_eq!(associated("1"), Ok(1_u8));
    assert!(associated_async::<u8>("x").await.is_err());
}
