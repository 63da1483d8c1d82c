//! A child by `fork` has our memory but not our worker. It reports nothing, so that it neither sends
//! twice nor waits for a thread that is not there, unless it starts reporting itself.

use crate::current;
use std::sync::atomic::{AtomicU32, Ordering};

static GENERATION: AtomicU32 = AtomicU32::new(0);

#[expect(unsafe_code, reason = "the standard library has no hook for this")]
pub(super) fn watch() {
    extern "C" fn in_child() {
        GENERATION.fetch_add(1, Ordering::Relaxed);
        current::turn_off();
    }
    // SAFETY: the function has the signature that is asked for, and stores to atomics only, which
    // is allowed between `fork` and `exec`.
    unsafe {
        libc::pthread_atfork(None, None, Some(in_child));
    }
}

pub(super) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}
