//! Counts what each thread allocates.
#![expect(unsafe_code, reason = "an allocator is unsafe to write")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ops::Sub;

/// What was allocated.
#[derive(Clone, Copy)]
pub(crate) struct Allocated {
    pub(crate) count: u64,
    pub(crate) bytes: u64,
}

impl Sub for Allocated {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            count: self.count - earlier.count,
            bytes: self.bytes - earlier.bytes,
        }
    }
}

thread_local! {
    static SO_FAR: Cell<Allocated> = const { Cell::new(Allocated { count: 0, bytes: 0 }) };
}

/// What this thread has allocated so far.
pub(crate) fn on_this_thread() -> Allocated {
    SO_FAR.get()
}

/// Runs what is not counted.
pub(crate) fn pause(work: impl FnOnce()) {
    let before = SO_FAR.get();
    work();
    SO_FAR.set(before);
}

fn count(bytes: usize) {
    let _ = SO_FAR.try_with(|so_far| {
        let Allocated { count, bytes: sum } = so_far.get();
        so_far.set(Allocated {
            count: count + 1,
            bytes: sum + bytes as u64,
        });
    });
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: the system's allocator does it all; counting neither allocates nor panics.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps what the trait asks for
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps what the trait asks for
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: the caller keeps what the trait asks for
        unsafe { System.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps what the trait asks for
        unsafe { System.dealloc(old, layout) }
    }
}
