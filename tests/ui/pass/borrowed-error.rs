//! An error may borrow: `'static` is asked of none.
#![deny(warnings)]

use dragonfly::report_errors;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
struct B<'a>(&'a str);

impl fmt::Display for B<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for B<'_> {}

#[report_errors]
fn named<'a>(text: &'a str) -> Result<(), B<'a>> {
    Err(B(text))
}

#[report_errors]
fn elided(text: &str) -> Result<(), B<'_>> {
    Err(B(text))
}

#[report_errors]
fn boxed<'a>(text: &'a str) -> Result<(), Box<dyn Error + 'a>> {
    Err(Box::new(B(text)))
}

#[report_errors]
fn guard(lock: &Mutex<u8>) -> Result<u8, PoisonError<MutexGuard<'_, u8>>> {
    lock.lock().map(|value| *value)
}

#[report_errors]
async fn named_async<'a>(text: &'a str) -> Result<(), B<'a>> {
    Err(B(text))
}

#[report_errors]
async fn elided_async(text: &str) -> Result<(), B<'_>> {
    tokio::task::yield_now().await;
    Err(B(text))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let text = "local".to_owned();
    assert_eq!(named(&text).unwrap_err().0, "local");
    assert_eq!(elided(&text).unwrap_err().0, "local");
    assert_eq!(boxed(&text).unwrap_err().to_string(), "local");
    assert_eq!(guard(&Mutex::new(2)).unwrap(), 2);
    assert_eq!(named_async(&text).await.unwrap_err().0, "local");
    assert_eq!(elided_async(&text).await.unwrap_err().0, "local");
}
