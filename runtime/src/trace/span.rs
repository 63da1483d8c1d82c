//! Spans: how long annotated functions take. One that begins where none is active is a transaction.
//!
//! What is active is known to the thread alone, in [`now`](super::now): a call in a trace that is not sampled, or
//! where reporting is off, costs no more than to look there. What is sampled is a span of `sentry`'s,
//! and stands in the scope, where events, logs and other integrations find it.

use super::baggage;
use super::now::{self, Ids, Live, Now};
use super::propagation::Incoming;
use super::sampling::{self, FirstSight, Sampled};
use crate::quiet::quietly;
use crate::report::Audience;
use crate::report::passed::Details;
use crate::report::site::Site;
use sentry::protocol::SpanStatus;
use sentry::{Hub, TransactionContext, TransactionOrSpan};
use std::sync::Arc;
use std::{mem, thread};

/// What made a span, as Sentry asks.
pub(crate) const ORIGIN: &str = "auto.function.dragonfly";

/// How others call the route of a request, too.
pub(crate) const HTTP_ROUTE: &str = "http.route";

/// Times one call of an annotated function. It is small: futures hold it.
#[must_use = "a span that is dropped has ended"]
pub struct Span(pub(super) State);

pub(super) enum State {
    /// There is nothing to time, or no more.
    Idle,
    /// The first of a trace that is not sampled: what is called within knows it. The identifiers are
    /// there if somebody asked for them.
    Unsampled(Option<Box<Ids>>),
    /// It is sent.
    Sampled(Box<Open>),
}

/// A span of `sentry`'s that has not ended.
pub(super) struct Open {
    span: TransactionOrSpan,
    /// There while it is active.
    before: Option<Before>,
}

/// What was active before a span that is sampled.
struct Before {
    now: Now,
    live: Option<Live>,
    /// Where the span stands, and what stood there.
    hub: Arc<Hub>,
    span: Option<TransactionOrSpan>,
}

impl Span {
    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.0, State::Idle)
    }

    /// A span of nothing.
    pub(crate) const fn idle() -> Self {
        Self(State::Idle)
    }

    /// Begins a span whose work is done by a future.
    #[inline]
    pub fn begin(site: &'static Site, op: &'static str, tell: &dyn Fn(&mut Details)) -> Self {
        match sampling::at_first_sight() {
            FirstSight::Idle => Self::idle(),
            FirstSight::Unsampled => Self::unsampled(None),
            FirstSight::Unknown(decided) => {
                match Open::begin_anew(Some(site), op, tell, decided, Then::Wait) {
                    Ok(open) => Self(State::Sampled(Box::new(open))),
                    Err(ids) => Self::unsampled(ids),
                }
            }
        }
    }

    pub(super) fn unsampled(ids: Option<Ids>) -> Self {
        Self(State::Unsampled(ids.map(Box::new)))
    }

    /// Ends the span, by what came of it.
    #[inline]
    pub(super) fn end(self, ended: impl Ended) {
        if let State::Sampled(open) = &self.0 {
            quietly(|| ended.tell(&open.span));
            self.finish(Some(ended.status()));
        }
    }

    /// What was active before, if the span is not sampled.
    #[inline]
    pub(super) fn make_active(&mut self) -> Option<Now> {
        match &mut self.0 {
            State::Idle => None,
            State::Unsampled(ids) => {
                let ids = ids.as_deref().copied();
                Some(now::replace(Now::Unsampled(ids)))
            }
            State::Sampled(open) => {
                open.make_active();
                None
            }
        }
    }

    /// Makes what was active before the span active again.
    #[inline]
    pub(super) fn make_inactive(&mut self, before: Option<Now>) {
        match (&mut self.0, before) {
            (State::Sampled(open), _) => open.make_inactive(),
            (State::Unsampled(ids), Some(now)) => {
                let own = now::replace(now);
                // an error, or a request, may have asked who they are
                if let (None, Now::Unsampled(Some(asked))) = (&ids, own) {
                    *ids = Some(Box::new(asked));
                }
            }
            _ => {}
        }
    }

    pub(super) fn finish(mut self, status: Option<SpanStatus>) {
        if let State::Sampled(open) = mem::replace(&mut self.0, State::Idle) {
            open.finish(status);
        }
    }

    #[inline]
    pub(super) fn take(&mut self) -> Self {
        Self(mem::replace(&mut self.0, State::Idle))
    }
}

impl Open {
    /// The span; or what is known of its trace, which is not sampled.
    #[inline(never)]
    pub(super) fn begin_anew(
        site: Option<&'static Site>,
        op: &'static str,
        tell: &dyn Fn(&mut Details),
        decided: Option<bool>,
        then: Then,
    ) -> Result<Self, Option<Ids>> {
        let within = match now::get() {
            Now::Sampled => Within::Ours,
            Now::Continued => match now::incoming() {
                Some(incoming)
                    if incoming.sampled == Some(false) && !sampling::may_begin_unsampled() =>
                {
                    sampling::pass_over();
                    return Err(Some(incoming.ids()));
                }
                Some(incoming) => Within::Continued(incoming),
                None => Within::Nothing(None),
            },
            Now::Nothing | Now::Unsampled(_) if sampling::others_trace() => Within::Anybodys,
            Now::Nothing | Now::Unsampled(_) => Within::Nothing(decided),
        };
        let open = quietly(|| Self::begin(&within, site, op, tell, then)).flatten();
        open.ok_or_else(|| within.ids())
    }

