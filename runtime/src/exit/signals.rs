//! Signals that ask a process to end: SIGTERM, SIGINT, SIGHUP, SIGQUIT.
//!
//! Where one of them would end the process by default, it still does, once the worker has sent or kept
//! what was captured. A handler of the program's own, set before or after, is never disturbed; libraries that
//! chain handlers may call ours after theirs, and it does nothing then.

use super::crash;
use crate::current;
use crate::sessions::End;
use std::mem::{self, MaybeUninit};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const ENDING: [libc::c_int; 4] = [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGQUIT];

pub(super) fn watch() {
    for signal in ENDING {
        if action(signal).is_some_and(|now| now.sa_sigaction == libc::SIG_DFL) {
            handle(signal, end, 0);
        }
    }
}

/// Ends the process by this signal: at once, or by the worker when it is done. The thread that is
/// interrupted goes on until then, as it may hold what the worker needs, such as a lock of the allocator.
extern "C" fn end(signal: libc::c_int, _: *mut libc::siginfo_t, _: *mut libc::c_void) {
    static ENDING: AtomicBool = AtomicBool::new(false);

    let is_ours = action(signal).is_some_and(|now| now.sa_sigaction == address(end));
    if !is_ours {
        return; // somebody else handles it now, and calls us as a courtesy
    }
    // a second signal means it
    let is_first = !ENDING.swap(true, Ordering::Relaxed);
    let is_left_to_worker =
        is_first && current::watched().is_some_and(|pipeline| pipeline.end_by(signal, End::Exited));
    if !is_left_to_worker {
        default(signal);
        raise(signal);
    }
}

/// Ends the process by a signal that has come before, and was put off.
#[expect(unsafe_code, reason = "the standard library does not know signals")]
pub(super) fn end_now(signal: libc::c_int) {
    match crash::before(signal) {
        Some(before) => restore(signal, before),
        None => default(signal),
    }
    // SAFETY: it takes numbers. The signal is blocked on this thread, and goes to another one.
    unsafe {
        libc::kill(libc::getpid(), signal);
    }
}

pub(super) type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

/// A handler in the form that the system stores it in.
pub(super) fn address(handler: Handler) -> libc::sighandler_t {
    handler as usize
}

/// What a signal does now.
#[expect(unsafe_code, reason = "the standard library does not know signals")]
pub(super) fn action(signal: libc::c_int) -> Option<libc::sigaction> {
    let mut now = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a null pointer for the new action asks for the old one, which fits where it is put.
    let answer = unsafe { libc::sigaction(signal, ptr::null(), now.as_mut_ptr()) };
    // SAFETY: all zeroes are an action too, and the call has written one if it went well.
    (answer == 0).then(|| unsafe { now.assume_init() })
}

/// Sets a handler, which interrupts nothing that can be gone on with, and may itself be interrupted.
#[expect(unsafe_code, reason = "the standard library does not know signals")]
pub(super) fn handle(signal: libc::c_int, handler: Handler, flags: libc::c_int) {
    // SAFETY: all zeroes are an action; it is filled in before it is used.
    let mut new: libc::sigaction = unsafe { mem::zeroed() };
    new.sa_sigaction = address(handler);
    new.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_NODEFER | flags;
    // SAFETY: the handlers of this module use atomics and calls that are allowed in handlers only.
    unsafe {
        libc::sigaction(signal, &raw const new, ptr::null_mut());
    }
}

/// Sets what was there before, or another action.
#[expect(unsafe_code, reason = "the standard library does not know signals")]
pub(super) fn restore(signal: libc::c_int, action: &libc::sigaction) {
    // SAFETY: the action came from the system.
    unsafe {
        libc::sigaction(signal, action, ptr::null_mut());
    }
}

#[expect(unsafe_code, reason = "the standard library does not know signals")]
fn default(signal: libc::c_int) {
    // SAFETY: all zeroes are the default action with nothing blocked.
    let action: libc::sigaction = unsafe { mem::zeroed() };
    restore(signal, &action);
}

#[expect(unsafe_code, reason = "the standard library does not know signals")]
pub(super) fn raise(signal: libc::c_int) {
    // SAFETY: allowed in handlers; it takes a number.
    unsafe {
        libc::raise(signal);
    }
}

/// Starts a thread that signals are kept away from, from its first moment on: it has the mask of this one.
/// Those of a bad access and of a stack overflow stay, so that what handles them can say so.
#[expect(unsafe_code, reason = "the standard library does not know signals")]
pub(super) fn keep_away<T>(start: impl FnOnce() -> T) -> T {
    let mut all = MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: the set is filled before it is used, and both live as long as the calls.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        for fault in [libc::SIGBUS, libc::SIGSEGV] {
            libc::sigdelset(all.as_mut_ptr(), fault);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), before.as_mut_ptr());
    }
    let started = start();
    // SAFETY: the set was written by the call above.
    unsafe {
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut());
    }
    started
}

/// Sleeps in a handler, where little else is allowed.
#[expect(
    unsafe_code,
    reason = "`thread::sleep` is not promised to be allowed in handlers"
)]
pub(super) fn sleep(step: Duration) {
    let time = libc::timespec {
        tv_sec: 0,
        tv_nsec: step.subsec_nanos().cast_signed().into(), // 32 bits in some systems
    };
    // SAFETY: allowed in handlers; the time lives as long as the call.
    unsafe {
        libc::nanosleep(&raw const time, ptr::null_mut());
    }
}
