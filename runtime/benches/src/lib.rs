//! What `#[report_errors]` costs, beside other attributes for fallible functions.
//!
//! ```text
//! runtime/benches/table                    # all tables: calls, captures, delivery, start, sizes, compile, macros
//! runtime/benches/table --check            # the same; 1 if a bar is missed
//! cargo bench --package dragonfly-benches  # time per call
//! ```
#![forbid(unsafe_code)]

mod setup;
mod variants;

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

pub use crate::setup::{Setup, Started, subscribe};
pub use crate::variants::{EMPTY, ParseError, VARIANTS, Variant};

/// What is parsed where the call succeeds.
pub const DIGITS: &[u8] = b"409";
/// What is parsed where it fails, at the last byte.
pub const WRONG: &[u8] = b"40x";

/// How often the async calls are pending that measure a poll.
pub const PAUSES: u32 = 16;

/// Polls a future to its end, through a pointer as executors do, so that no attribute gains from
/// being inlined into the caller.
fn run<T>(future: impl Future<Output = T>) -> T {
    let future: Pin<&mut dyn Future<Output = T>> = pin!(future);
    let mut future = std::hint::black_box(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Waits for one poll.
async fn pause() {
    let mut waited = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut waited, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}
