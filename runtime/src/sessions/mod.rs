//! Release health: how runs of a program end, or the requests of a service.
//!
//! Sentry's own sessions are not used: they have a thread of their own, end with the hub that they
//! belong to and not with the process, and take an e-mail address for the user's id.
//!
//! A run is one session, until the layer for services sees a request; from then on each request is one,
//! and the run is none. The run's lies on disk from its first moment on, as `abnormal`: that is what is
//! left of a program which ends without a word (`kill -9`, a machine that loses its power), and what the
//! next start sends. Every end that is seen replaces it. What asked a program to end (SIGTERM, SIGINT,
//! SIGHUP, SIGQUIT) is an end like any other: Sentry has sessions `exited` or `crashed` wherever that is
//! known, and keeps `abnormal` for those whose fate is not.

#[cfg(feature = "tower")]
mod counted;
pub(crate) mod request;
mod requests;
pub(crate) mod run;

#[cfg(feature = "tower")]
pub(crate) use self::counted::Request;
#[cfg(feature = "tower")]
pub(crate) use self::requests::Outcome;
pub(crate) use self::requests::Requests;

use crate::report::{Origin, Report};
use crate::say;
use sentry::protocol::{Event, SessionAttributes, SessionStatus};
use sentry::{Client, Level};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// What an event says of the session that it belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Something went wrong.
    pub(crate) errored: bool,
    /// Nobody handled it.
    pub(crate) crashed: bool,
}

impl Verdict {
    const CRASHED: Self = Self {
        errored: true,
        crashed: true,
    };

    /// Of an event as it is sent. A message is no error, whatever its level: Sentry's SDKs agree on that.
    pub(crate) fn of_event(event: &Event<'_>) -> Self {
        let mechanisms = event
            .exception
            .iter()
            .filter_map(|exception| exception.mechanism.as_ref());
        let crashed = mechanisms
            .into_iter()
            .any(|mechanism| mechanism.handled == Some(false));
        let is_message =
            event.exception.is_empty() && (event.message.is_some() || event.logentry.is_some());
        Self {
            errored: crashed || (event.level >= Level::Error && !is_message),
            crashed,
        }
    }

    /// Of a report that has just been made, by what its innermost function says.
    pub(crate) fn of_report(report: &Report) -> Self {
        match &report.origin {
            Origin::Functions(steps) => {
                Self::of_level(steps.first().and_then(|step| step.site.level))
            }
            Origin::Main(_) | Origin::Panic(_) | Origin::Crash => Self::CRASHED,
        }
    }

    /// Of an error of a function whose events have that level.
    pub(crate) fn of_level(level: Option<Level>) -> Self {
        Self {
            errored: level.is_none_or(|level| level >= Level::Error),
            crashed: false,
        }
    }

    pub(crate) const fn of_panic() -> Self {
        Self::CRASHED
    }
}

/// How a run ends, as far as the end itself tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Exited,
    Crashed,
}

impl End {
    fn status(self) -> SessionStatus {
        match self {
            Self::Exited => SessionStatus::Exited,
            Self::Crashed => SessionStatus::Crashed,
        }
    }
}

/// What failing threads, ends of the program and the worker share.
pub(crate) struct Sessions {
    is_on: bool,
    /// Who is affected: the random id of this installation, or nobody.
    user: Option<String>,
    began: (SystemTime, Instant),
    /// How the run ends; 0 as long as it goes on.
    end: AtomicU8,
    /// Errors of which no event is made: a share is sent, and all of them count.
    left_out: AtomicU64,
    has_crashed: AtomicBool,
    /// How long ends of the program have waited for us, which is no part of the run.
    waited_micros: AtomicU64,
    pub(crate) requests: Requests,
}

impl Sessions {
    pub(crate) fn new(is_on: bool, user: Option<String>) -> Self {
        Self {
            is_on,
            user,
            began: (SystemTime::now(), Instant::now()),
            end: AtomicU8::new(0),
            left_out: AtomicU64::new(0),
            has_crashed: AtomicBool::new(false),
            waited_micros: AtomicU64::new(0),
            requests: Requests::default(),
        }
    }

