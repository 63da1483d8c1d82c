// editions: 2018 2021 2024
//! Locals drop first, then the arguments from last to first, used or not.
#![deny(warnings)]

use dragonfly::report_errors;
use std::cell::RefCell;

thread_local!(static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) });

struct D(&'static str);

impl Drop for D {
    fn drop(&mut self) {
        DROPPED.with(|dropped| dropped.borrow_mut().push(self.0));
    }
}

#[report_errors]
fn free(a: D, _: D, b: D, _c: D) -> Result<usize, String> {
    let _local = D("local");
    Ok(a.0.len() + b.0.len())
}

#[report_errors]
fn early(a: D, _: D, b: D, _c: D) -> Result<usize, String> {
    let _local = D("local");
    if a.0 == "a" {
        return Err(b.0.to_owned());
    }
    Ok(1)
}

#[report_errors]
fn moved(a: D, b: D, _c: D) -> Result<usize, String> {
    let _local = D("local");
    drop(b);
    Ok(a.0.len())
}

#[report_errors]
fn patterns((a, _b): (D, D), (c, _rest): (D, D), _d: D) -> Result<usize, String> {
    let _local = D("local");
    Ok(a.0.len() + c.0.len())
}

#[report_errors]
async fn future(a: D, _: D, b: D, _c: D) -> Result<usize, String> {
    let _local = D("local");
    tokio::task::yield_now().await;
    Ok(a.0.len() + b.0.len())
}

#[report_errors]
async fn early_async(a: D, _: D, b: D, _c: D) -> Result<usize, String> {
    let _local = D("local");
    tokio::task::yield_now().await;
    if a.0 == "a" {
        return Err(b.0.to_owned());
    }
    Ok(1)
}

#[report_errors]
async fn moved_async(a: D, b: D, _c: D) -> Result<usize, String> {
    let _local = D("local");
    drop(b);
    tokio::task::yield_now().await;
    Ok(a.0.len())
}

#[report_errors]
async fn patterns_async((a, _b): (D, D), (c, _rest): (D, D), _d: D) -> Result<usize, String> {
    let _local = D("local");
    Ok(a.0.len() + c.0.len())
}

#[track_caller]
fn assert_dropped(expected: &[&str]) {
    assert_eq!(DROPPED.with(|dropped| dropped.take()), expected);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let d = D;
    let _ = free(d("a"), d("_"), d("b"), d("c"));
    assert_dropped(&["local", "c", "b", "_", "a"]);
    let _ = early(d("a"), d("_"), d("b"), d("c"));
    assert_dropped(&["local", "c", "b", "_", "a"]);
    let _ = moved(d("a"), d("b"), d("c"));
    assert_dropped(&["b", "local", "c", "a"]);
    let _ = patterns((d("a"), d("b")), (d("c"), d("rest")), d("d"));
    assert_dropped(&["local", "d", "rest", "c", "b", "a"]);
    let _ = future(d("a"), d("_"), d("b"), d("c")).await;
    assert_dropped(&["local", "c", "b", "_", "a"]);
    let _ = early_async(d("a"), d("_"), d("b"), d("c")).await;
    assert_dropped(&["local", "c", "b", "_", "a"]);
    let _ = moved_async(d("a"), d("b"), d("c")).await;
    assert_dropped(&["b", "local", "c", "a"]);
    let _ = patterns_async((d("a"), d("b")), (d("c"), d("rest")), d("d")).await;
    assert_dropped(&["local", "d", "rest", "c", "b", "a"]);
}
