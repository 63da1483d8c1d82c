//! An annotated function that succeeds allocates nothing; nor does one that fails where nothing listens.
#![deny(warnings)]

use dragonfly::report_errors;
use std::alloc::{GlobalAlloc, Layout, System};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: the system's allocator does the work
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[report_errors]
fn free(value: u8) -> Result<u8, &'static str> {
    value.checked_sub(1).ok_or("zero")
}

#[report_errors]
async fn future(value: u8, _: [u8; 64]) -> Result<u8, &'static str> {
    value.checked_sub(1).ok_or("zero")
}

fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!(),
    }
}

fn allocated<R>(code: impl FnOnce() -> R) -> usize {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    let _ = code();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

fn main() {
    assert_eq!(allocated(|| Box::new(1)), 1);
    assert_eq!(allocated(|| free(1)), 0);
    assert_eq!(allocated(|| ready(future(1, [0; 64]))), 0);
    assert_eq!(allocated(|| free(0)), 0);
    assert_eq!(allocated(|| ready(future(0, [0; 64]))), 0);
}
