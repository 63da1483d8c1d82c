//! Futures stay `Send` where they were, and may stay `!Send` where nobody asks.
#![deny(warnings)]

use dragonfly::report_errors;
use std::rc::Rc;

#[report_errors]
async fn plain(value: &mut Vec<u8>) -> Result<usize, std::io::Error> {
    tokio::task::yield_now().await;
    value.push(1);
    Ok(value.len())
}

#[report_errors]
async fn generic<T: AsRef<str> + Send + Sync, E: Send>(value: T, error: E) -> Result<usize, E> {
    tokio::task::yield_now().await;
    if value.as_ref().is_empty() {
        Err(error)
    } else {
        Ok(value.as_ref().len())
    }
}

#[report_errors]
async fn higher_ranked<F>(apply: F) -> Result<usize, Box<dyn std::error::Error + Send + Sync>>
where
    F: for<'a> Fn(&'a str) -> &'a str + Send + Sync,
{
    tokio::task::yield_now().await;
    Ok(apply("text").len())
}

/// Its error cannot be shared between threads, only sent.
#[report_errors]
async fn not_sync() -> Result<u8, std::cell::Cell<u8>> {
    tokio::task::yield_now().await;
    Err(std::cell::Cell::new(1))
}

#[report_errors]
async fn local(value: Rc<u8>) -> Result<u8, String> {
    tokio::task::yield_now().await;
    Ok(*value)
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(assert_send(plain(&mut vec![])).await.unwrap(), 1);
    assert_eq!(assert_send(generic("ab", 1_u8)).await, Ok(2));
    assert_eq!(assert_send(higher_ranked(str::trim)).await.unwrap(), 4);
    assert!(assert_send(not_sync()).await.is_err());
    assert_eq!(local(Rc::new(5)).await, Ok(5));
    let handle = tokio::spawn(async { plain(&mut vec![]).await });
    assert_eq!(handle.await.unwrap().unwrap(), 1);
}
