//! No bound is asked of an error: the best description that its type allows is reported.
#![deny(warnings)]

use dragonfly::{report_errors, testing};
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, PoisonError};

#[derive(Debug, thiserror::Error)]
#[error("typed {0}")]
struct Typed(u8);

#[derive(Debug)]
struct Borrowed<'a>(&'a str);

impl fmt::Display for Borrowed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Borrowed<'_> {}

struct Opaque;

#[report_errors]
fn typed() -> Result<(), Typed> {
    Err(Typed(1))
}

#[report_errors]
fn shared() -> Result<(), Arc<Typed>> {
    Err(Arc::new(Typed(2)))
}

#[report_errors]
fn with_anyhow(value: u8) -> anyhow::Result<()> {
    anyhow::ensure!(value > 0, "nothing");
    anyhow::bail!("value {value}");
}

#[report_errors]
fn with_eyre() -> eyre::Result<()> {
    Err(Typed(3))?;
    Ok(())
}

#[report_errors]
fn boxed() -> Result<(), Box<dyn Error>> {
    Err(Typed(4))?
}

#[report_errors]
fn boxed_to_send() -> Result<(), Box<dyn Error + Send + Sync>> {
    Err("boxed".into())
}

#[report_errors]
fn boxed_borrowing<'a>(text: &'a str) -> Result<(), Box<dyn Error + 'a>> {
    Err(Box::new(Borrowed(text)))
}

#[report_errors]
fn borrowed<'a>(text: &'a str) -> Result<(), Borrowed<'a>> {
    Err(Borrowed(text))
}

#[report_errors]
fn borrowed_elided(text: &str) -> Result<(), Borrowed<'_>> {
    Err(Borrowed(text))
}

#[report_errors]
fn text() -> Result<(), String> {
    Err("owned".to_owned())
}

#[report_errors]
fn static_text() -> Result<(), &'static str> {
    Err("static")
}

#[report_errors]
fn unit() -> Result<u8, ()> {
    Err(())
}

#[report_errors]
fn opaque() -> Result<(), Opaque> {
    Err(Opaque)
}

#[report_errors]
fn never() -> Result<u8, Infallible> {
    Ok(1)
}

#[report_errors]
fn not_send() -> Result<(), Rc<str>> {
    Err("here only".into())
}

#[report_errors]
fn guard(lock: &std::sync::Mutex<u8>) -> Result<u8, PoisonError<std::sync::MutexGuard<'_, u8>>> {
    lock.lock().map(|value| *value)
}

#[report_errors]
fn bounded<E: Error>(error: E) -> Result<(), E> {
    Err(error)
}

#[report_errors]
fn printable<E>(error: E) -> Result<(), E>
where
    E: fmt::Display,
{
    Err(error)
}

#[report_errors]
fn unbounded<E>(error: E) -> Result<(), E> {
    Err(error)
}

#[report_errors]
fn unsized_inside(error: Box<str>) -> Result<(), Box<str>> {
    Err(error)
}

fn value<T, E>(code: impl FnOnce() -> Result<T, E>) -> Option<String> {
    let (result, mut events) = testing::capture_events(code);
    assert!(result.is_err());
    assert_eq!(events.len(), 1);
    events
        .remove(0)
        .exception
        .values
        .pop()
        .and_then(|exception| exception.value)
}

fn main() {
    assert_eq!(value(typed).as_deref(), Some("typed 1"));
    assert_eq!(value(shared).as_deref(), Some("typed 2"));
    assert_eq!(value(|| with_anyhow(5)).as_deref(), Some("value 5"));
    assert_eq!(value(|| with_anyhow(0)).as_deref(), Some("nothing"));
    assert_eq!(value(with_eyre).as_deref(), Some("typed 3"));
    assert_eq!(value(boxed).as_deref(), Some("typed 4"));
    assert_eq!(value(boxed_to_send).as_deref(), Some("boxed"));
    assert_eq!(value(|| boxed_borrowing("a")).as_deref(), Some("a"));
    assert_eq!(value(|| borrowed("b")).as_deref(), Some("b"));
    assert_eq!(value(|| borrowed_elided("c")).as_deref(), Some("c"));
    assert_eq!(value(text).as_deref(), Some("owned"));
    assert_eq!(value(static_text).as_deref(), Some("static"));
    assert_eq!(value(not_send).as_deref(), Some("here only"));
    assert_eq!(value(|| bounded(Typed(6))).as_deref(), Some("typed 6"));
    assert_eq!(value(|| printable("d")).as_deref(), Some("d"));
    assert_eq!(value(|| unsized_inside("e".into())).as_deref(), Some("e"));
    value(unit);
    value(opaque);
    value(|| unbounded(Opaque));
    assert_eq!(never(), Ok(1));
    assert_eq!(guard(&std::sync::Mutex::new(2)).unwrap(), 2);
}
