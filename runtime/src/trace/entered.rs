//! Spans whose work is done on one thread, right away. Where there is nothing to time they cost a look at the
//! thread.

use super::now::{self, Now};
use super::sampling::{self, FirstSight};
use super::span::{Ended as _, Open, Span, State, Then};
use crate::report::passed::Details;
use crate::report::site::Site;
use sentry::protocol::SpanStatus;
use std::{mem, thread};

/// A span that is active on this thread as long as this lives.
#[must_use = "a span that is dropped has ended"]
pub struct Entered(How);

// what has to be undone is a part's, so that nothing is left to drop where there is nothing to undo
enum How {
    /// There is nothing to time, or no more.
    Idle,
    Unsampled(Unsampled),
    Full(Full),
}

/// The first of a trace that is not sampled, where no trace was active.
struct Unsampled;

/// Any other, until it is left; its place is elsewhere, so that there is little to move where there is nothing.
struct Full(Option<Inner>);

enum Inner {
    /// It is sent.
    Sampled(Box<Open>),
    /// It is not, and something was active before.
    Unsampled(Box<(Span, Now)>),
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
                Entered(How::Unsampled(Unsampled))
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
        let inner = match Open::begin_anew(site, op, tell, decided, Then::Enter) {
            Ok(open) => Some(Inner::Sampled(Box::new(open))),
            Err(ids) => {
                let mut span = Self::unsampled(ids);
                let before = span.make_active();
                before.map(|before| Inner::Unsampled(Box::new((span, before))))
            }
        };
        Entered(How::Full(Full(inner)))
    }
}

impl Entered {
    /// Ends the span, by what came of it.
    #[inline]
    pub fn end(self, failed: bool) {
        match self.0 {
            How::Idle => {}
            How::Unsampled(unsampled) => drop(unsampled),
            How::Full(full) => full.end(failed),
        }
    }
}

impl Unsampled {
    fn leave(self) -> Span {
        mem::forget(self);
        match now::replace(Now::Nothing) {
            Now::Unsampled(ids) => Span(State::Unsampled(ids.map(Box::new))),
            _ => Span::idle(),
        }
    }
}

impl Drop for Unsampled {
    #[inline]
    fn drop(&mut self) {
        now::replace(Now::Nothing);
    }
}

impl Full {
    #[inline(never)]
    fn end(mut self, failed: bool) {
        if let Some(Inner::Sampled(open)) = self.leave() {
            open.finish(Some(failed.status()));
        }
    }

    /// What it was, and is no longer.
    fn leave(&mut self) -> Option<Inner> {
        let mut inner = self.0.take()?;
        match &mut inner {
            Inner::Sampled(open) => open.make_inactive(),
            Inner::Unsampled(within) => {
                let (span, before) = &mut **within;
                span.make_inactive(Some(*before));
            }
        }
        Some(inner)
    }
}

/// What a function leaves by where nothing sees its result has no status, but for a panic.
impl Drop for Full {
    #[cold]
    #[inline(never)]
    fn drop(&mut self) {
        if let Some(Inner::Sampled(open)) = self.leave() {
            open.finish(thread::panicking().then_some(SpanStatus::InternalError));
        }
    }
}

impl From<Entered> for Span {
    fn from(entered: Entered) -> Self {
        match entered.0 {
            How::Idle => Self::idle(),
            How::Unsampled(unsampled) => unsampled.leave(),
            How::Full(mut full) => match full.leave() {
                None => Self::idle(),
                Some(Inner::Sampled(open)) => Self(State::Sampled(open)),
                Some(Inner::Unsampled(within)) => within.0,
            },
        }
    }
}
