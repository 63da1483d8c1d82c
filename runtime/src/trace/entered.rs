//! Spans whose work is done on one thread, right away. Where there is nothing to time they cost a look at the
//! thread.

use super::now::{self, Now};
use super::sampling::{self, FirstSight};
use super::span::{Open, Span, State, Then};
use crate::report::passed::Details;
use crate::report::site::Site;
use sentry::protocol::SpanStatus;
use std::{mem, thread};

/// A span that is active on this thread as long as this lives.
#[must_use = "a span that is dropped has ended"]
pub struct Entered(How);

enum How {
    /// There is nothing to time, or no more.
    Idle,
    /// The first of a trace that is not sampled, where no trace was active.
    Unsampled,
    /// The same where one was; the places of both of these are elsewhere, so that there is little to move where
    /// there is nothing.
    UnsampledWithin(Box<(Span, Now)>),
    /// It is sent.
    Sampled(Box<Open>),
}

impl Span {
    /// Begins a span, and makes it the active one: its work is done on this thread, right away.
    #[inline]
    pub fn enter(site: &'static Site, op: &'static str, tell: &dyn Fn(&mut Details)) -> Entered {
        Self::enter_as(Some(site), op, tell)
    }

    /// The same for what may be no annotated function, and tells its name then.
    #[inline]
    pub(crate) fn enter_as(
        site: Option<&'static Site>,
        op: &'static str,
        tell: &dyn Fn(&mut Details),
    ) -> Entered {
        match sampling::at_first_sight() {
            FirstSight::Idle => Entered(How::Idle),
            FirstSight::Unsampled => {
                now::replace(Now::Unsampled(None));
                Entered(How::Unsampled)
            }
            FirstSight::Unknown(decided) => Self::enter_full(site, op, tell, decided),
        }
    }

    #[inline(never)]
    fn enter_full(
        site: Option<&'static Site>,
        op: &'static str,
        tell: &dyn Fn(&mut Details),
        decided: Option<bool>,
    ) -> Entered {
        let (mut span, before) = Self::begin_anew(site, op, tell, decided, Then::Enter);
        Entered(match (span.take_open(), before) {
            (Some(open), _) => How::Sampled(open),
            (None, Some(before)) => How::UnsampledWithin(Box::new((span, before))),
            (None, None) => How::Idle,
        })
    }
}

impl Entered {
    /// Ends the span, by what came of it.
    #[inline]
    pub fn end(mut self, failed: bool) {
        match mem::replace(&mut self.0, How::Idle) {
            How::Idle => {}
            How::Unsampled => drop(now::replace(Now::Nothing)),
            full => Self::end_full(full, failed),
        }
    }

    #[inline(never)]
    fn end_full(full: How, failed: bool) {
        Self(full).leave().end(failed);
    }

    #[cold]
    #[inline(never)]
    fn end_unseen(&mut self) {
        let status = thread::panicking().then_some(SpanStatus::InternalError);
        self.leave().finish(status);
    }

    /// The span, which is not active any more.
    fn leave(&mut self) -> Span {
        match mem::replace(&mut self.0, How::Idle) {
            How::Idle => Span::idle(),
            How::Unsampled => match now::replace(Now::Nothing) {
                Now::Unsampled(ids) => Span(State::Unsampled(ids.map(Box::new))),
                _ => Span::idle(),
            },
            How::UnsampledWithin(within) => {
                let (mut span, before) = *within;
                span.make_inactive(Some(before));
                span
            }
            How::Sampled(open) => {
                let mut span = Span(State::Sampled(open));
                span.make_inactive(None);
                span
            }
        }
    }
}

/// What a function leaves by where nothing sees its result has no status, but for a panic.
impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.0, How::Idle) {
            self.end_unseen();
        }
    }
}

impl From<Entered> for Span {
    #[inline]
    fn from(mut entered: Entered) -> Self {
        entered.leave()
    }
}
