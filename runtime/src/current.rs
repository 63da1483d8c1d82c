//! Which pipeline a report goes to, and whether there is any.

use crate::delivery::Pipeline;
use crate::exit;
use crate::integrations::Reporting;
use crate::trace::sampling;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// How many pipelines are up. Zero is the no-op: an `Err` then costs a load or two of this.
static PIPELINES: AtomicUsize = AtomicUsize::new(0);

/// The pipeline of the program, for threads whose hub knows none.
static PROGRAM: RwLock<Option<Arc<Pipeline>>> = RwLock::new(None);

#[inline]
pub(crate) fn is_off() -> bool {
    PIPELINES.load(Ordering::Relaxed) == 0
}

pub(crate) fn one_more() {
    if PIPELINES.fetch_add(1, Ordering::Relaxed) > 0 {
        sampling::ask_each();
    }
}

pub(crate) fn one_less() {
    PIPELINES.fetch_sub(1, Ordering::Relaxed);
}

/// Makes this process report nothing any more.
#[cfg(unix)]
pub(crate) fn turn_off() {
    PIPELINES.store(0, Ordering::Relaxed);
}

/// The pipelines that signal handlers look at, which take no lock: one for the process, and
/// one for each `fork` above it that began to report anew.
static WATCHED: [OnceLock<Arc<Pipeline>>; 8] = [const { OnceLock::new() }; 8];

/// Makes a pipeline the program's.
pub(crate) fn bind(pipeline: &Arc<Pipeline>) {
    *PROGRAM.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(pipeline));
    if let Some(place) = WATCHED.get(exit::generation() as usize) {
        let _ = place.set(Arc::clone(pipeline));
    }
}

/// What signal handlers wait for.
#[cfg(unix)]
pub(crate) fn watched() -> Option<&'static Arc<Pipeline>> {
    WATCHED.get(exit::generation() as usize)?.get()
}

/// The pipeline that this process began, if it did.
pub(crate) fn of_program() -> Option<Arc<Pipeline>> {
    PROGRAM
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
        .filter(|pipeline| pipeline.is_of_this_process())
}

/// The pipeline of the current hub's client, else the program's.
pub(crate) fn pipeline() -> Option<Arc<Pipeline>> {
    sentry::with_integration(|reporting: &Reporting, _| Some(Arc::clone(&reporting.pipeline)))
        .filter(|pipeline| pipeline.is_of_this_process())
        .or_else(of_program)
}
