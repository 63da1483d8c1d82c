//! The ways out that pass no code of ours: `process::exit`, signals, crashes; and `fork`.
//!
//! The end is put off, for a bounded time, until the worker has sent or kept what was captured. Then
//! the process ends as it would have.

#[cfg(windows)]
mod console;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod fork;
#[cfg(all(unix, feature = "crash"))]
mod last_stack;
#[cfg(unix)]
mod signals;

use crate::current;
use crate::report::Crash;
use crate::sessions::End;
use std::sync::Once;

/// Watches the exits of this process, from the first start of reporting on.
pub(crate) fn watch() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        at_exit();
        #[cfg(windows)]
        console::watch();
        #[cfg(unix)]
        {
            fork::watch();
            crash::watch();
            signals::watch();
        }
    });
}

/// Asks the system to call us when the process ends by `std::process::exit`, or returns from `main`.
#[expect(unsafe_code, reason = "the standard library has no hook for this")]
fn at_exit() {
    extern "C" fn deliver() {
        if let Some(pipeline) = current::of_program() {
            pipeline.finish_run(End::Exited);
        }
    }
    // SAFETY: the function has the signature that is asked for, lives as long as the process, and
    // does not unwind: it waits on channels and locks, which recover from poison.
    unsafe {
        libc::atexit(deliver);
    }
}

/// Which process this is: one more than its parent's, if it came by `fork` after reporting began.
pub(crate) fn generation() -> u32 {
    #[cfg(unix)]
    return fork::generation();
    #[cfg(not(unix))]
    0
}

/// The crash of this process, if it has come to that.
pub(crate) fn crash() -> Option<Crash> {
    #[cfg(all(unix, feature = "crash"))]
    return last_stack::taken();
    #[cfg(not(all(unix, feature = "crash")))]
    None
}

/// Ends the process by a signal that asked for it.
pub(crate) fn end_by(signal: i32) {
    #[cfg(unix)]
    signals::end_now(signal);
    #[cfg(not(unix))]
    let _ = signal;
}

/// Starts the worker, away from signals: it is the one that others wait for.
pub(crate) fn keep_signals_away<T>(start: impl FnOnce() -> T) -> T {
    #[cfg(unix)]
    return signals::keep_away(start);
    #[cfg(not(unix))]
    start()
}
