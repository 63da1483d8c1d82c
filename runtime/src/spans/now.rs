//! What is active on this thread.

use sentry::protocol::{SpanId, TraceId};
use std::cell::Cell;

/// Which trace the thread works in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Now {
    /// None.
    Nothing,
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

/// The identifiers of the trace that is active and not sampled.
pub(crate) fn unsampled() -> Option<Ids> {
    let Now::Unsampled(ids) = get() else {
        return None;
    };
    let ids = ids.unwrap_or_default();
    replace(Now::Unsampled(Some(ids)));
    Some(ids)
}
