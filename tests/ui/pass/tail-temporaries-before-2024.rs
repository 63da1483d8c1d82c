// editions: 2018 2021
//! Until edition 2024 a temporary of the tail lives longer than the locals.
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
fn free(a: D) -> Result<usize, String> {
    let _local = D("local");
    Ok(D("temporary").0.len() + a.0.len())
}

#[report_errors]
async fn future(a: D) -> Result<usize, String> {
    let _local = D("local");
    Ok(D("temporary").0.len() + a.0.len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let _ = free(D("a"));
    assert_eq!(
        DROPPED.with(|dropped| dropped.take()),
        ["local", "temporary", "a"]
    );
    let _ = future(D("a")).await;
    assert_eq!(
        DROPPED.with(|dropped| dropped.take()),
        ["local", "temporary", "a"]
    );
}
