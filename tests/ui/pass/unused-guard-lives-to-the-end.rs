// editions: 2018 2021 2024
//! An argument that is only `_` is dropped when the function ends, not before its body.
#![deny(warnings)]

use dragonfly::report_errors;
use std::sync::atomic::{AtomicBool, Ordering};

static HELD: AtomicBool = AtomicBool::new(false);

struct Guard;

impl Guard {
    fn take() -> Self {
        HELD.store(true, Ordering::Relaxed);
        Guard
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        HELD.store(false, Ordering::Relaxed);
    }
}

#[report_errors]
fn free(_: Guard) -> Result<bool, String> {
    Ok(HELD.load(Ordering::Relaxed))
}

#[report_errors]
fn named(_guard: Guard) -> Result<bool, String> {
    Ok(HELD.load(Ordering::Relaxed))
}

#[report_errors]
fn in_a_pattern((_, _): (Guard, u8)) -> Result<bool, String> {
    Ok(HELD.load(Ordering::Relaxed))
}

#[report_errors]
async fn future(_: Guard) -> Result<bool, String> {
    tokio::task::yield_now().await;
    Ok(HELD.load(Ordering::Relaxed))
}

#[report_errors]
async fn in_a_pattern_async((_, _): (Guard, u8)) -> Result<bool, String> {
    tokio::task::yield_now().await;
    Ok(HELD.load(Ordering::Relaxed))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(Guard::take()), Ok(true));
    assert_eq!(named(Guard::take()), Ok(true));
    assert_eq!(in_a_pattern((Guard::take(), 1)), Ok(true));
    assert_eq!(future(Guard::take()).await, Ok(true));
    assert_eq!(in_a_pattern_async((Guard::take(), 1)).await, Ok(true));
    assert!(!HELD.load(Ordering::Relaxed));
}
