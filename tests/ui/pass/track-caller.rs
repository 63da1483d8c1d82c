//! `#[track_caller]`: `Location::caller()` in the body is the caller's, through other such functions too.
#![deny(warnings)]

use dragonfly::{report_errors, trace};
use std::panic::Location;
use std::task::Poll;

#[report_errors]
#[track_caller]
fn above() -> Result<u32, String> {
    Ok(Location::caller().line())
}

#[track_caller]
#[report_errors]
fn below(add: u32) -> Result<u32, String> {
    let add = std::convert::identity(add);
    Ok(Location::caller().line() + add)
}

#[report_errors]
#[track_caller]
fn through() -> Result<u32, String> {
    let here = above()?;
    if here == 0 {
        return Err("line 0".to_owned());
    }
    below(0)
}

#[report_errors]
#[track_caller]
fn polled(
    ready: Poll<Result<u32, String>>,
    next: Poll<Option<Result<u32, String>>>,
) -> Result<u32, String> {
    match (ready?, next?) {
        (Poll::Ready(line), Poll::Pending) => Ok(line),
        _ => Ok(Location::caller().line()),
    }
}

#[report_errors]
#[track_caller]
fn not_yet(ready: bool) -> Result<u32, String> {
    panic!("{ready}")
}

#[report_errors]
#[track_caller]
#[rustfmt::skip]
fn on_a_line() -> Result<u32, String> { above() }

#[trace]
#[track_caller]
fn never(text: &str) -> ! {
    panic!("{text}")
}

fn main() {
    if polled(Poll::Pending, Poll::Pending).is_err() {
        assert_eq!(not_yet(true), on_a_line());
        never("polled");
    }
    assert_eq!(polled(Poll::Ready(Ok(7)), Poll::Pending), Ok(7));
    assert!(polled(Poll::Ready(Err(String::new())), Poll::Pending).is_err());
    let line = line!();
    assert_eq!(above(), Ok(line + 1));
    assert_eq!(below(1), Ok(line + 3));
    assert_eq!(through(), Ok(line + 3));
}
