// editions: 2018 2021 2024
//! `self` is used and the other argument is not: `self` still drops last.
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

impl D {
    #[report_errors]
    fn method(self, _other: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(self.0.len())
    }

    #[report_errors]
    fn unused(self, other: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(other.0.len())
    }

    #[report_errors]
    async fn future(self, _other: D) -> Result<usize, String> {
        let _local = D("local");
        tokio::task::yield_now().await;
        Ok(self.0.len())
    }
}

#[track_caller]
fn assert_dropped(expected: &[&str]) {
    assert_eq!(DROPPED.with(|dropped| dropped.take()), expected);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let _ = D("self").method(D("other"));
    assert_dropped(&["local", "other", "self"]);
    let _ = D("self").unused(D("other"));
    assert_dropped(&["local", "other", "self"]);
    let _ = D("self").future(D("other")).await;
    assert_dropped(&["local", "other", "self"]);
}