    #[cfg(feature = "tower")]
    pub(crate) fn are_on(&self) -> bool {
        self.is_on
    }

    pub(crate) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Notes how the run ends; `true` for the first who says so. For signal handlers too.
    pub(crate) fn end(&self, end: End) -> bool {
        let end = end as u8 + 1;
        self.is_on
            && self
                .end
                .compare_exchange(0, end, Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
    }

    pub(crate) fn ended(&self) -> Option<End> {
        match self.end.load(Ordering::Acquire) {
            0 => None,
            1 => Some(End::Exited),
            _ => Some(End::Crashed),
        }
    }

    /// Counts an error of which no event is made.
    pub(crate) fn leave_out(&self, verdict: Verdict) {
        self.left_out
            .fetch_add(u64::from(verdict.errored), Ordering::Relaxed);
        self.has_crashed
            .fetch_or(verdict.crashed, Ordering::Relaxed);
    }

    /// The program waited that long for what was captured to be sent.
    pub(crate) fn wait_was(&self, long: Duration) {
        let micros = u64::try_from(long.as_micros()).unwrap_or(u64::MAX);
        self.waited_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// How long the run has taken without that.
    fn duration(&self) -> Duration {
        let waited = Duration::from_micros(self.waited_micros.load(Ordering::Relaxed));
        self.began.1.elapsed().saturating_sub(waited)
    }

    /// What all sessions have in common; `None` if there are to be none.
    pub(crate) fn attributes(
        &self,
        client: &Client,
        debug: bool,
    ) -> Option<SessionAttributes<'static>> {
        if !self.is_on {
            return None;
        }
        let options = client.options();
        let Some(release) = options.release.clone() else {
            if debug {
                say::once("no sessions are sent: they need a release, such as `SENTRY_RELEASE`");
            }
            return None;
        };
        Some(SessionAttributes {
            release,
            environment: options.environment.clone(),
            ip_address: None,
            user_agent: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{End, Sessions, Verdict};
    use sentry::Level;
    use sentry::protocol::{Event, Exception, Mechanism};
    use std::time::Duration;

    fn event(level: Level, handled: Option<bool>) -> Event<'static> {
        let mechanism = handled.map(|handled| Mechanism {
            handled: Some(handled),
            ..Mechanism::default()
        });
        let exception = Exception {
            mechanism,
            ..Exception::default()
        };
        Event {
            level,
            exception: vec![exception].into(),
            ..Event::default()
        }
    }

    #[track_caller]
    fn check(event: &Event<'_>, errored: bool, crashed: bool) {
        assert_eq!(Verdict::of_event(event), Verdict { errored, crashed });
    }

    #[test]
    fn events_are_errors_by_level_and_crashes_where_nobody_handled_them() {
        check(&event(Level::Error, None), true, false);
        check(&event(Level::Fatal, Some(true)), true, false);
        check(&event(Level::Warning, Some(true)), false, false);
        check(&event(Level::Fatal, Some(false)), true, true);
        check(&event(Level::Warning, Some(false)), true, true);
    }

    #[test]
    fn a_message_is_no_error() {
        let mut message = Event {
            level: Level::Error,
            message: Some("sold out".to_owned()),
            ..Event::default()
        };
        check(&message, false, false);
        message.message = None;
        check(&message, true, false);
    }

    #[test]
    fn what_the_program_waits_for_us_is_no_part_of_its_run() {
        let sessions = Sessions::new(true, None);
        sessions.wait_was(Duration::from_secs(3600));
        assert_eq!(sessions.duration(), Duration::ZERO);
    }

    #[test]
    fn a_run_ends_once() {
        let sessions = Sessions::new(true, None);
        assert_eq!(sessions.ended(), None);
        assert!(sessions.end(End::Crashed) && !sessions.end(End::Exited));
        assert_eq!(sessions.ended(), Some(End::Crashed));
        assert!(!Sessions::new(false, None).end(End::Exited));
    }
}
