//! A future that was `Send` still is, a generic one too.
#![deny(warnings)]

use dragonfly::report_errors;
use std::cell::Cell;
use std::error::Error;

#[report_errors]
async fn borrowed(value: &mut Vec<u8>) -> Result<usize, std::io::Error> {
    tokio::task::yield_now().await;
    value.push(1);
    Ok(value.len())
}

#[report_errors]
async fn generic<T: AsRef<str> + Send + Sync, E: Send>(value: T, error: E) -> Result<usize, E> {
    tokio::task::yield_now().await;
    if value.as_ref().is_empty() {
        return Err(error);
    }
    Ok(value.as_ref().len())
}

#[report_errors]
async fn higher_ranked<F>(apply: F) -> Result<usize, Box<dyn Error + Send + Sync>>
where
    F: for<'a> Fn(&'a str) -> &'a str + Send + Sync,
{
    tokio::task::yield_now().await;
    Ok(apply("text").len())
}

/// Its error cannot be shared between threads, only sent.
#[report_errors]
async fn not_sync() -> Result<u8, Cell<u8>> {
    tokio::task::yield_now().await;
    Err(Cell::new(1))
}

/// Its argument cannot be shared either.
#[report_errors]
async fn argument_not_sync(cell: Cell<u8>, _: Cell<u8>) -> Result<u8, String> {
    tokio::task::yield_now().await;
    Ok(cell.get())
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(assert_send(borrowed(&mut vec![])).await.unwrap(), 1);
    assert_eq!(assert_send(generic("ab", 1_u8)).await, Ok(2));
    assert_eq!(assert_send(higher_ranked(str::trim)).await.unwrap(), 4);
    assert!(assert_send(not_sync()).await.is_err());
    assert_eq!(
        assert_send(argument_not_sync(Cell::new(3), Cell::new(4))).await,
        Ok(3)
    );
    let handle = tokio::spawn(async { borrowed(&mut vec![]).await });
    assert_eq!(handle.await.unwrap().unwrap(), 1);
}
