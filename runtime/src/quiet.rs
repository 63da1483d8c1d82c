//! User code that runs while a report is made: what fails there is not reported again.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Set while this thread makes a report, or runs a hook of the user for one.
    static REPORTING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside the making of a report: what fails there is not reported again.
pub(crate) fn is_reporting() -> bool {
    REPORTING.try_with(Cell::get).unwrap_or(true)
}

/// Runs what may call user code, such that neither its errors nor its panics are reported; `None` if it panicked.
pub(crate) fn quietly<R>(work: impl FnOnce() -> R) -> Option<R> {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            let _ = REPORTING.try_with(|reporting| reporting.set(self.0));
        }
    }
    let before = REPORTING
        .try_with(|reporting| reporting.replace(true))
        .unwrap_or(true);
    let _restore = Restore(before);
    catch_unwind(AssertUnwindSafe(work)).ok()
}
