//! A child by `fork` has our memory but not our worker. It reports nothing, so that it neither sends
//! twice nor waits for a thread that is not there, unless it starts reporting itself.

use crate::current;
use crate::report::stack;
use std::sync::atomic::{AtomicU32, Ordering};

static GENERATION: AtomicU32 = AtomicU32::new(0);

#[expect(unsafe_code, reason = "the standard library has no hook for this")]
pub(super) fn watch() {
    extern "C" fn in_child() {
        GENERATION.fetch_add(1, Ordering::Relaxed);
        current::turn_off();
        stack::after_fork();
    }
    extern "C" fn before() {
        stack::before_fork();
    }
    extern "C" fn in_parent() {
        stack::after_fork();
    }
    // SAFETY: the functions have the signature that is asked for, and load and store atomics only, which
    // is allowed between `fork` and `exec`.
    unsafe {
        libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child));
    }
}

pub(super) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}
