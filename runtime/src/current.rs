//! Which pipeline a report goes to, and whether there is any.

use crate::delivery::Pipeline;
use crate::integrations::Reporting;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// How many pipelines are up. Zero is the no-op: an `Err` then costs a load or two of this.
static PIPELINES: AtomicUsize = AtomicUsize::new(0);

/// The pipeline of the program, for threads whose hub knows none.
static PROGRAM: RwLock<Option<Arc<Pipeline>>> = RwLock::new(None);

pub(crate) fn is_off() -> bool {
    PIPELINES.load(Ordering::Relaxed) == 0
}

pub(crate) fn one_more() {
    PIPELINES.fetch_add(1, Ordering::Relaxed);
}

pub(crate) fn one_less() {
    PIPELINES.fetch_sub(1, Ordering::Relaxed);
}

/// Makes a pipeline the program's.
pub(crate) fn bind(pipeline: &Arc<Pipeline>) {
    *PROGRAM.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(pipeline));
}

/// The pipeline of the current hub's client, else the program's.
pub(crate) fn pipeline() -> Option<Arc<Pipeline>> {
    let of_hub: Option<Arc<Pipeline>> =
        sentry::with_integration(|reporting: &Reporting, _| Some(Arc::clone(&reporting.pipeline)));
    of_hub.or_else(|| {
        PROGRAM
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    })
}
