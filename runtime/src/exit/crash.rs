//! Signals that a process brings upon itself: a stack overflow, a bad access, an abort.
//!
//! The crashing thread waits until the worker has kept what was captured before, and then crashes as
//! it would have: the action that was there before takes its place again. A thread that is well, as
//! somebody sent the signal, does not wait: it may hold what the worker needs.

use super::signals::{action, handle, raise, restore, sleep};
use crate::current;
use crate::sessions::End;
use std::sync::OnceLock;
use std::time::Duration;

/// The faults, and what `abort` raises.
const FAULTS: [libc::c_int; 7] = [
    libc::SIGABRT,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGSEGV,
    libc::SIGSYS,
    libc::SIGTRAP,
];

const STEP: Duration = Duration::from_micros(200);

/// What each of them did before.
static BEFORE: [OnceLock<libc::sigaction>; FAULTS.len()] =
    [const { OnceLock::new() }; FAULTS.len()];

pub(super) fn watch() {
    for (signal, before) in FAULTS.into_iter().zip(&BEFORE) {
        let Some(now) = action(signal) else { continue };
        if now.sa_sigaction == libc::SIG_IGN || before.set(now).is_err() {
            continue;
        }
        // on the stack for signals: the thread's own may be full
        handle(signal, crash, libc::SA_ONSTACK);
    }
}

extern "C" fn crash(signal: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    if let Some(pipeline) = current::watched() {
        #[cfg(feature = "crash")]
        if super::last_stack::take(signal) {
            pipeline.expect_one();
        }
        if is_sent(info) && pipeline.end_by(signal, End::Crashed) {
            return;
        }
        pipeline.wait_at_crash(|| sleep(STEP));
    }
    if let Some(before) = before(signal) {
        restore(signal, before);
    }
    // a fault happens again when we return, and `abort` raises its signal again; what somebody sent
    // does not come back by itself
    if !is_fault(signal, info) {
        raise(signal);
    }
}

/// What a signal did before, if it is one of these.
pub(super) fn before(signal: libc::c_int) -> Option<&'static libc::sigaction> {
    let index = FAULTS.iter().position(|fault| *fault == signal)?;
    BEFORE.get(index)?.get()
}

/// Whether the thread did it itself.
fn is_fault(signal: libc::c_int, info: *mut libc::siginfo_t) -> bool {
    signal != libc::SIGABRT && code(info).is_some_and(|code| code > 0)
}

/// Whether it was sent to the whole process; only Linux says so for sure: elsewhere an `abort` looks the same.
#[cfg(target_os = "linux")]
fn is_sent(info: *mut libc::siginfo_t) -> bool {
    matches!(code(info), Some(libc::SI_USER | libc::SI_QUEUE))
}

#[cfg(not(target_os = "linux"))]
fn is_sent(_: *mut libc::siginfo_t) -> bool {
    false
}

/// Where a signal comes from.
#[expect(unsafe_code, reason = "what is known of a signal comes as a pointer")]
fn code(info: *mut libc::siginfo_t) -> Option<libc::c_int> {
    // SAFETY: the system hands over a valid pointer, or none where it knows nothing.
    unsafe { info.as_ref() }.map(|info| info.si_code)
}
