//! Ctrl-C, and what else asks a process to end on Windows: Ctrl-Break, the end of its console or of the system.
//!
//! The system tells of it on a thread of its own. Handlers of the program that were set later come first, and
//! ours is not asked where one of them takes it upon itself.

use crate::current;
use crate::sessions::End;
use std::sync::atomic::{AtomicBool, Ordering};
use windows_sys::Win32::System::Console::{CTRL_LOGOFF_EVENT, SetConsoleCtrlHandler};
use windows_sys::core::BOOL;

#[expect(unsafe_code, reason = "the standard library does not know consoles")]
pub(super) fn watch() {
    // SAFETY: the handler lives as long as the process, and does not unwind: it waits on channels and locks,
    // which recover from poison.
    unsafe {
        SetConsoleCtrlHandler(Some(end), 1);
    }
}

/// Delivers, and leaves it to the next handler what becomes of the process: by default it ends.
extern "system" fn end(event: u32) -> BOOL {
    static ENDING: AtomicBool = AtomicBool::new(false);

    // services hear of it where any user leaves, and go on; the second time of the others means it
    if event != CTRL_LOGOFF_EVENT
        && !ENDING.swap(true, Ordering::Relaxed)
        && let Some(pipeline) = current::of_program()
    {
        pipeline.finish_run(End::Exited);
    }
    0
}
