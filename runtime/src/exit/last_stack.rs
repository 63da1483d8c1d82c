//! The stack of a thread that crashed: taken in its signal handler, where nothing may be allocated, and
//! made a report of by the worker.

use crate::report::Crash;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::thread;

/// More frames than that tell nothing new.
const MOST: usize = 128;

static SIGNAL: AtomicI32 = AtomicI32::new(0);
static FRAMES: [AtomicUsize; MOST] = [const { AtomicUsize::new(0) }; MOST];
/// How many there are; one more than that, so that none is not the same as not yet.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Takes the stack, once in a process. Not that of an abort after a panic, which is reported itself.
#[expect(unsafe_code, reason = "the safe function takes a lock")]
pub(super) fn take(signal: libc::c_int) -> bool {
    let is_first = || {
        SIGNAL
            .compare_exchange(0, signal, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    };
    if thread::panicking() || !is_first() {
        return false;
    }
    let mut count = 0;
    // SAFETY: the lock guards state that the unwinder of Unix systems does not have. The unwinder reads
    // tables in memory; the visitor stores to atomics.
    unsafe {
        backtrace::trace_unsynchronized(|frame| {
            let Some(place) = FRAMES.get(count) else {
                return false;
            };
            place.store(frame.ip() as usize, Ordering::Relaxed);
            count += 1;
            true
        });
    }
    COUNT.store(count + 1, Ordering::Release);
    true
}

/// What was taken; for the one who asks first.
pub(crate) fn taken() -> Option<Crash> {
    let count = COUNT.swap(0, Ordering::AcqRel).checked_sub(1)?;
    let frames = FRAMES.iter().take(count);
    Some(Crash {
        signal: name(SIGNAL.load(Ordering::Relaxed)),
        addresses: frames.map(|frame| frame.load(Ordering::Relaxed)).collect(),
    })
}

/// A signal's name, and what it means.
fn name(signal: libc::c_int) -> (&'static str, &'static str) {
    match signal {
        libc::SIGABRT => ("SIGABRT", "the program aborted"),
        libc::SIGBUS => ("SIGBUS", "an access to memory that is not there"),
        libc::SIGFPE => ("SIGFPE", "an arithmetic fault"),
        libc::SIGILL => ("SIGILL", "an instruction that the processor does not know"),
        libc::SIGSEGV => (
            "SIGSEGV",
            "an access to memory that is not the program's, or a stack overflow",
        ),
        libc::SIGSYS => ("SIGSYS", "a bad system call"),
        libc::SIGTRAP => ("SIGTRAP", "a trap"),
        _ => ("crash", "a signal without a name"),
    }
}
