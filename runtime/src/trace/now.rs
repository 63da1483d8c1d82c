//! What is active on this thread.

use super::propagation::Incoming;
use sentry::protocol::{SpanId, TraceId};
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// Which trace the thread works in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Now {
    /// None.
    Nothing,
    /// One that began elsewhere, and has no span here yet.
    Continued,
    /// One that is not sampled; it gets its identifiers when somebody asks for them.
    Unsampled(Option<Ids>),
    /// One that is; the span stands in the scope.
    Sampled,
}

/// What a trace, and the span in it, is called.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ids {
    pub(crate) trace: TraceId,
    pub(crate) span: SpanId,
}

thread_local! {
    static NOW: Cell<Now> = const { Cell::new(Now::Nothing) };
    static INCOMING: RefCell<Option<Arc<Incoming>>> = const { RefCell::new(None) };
}

#[inline]
pub(crate) fn get() -> Now {
    NOW.try_with(Cell::get).unwrap_or(Now::Nothing)
}

/// Makes something active; returns what was.
#[inline]
pub(crate) fn replace(now: Now) -> Now {
    NOW.try_with(|cell| cell.replace(now))
        .unwrap_or(Now::Nothing)
}

#[inline]
pub(crate) fn is_unsampled() -> bool {
    matches!(get(), Now::Unsampled(_))
}

/// What the trace of this thread was continued from.
pub(crate) fn incoming() -> Option<Arc<Incoming>> {
    INCOMING
        .try_with(|incoming| incoming.borrow().clone())
        .ok()
        .flatten()
}

/// Changes it; returns what it was.
pub(crate) fn replace_incoming(incoming: Option<Arc<Incoming>>) -> Option<Arc<Incoming>> {
    INCOMING
        .try_with(|cell| cell.replace(incoming))
        .ok()
        .flatten()
}

/// The identifiers of what is active and has no span: the scope knows of others.
pub(crate) fn ids() -> Option<Ids> {
    match get() {
        Now::Nothing | Now::Sampled => None,
        Now::Continued => incoming().map(|incoming| incoming.ids()),
        Now::Unsampled(ids) => {
            let ids = ids.unwrap_or_default();
            replace(Now::Unsampled(Some(ids)));
            Some(ids)
        }
    }
}
