//! An annotated function that succeeds allocates nothing while a client listens, either.
#![deny(warnings)]

use dragonfly::report_errors;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local!(static ALLOCATIONS: Cell<usize> = const { Cell::new(0) });

struct Counting;

// SAFETY: the system's allocator does the work
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
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

fn allocated<R>(code: impl FnOnce() -> R) -> usize {
    let before = ALLOCATIONS.get();
    let _ = code();
    ALLOCATIONS.get() - before
}

fn main() {
    let ((ok, err), events) =
        dragonfly::testing::capture_events(|| (allocated(|| free(1)), allocated(|| free(0))));
    assert_eq!(ok, 0);
    assert!(err > 0, "what is reported takes memory");
    assert_eq!(events.len(), 1);
}
