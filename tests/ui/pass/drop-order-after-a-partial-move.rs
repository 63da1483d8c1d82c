// editions: 2018 2021 2024
//! What is left of an argument drops in the argument's place, used in part or moved in part.
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

struct Parts {
    x: D,
    y: D,
}

#[report_errors]
fn used(p: Parts, q: D) -> Result<usize, String> {
    let _local = D("local");
    Ok(p.x.0.len() + q.0.len() + p.y.0.len())
}

#[report_errors]
fn used_in_part(p: Parts, q: D, r: Parts) -> Result<usize, String> {
    let _local = D("local");
    Ok(p.x.0.len() + q.0.len() + r.y.0.len())
}

#[report_errors]
fn moved(p: Parts, q: D) -> Result<usize, String> {
    let _local = D("local");
    drop(p.x);
    Ok(q.0.len())
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

fn main() {
    let _ = used(parts(), D("q"));
    assert_dropped(&["local", "q", "x", "y"]);
    let _ = used_in_part(parts(), D("q"), parts());
    assert_dropped(&["local", "x", "y", "q", "x", "y"]);
    let _ = moved(parts(), D("q"));
    assert_dropped(&["x", "local", "q", "y"]);
}
