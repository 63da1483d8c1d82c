//! What is active on this thread.

use super::chance;
use super::propagation::Incoming;
use sentry::protocol::{SpanId, TraceContext, TraceId};
use sentry::{Hub, TransactionOrSpan};
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
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    pub(crate) trace: TraceId,
    pub(crate) span: SpanId,
}

impl Ids {
    /// Those of a new trace: `sentry` asks its generator for one byte after the other, which takes many times as long.
    fn new() -> Self {
        let upper = u128::from(chance::number()) << 64;
        Self {
            trace: TraceId::from((upper | u128::from(chance::number())).to_be_bytes()),
            span: SpanId::from(chance::number().to_be_bytes()),
        }
    }
}

/// The active span, and the hub in whose scope it stands: others that have the same hub, on other
/// threads, put theirs there.
pub(super) struct Live {
    span: TransactionOrSpan,
    /// Its address; it is kept as long as the span is active.
    hub: usize,
}

impl Live {
    pub(super) fn new(span: TransactionOrSpan, hub: &Arc<Hub>) -> Self {
        Self {
            span,
            hub: Arc::as_ptr(hub).addr(),
        }
    }
}

/// Changes it; returns what it was.
pub(super) fn replace_live(live: Option<Live>) -> Option<Live> {
    LIVE.try_with(|cell| cell.replace(live)).ok().flatten()
}

/// The active span, if it stands in the scope of this hub.
pub(super) fn live_in(hub: &Arc<Hub>) -> Option<TransactionOrSpan> {
    let found = LIVE.try_with(|cell| {
        let live = cell.borrow();
        let live = live
            .as_ref()
            .filter(|live| live.hub == Arc::as_ptr(hub).addr());
        live.map(|live| live.span.clone())
    });
    found.ok().flatten()
}

thread_local! {
    static NOW: Cell<Now> = const { Cell::new(Now::Nothing) };
    static LIVE: RefCell<Option<Live>> = const { RefCell::new(None) };
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

/// The identifiers of a span.
pub(super) fn of_span(span: &TransactionOrSpan) -> Ids {
    let root = span.get_trace_context();
    Ids {
        trace: root.trace_id,
        span: match span {
            TransactionOrSpan::Transaction(_) => root.span_id,
            TransactionOrSpan::Span(span) => span.get_span_id(),
        },
    }
}

/// The identifiers of what is active, where the scope does not know better.
pub(crate) fn ids() -> Option<Ids> {
    match get() {
        Now::Nothing => None,
        Now::Sampled => live_in(&Hub::current()).map(|span| of_span(&span)),
        Now::Continued => incoming().map(|incoming| incoming.ids()),
        Now::Unsampled(ids) => {
            let ids = ids.unwrap_or_else(Ids::new);
            replace(Now::Unsampled(Some(ids)));
            Some(ids)
        }
    }
}

/// Ties an event that others capture on this thread to the trace in which they do so, where the scope knows of
/// no span: it has a trace of its own for that.
pub(crate) fn tie(event: &mut TraceContext) {
    let is_known = event.op.is_some();
    if let (false, Now::Continued | Now::Unsampled(_)) = (is_known, get())
        && let Some(Ids { trace, span }) = ids()
    {
        event.trace_id = trace;
        event.span_id = span;
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;
    use std::collections::HashSet;
    use std::thread;

    #[test]
    fn no_two_traces_are_called_the_same_whatever_thread_they_begin_on() {
        const EACH: usize = 1_000;
        let draw = || (0..EACH).map(|_| Ids::new()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| thread::spawn(draw)).collect();
        let drawn = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap());
        let (traces, spans): (HashSet<_>, HashSet<_>) = drawn
            .map(|ids| (ids.trace.to_string(), ids.span.to_string()))
            .unzip();
        assert_eq!((traces.len(), spans.len()), (4 * EACH, 4 * EACH));
        let halves = |id: &String| id.split_at(16).0 == id.split_at(16).1;
        assert!(!traces.iter().any(halves));
    }
}
