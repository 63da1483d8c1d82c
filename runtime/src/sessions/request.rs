//! What went wrong in the request that a thread works on.

use super::Verdict;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What went wrong in a request.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    errored: AtomicBool,
    crashed: AtomicBool,
}

impl Marks {
    pub(super) fn note(&self, verdict: Verdict) {
        self.errored.fetch_or(verdict.errored, Ordering::Relaxed);
        self.crashed.fetch_or(verdict.crashed, Ordering::Relaxed);
    }

    #[cfg(feature = "tower")]
    pub(super) fn verdict(&self) -> Verdict {
        Verdict {
            errored: self.errored.load(Ordering::Relaxed),
            crashed: self.crashed.load(Ordering::Relaxed),
        }
    }
}

thread_local! {
    /// Of the request that this thread works on; `trace::Context` takes them along.
    static CURRENT: RefCell<Option<Arc<Marks>>> = const { RefCell::new(None) };
}

pub(crate) fn current() -> Option<Arc<Marks>> {
    CURRENT
        .try_with(|current| current.borrow().clone())
        .ok()
        .flatten()
}

pub(crate) fn replace(marks: Option<Arc<Marks>>) -> Option<Arc<Marks>> {
    CURRENT
        .try_with(|current| current.replace(marks))
        .ok()
        .flatten()
}

/// Notes what went wrong here in the request that this thread works on, if it does.
pub(crate) fn note(verdict: Verdict) {
    let _ = CURRENT.try_with(|current| {
        if let Ok(current) = current.try_borrow()
            && let Some(marks) = &*current
        {
            marks.note(verdict);
        }
    });
}
