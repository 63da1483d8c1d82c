//! Spans whose work is done on one thread, right away. Where there is nothing to time they cost a look at the
//! thread.

use super::now::{self, Now};
use super::sampling::{self, FirstSight};
use super::span::{Before, Span, State, Then};
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
    /// Any other; its place is elsewhere, so that there is little to move where there is nothing.
    Full(Box<(Span, Before)>),
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
        let full = Self::begin_anew(site, op, tell, decided, Then::Enter);
        Entered(How::Full(Box::new(full)))
    }
}

impl Entered {
    /// Ends the span, by what came of it.
    #[inline]
    pub fn end(mut self, failed: bool) {
        match mem::replace(&mut self.0, How::Idle) {
            How::Idle => {}
            How::Unsampled => drop(now::replace(Now::Nothing)),
            How::Full(full) => Self::end_full(full, failed),
        }
    }

    #[inline(never)]
    #[expect(
        clippy::boxed_local,
        reason = "what is in the box is large, and rarely there"
    )]
    fn end_full(full: Box<(Span, Before)>, failed: bool) {
        let (mut span, before) = *full;
        span.make_inactive(before);
        span.end(failed);
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
            How::Full(full) => {
                let (mut span, before) = *full;
                span.make_inactive(before);
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
