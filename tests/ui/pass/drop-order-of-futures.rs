// editions: 2018 2021 2024
//! Futures drop in the same order, whether they end, are dropped while they wait, or never polled.
#![deny(warnings)]

use dragonfly::report_errors;
use std::cell::RefCell;
use std::future::Future;
use std::task::{Context, Waker};

thread_local!(static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) });

struct D(&'static str);

impl Drop for D {
    fn drop(&mut self) {
        DROPPED.with(|dropped| dropped.borrow_mut().push(self.0));
    }
}

struct Parts {
    x: D,
    y: D,
}

#[report_errors]
async fn ends(p: Parts, q: D, _: D) -> Result<usize, String> {
    let _local = D("local");
    drop(p.x);
    tokio::task::yield_now().await;
    Ok(q.0.len())
}

#[report_errors]
async fn waits(a: D, _: D, b: D, _c: D, (d, _rest): (D, D)) -> Result<usize, String> {
    let _local = D("local");
    std::future::pending::<()>().await;
    Ok(a.0.len() + b.0.len() + d.0.len())
}

#[report_errors]
async fn borrows(a: D, mut b: Vec<&str>, _: D, (c, _d): (D, D)) -> Result<usize, String> {
    let local = String::from(a.0);
    let _local = D("local");
    b.push(&local);
    tokio::task::yield_now().await;
    Ok(b.len() + c.0.len())
}

fn poll<F: Future>(future: F) {
    let mut future = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
}

#[track_caller]
fn assert_dropped(expected: &[&str]) {
    assert_eq!(DROPPED.with(|dropped| dropped.take()), expected);
}

fn parts() -> Parts {
    Parts {
        x: D("x"),
        y: D("y"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let d = D;
    let _ = ends(parts(), d("q"), d("_")).await;
    assert_dropped(&["x", "local", "_", "q", "y"]);
    poll(ends(parts(), d("q"), d("_")));
    assert_dropped(&["x", "local", "_", "q", "y"]);
    drop(ends(parts(), d("q"), d("_")));
    assert_dropped(&["x", "y", "q", "_"]);
    poll(waits(d("a"), d("_"), d("b"), d("c"), (d("d"), d("rest"))));
    assert_dropped(&["local", "rest", "d", "c", "b", "_", "a"]);
    drop(waits(d("a"), d("_"), d("b"), d("c"), (d("d"), d("rest"))));
    assert_dropped(&["a", "_", "b", "c", "d", "rest"]);
    let _ = borrows(d("a"), Vec::new(), d("_"), (d("c"), d("d"))).await;
    assert_dropped(&["local", "d", "c", "_", "a"]);
    drop(borrows(d("a"), Vec::new(), d("_"), (d("c"), d("d"))));
    assert_dropped(&["a", "_", "c", "d"]);
    drop(parts().y);
}