    /// The span, if it is sampled.
    fn begin(
        within: &Within,
        site: Option<&'static Site>,
        op: &'static str,
        tell: &dyn Fn(&mut Details),
        then: Then,
    ) -> Option<Self> {
        let mut details = Details::default();
        tell(&mut details);
        let name = details.message.take();
        let own = || site.map_or("unnamed", Site::full_name);
        let name = name.as_deref().unwrap_or_else(own);
        let hub = Hub::current();
        let live = match within {
            Within::Ours => now::live_in(&hub),
            _ => None,
        };
        let (span, before) = hub.configure_scope(|scope| {
            let active = live.or_else(|| {
                let found = scope.get_span();
                // one of ours is another thread's, unless we are within it
                found.filter(|span| matches!(within, Within::Ours) || !is_ours(span))
            });
            let parent = match within {
                Within::Nothing(_) | Within::Continued(_) => None,
                Within::Ours | Within::Anybodys => active.as_ref(),
            };
            let span: TransactionOrSpan = match parent {
                Some(parent) => parent.start_child(op, name).into(),
                None => root(&hub, name, op, within)?,
            };
            if let Then::Enter = then {
                scope.set_span(Some(span.clone()));
            }
            Some((span, active))
        })?;
        for (key, value) in details.fields {
            span.set_data(&key, value);
        }
        let before = match then {
            Then::Enter => Some(Before {
                now: now::replace(Now::Sampled),
                live: now::replace_live(Some(Live::new(span.clone(), &hub))),
                hub,
                span: before,
            }),
            Then::Wait => None,
        };
        Some(Self { span, before })
    }

    pub(super) fn finish(self, status: Option<SpanStatus>) {
        // hooks of the user may run, and the user may have panicked with a lock of `sentry`'s in hand
        quietly(|| {
            if let Some(status) = status {
                self.span.set_status(status);
            }
            self.span.finish();
        });
    }

    fn make_active(&mut self) {
        let hub = Hub::current();
        let now = now::replace(Now::Sampled);
        let before = now::live_in(&hub);
        let found = hub.configure_scope(|scope| {
            let found = scope.get_span();
            scope.set_span(Some(self.span.clone()));
            found
        });
        self.before = Some(Before {
            now,
            span: before
                .or_else(|| found.filter(|span| matches!(now, Now::Sampled) || !is_ours(span))),
            live: now::replace_live(Some(Live::new(self.span.clone(), &hub))),
            hub,
        });
    }

    pub(super) fn make_inactive(&mut self) {
        if let Some(before) = self.before.take() {
            now::replace(before.now);
            now::replace_live(before.live);
            before
                .hub
                .configure_scope(|scope| scope.set_span(before.span));
        }
    }
}

/// What came of the work of a span.
pub trait Ended {
    /// As Sentry calls it.
    fn status(self) -> SpanStatus;

    /// Tells the span what a status has no word for.
    #[inline]
    fn tell(&self, _: &TransactionOrSpan) {}
}

/// Whether it failed.
impl Ended for bool {
    fn status(self) -> SpanStatus {
        if self {
            SpanStatus::InternalError
        } else {
            SpanStatus::Ok
        }
    }
}

/// A future that is dropped before it is done takes its span along.
impl Drop for Span {
    #[inline]
    fn drop(&mut self) {
        if let State::Sampled(_) = self.0 {
            self.take().finish(Some(if thread::panicking() {
                SpanStatus::InternalError
            } else {
                SpanStatus::Cancelled
            }));
        }
    }
}

/// What is done with a span that has begun.
#[derive(Clone, Copy)]
pub(super) enum Then {
    /// It becomes the active one.
    Enter,
    /// It does when its future is polled.
    Wait,
}

/// Where a span begins.
enum Within {
    /// Outside of any; whether it is sampled may be decided.
    Nothing(Option<bool>),
    /// In one of ours.
    Ours,
    /// In a trace of another process.
    Continued(Arc<Incoming>),
    /// Perhaps in one that somebody else began, through `sentry`.
    Anybodys,
}

impl Within {
    /// What is known of a trace that is not sampled.
    fn ids(&self) -> Option<Ids> {
        match self {
            Self::Continued(incoming) => Some(incoming.ids()),
            _ => None,
        }
    }
}

/// A transaction, if it is sampled.
fn root(hub: &Hub, name: &str, op: &str, within: &Within) -> Option<TransactionOrSpan> {
    let client = hub.client()?;
    let mut context = TransactionContext::new(name, op);
    let (mut decided, mut drawn) = (None, None);
    let mut kept = String::new();
    match within {
        Within::Nothing(quickly) => decided = *quickly,
        Within::Continued(incoming) => {
            let Incoming {
                trace,
                span,
                sampled,
                baggage,
            } = &**incoming;
            context = TransactionContext::new_with_details(name, op, *trace, None, Some(*span));
            context.set_sampled(*sampled);
            decided = *sampled;
            drawn = baggage::drawn(baggage);
            kept.clone_from(baggage);
        }
        Within::Ours | Within::Anybodys => {}
    }
    let Sampled { rate, audience } = sampling::decide(&context, decided, drawn)?;
    sampling::mark(&mut context);
    if kept.is_empty() {
        kept = baggage::new(
            context.trace_id(),
            Some(name),
            Some(rate),
            Some(audience == Audience::All),
            &client,
        );
    }
    let transaction = hub.start_transaction(context);
    transaction.set_origin(ORIGIN);
    transaction.set_data(sampling::RATE, rate.into());
    sampling::address(&transaction, audience);
    baggage::keep(&transaction, kept);
    Some(transaction.into())
}

/// Whether it belongs to a transaction of ours: one of another thread, that a hub took along.
fn is_ours(span: &TransactionOrSpan) -> bool {
    span.get_trace_context().origin.as_deref() == Some(ORIGIN)
}
