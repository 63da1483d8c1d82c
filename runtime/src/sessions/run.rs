//! The session of a run, as the worker knows it.

use super::{End, Sessions, Verdict};
use crate::exit;
use sentry::protocol::{SessionAttributes, SessionStatus, SessionUpdate};
use sentry::types::{Uuid, random_uuid};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

/// Between two updates of a run that goes on. Most programs end before the first, so that they send one.
const BETWEEN: Duration = Duration::from_secs(60);

/// One run of the program.
pub(crate) struct Run {
    id: Uuid,
    attributes: SessionAttributes<'static>,
    shared: Arc<Sessions>,
    errors: u64,
    crashes: u64,
    over: Option<Over>,
    /// What the server knows: whether it had errors. Nothing until it took an update, as the first one
    /// that it takes must say that it is.
    known: Option<bool>,
    next_update: Instant,
}

/// How it ended. All of it is taken once: what lies on disk is what is sent.
#[derive(Clone, Copy)]
struct Over {
    status: SessionStatus,
    at: SystemTime,
    duration: Duration,
}

/// What of a run is worth writing anew where it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gist {
    /// As long as it goes on, whether there are any is enough.
    errors: u64,
    status: SessionStatus,
    is_first: bool,
    is_over: bool,
}

/// What is to be told of a run that goes on.
#[derive(Debug)]
pub(crate) enum Update {
    GoesOn(Box<SessionUpdate<'static>>),
    /// It outlived a crash, which ends its session: Sentry wants to hear no more of one that crashed.
    Ends,
}

impl Run {
    /// None in a child by `fork`: it belongs to the run of its parent.
    pub(crate) fn begin(
        shared: &Arc<Sessions>,
        attributes: SessionAttributes<'static>,
    ) -> Option<Self> {
        (exit::generation() == 0).then(|| Self {
            id: random_uuid(),
            attributes,
            errors: 0,
            crashes: 0,
            over: None,
            known: None,
            next_update: shared.began.1 + BETWEEN,
            shared: Arc::clone(shared),
        })
    }

    /// Counts an event, in the place of what was said of it before.
    pub(crate) fn count(&mut self, was: Option<Verdict>, is: Option<Verdict>) {
        let (was, is) = (was.unwrap_or_default(), is.unwrap_or_default());
        self.errors = self.errors + u64::from(is.errored) - u64::from(was.errored);
        self.crashes = self.crashes + u64::from(is.crashed) - u64::from(was.crashed);
    }

    fn has_crashed(&self) -> bool {
        self.crashes > 0 || self.shared.has_crashed.load(Ordering::Relaxed)
    }

    fn errors(&self, status: SessionStatus) -> u64 {
        let errors = self.errors + self.shared.left_out.load(Ordering::Relaxed);
        // a crash is an error too, whether there is an event of it or not
        errors.max(u64::from(status == SessionStatus::Crashed))
    }

    /// The status, if it is `alive` as long as the run goes on. What crashed has crashed, however it ends.
    fn status(&self, alive: SessionStatus) -> SessionStatus {
        if self.has_crashed() {
            SessionStatus::Crashed
        } else {
            self.over.map_or(alive, |over| over.status)
        }
    }

    pub(crate) fn end(&mut self, end: End) {
        self.over.get_or_insert_with(|| Over {
            status: end.status(),
            at: SystemTime::now(),
            duration: self.shared.duration(),
        });
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// What is to be sent should nothing more be heard of this process.
    pub(crate) fn last_will(&self) -> (SessionUpdate<'static>, Gist) {
        let status = self.status(SessionStatus::Abnormal);
        let errors = self.errors(status);
        let gist = Gist {
            errors: if self.is_over() {
                errors
            } else {
                errors.min(1)
            },
            status,
            is_first: self.known.is_none(),
            is_over: self.is_over(),
        };
        (self.update(status), gist)
    }

    fn update(&self, status: SessionStatus) -> SessionUpdate<'static> {
        SessionUpdate {
            session_id: self.id,
            distinct_id: self.shared.user.clone(),
            sequence: None,
            timestamp: Some(self.over.map_or_else(SystemTime::now, |over| over.at)),
            started: self.shared.began.0,
            init: self.known.is_none(),
            duration: self.over.map(|over| over.duration.as_secs_f64()),
            status,
            errors: self.errors(status),
            attributes: self.attributes.clone(),
        }
    }

    /// When the server is to be told of a run that goes on; never of what it knows.
    pub(crate) fn update_at(&self) -> Option<Instant> {
        let has_errors = self.errors(SessionStatus::Ok) > 0;
        let is_news = self.known != Some(has_errors) || self.has_crashed();
        (is_news && !self.is_over()).then_some(self.next_update)
    }

    /// The update that is due.
    pub(crate) fn take_update(&mut self, now: Instant) -> Option<Update> {
        if self.update_at().is_none_or(|at| at > now) {
            return None;
        }
        self.next_update = now + BETWEEN;
        Some(if self.has_crashed() {
            Update::Ends
        } else {
            Update::GoesOn(Box::new(self.update(SessionStatus::Ok)))
        })
    }

    /// The server took an update.
    pub(crate) fn was_told(&mut self, errors: u64) {
        self.known = Some(errors > 0);
    }

    /// Whether the server has heard of it.
    #[cfg(feature = "tower")]
    pub(crate) fn is_known(&self) -> bool {
        self.known.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{BETWEEN, Run, Update};
    use crate::sessions::{End, Sessions, Verdict};
    use sentry::protocol::{SessionAttributes, SessionStatus, SessionUpdate};
    use std::sync::Arc;

    fn run() -> Run {
        let attributes = SessionAttributes {
            release: "shop@1.4.2".into(),
            environment: None,
            ip_address: None,
            user_agent: None,
        };
        Run::begin(&Arc::new(Sessions::new(true, None)), attributes).unwrap()
    }

    const ERROR: Option<Verdict> = Some(Verdict {
        errored: true,
        crashed: false,
    });

    #[track_caller]
    fn leaves(run: &Run, status: SessionStatus, errors: u64) {
        let (update, _) = run.last_will();
        assert_eq!((update.status, update.errors), (status, errors));
        assert_eq!(update.duration.is_some(), run.is_over());
    }

    #[test]
    fn until_its_end_is_seen_it_is_abnormal_and_then_as_it_ended() {
        let mut run = run();
        leaves(&run, SessionStatus::Abnormal, 0);
        run.count(None, ERROR);
        leaves(&run, SessionStatus::Abnormal, 1);
        run.end(End::Exited);
        leaves(&run, SessionStatus::Exited, 1);
        run.end(End::Crashed);
        leaves(&run, SessionStatus::Exited, 1);
        assert!(run.last_will().0.init);
        assert_eq!(run.last_will().0, run.last_will().0);
    }

    #[test]
    fn an_event_counts_once_however_often_it_is_made() {
        let mut run = run();
        run.count(None, ERROR);
        run.count(ERROR, ERROR);
        leaves(&run, SessionStatus::Abnormal, 1);
        let warning = Some(Verdict::default());
        run.count(ERROR, warning);
        leaves(&run, SessionStatus::Abnormal, 0);
        run.count(warning, None);
        leaves(&run, SessionStatus::Abnormal, 0);
    }

    #[test]
    fn what_crashed_has_crashed_however_it_ends_and_a_crash_is_an_error() {
        let mut one = run();
        one.count(None, Some(Verdict::of_panic()));
        leaves(&one, SessionStatus::Crashed, 1);
        one.end(End::Exited);
        leaves(&one, SessionStatus::Crashed, 1);
        let mut other = run();
        other.end(End::Crashed);
        leaves(&other, SessionStatus::Crashed, 1);
    }

    #[test]
    fn errors_that_are_left_out_count() {
        let run = run();
        run.shared.leave_out(Verdict::of_level(None));
        leaves(&run, SessionStatus::Abnormal, 1);
        run.shared.leave_out(Verdict::of_panic());
        leaves(&run, SessionStatus::Crashed, 2);
    }

    #[track_caller]
    fn update(told: Option<Update>) -> SessionUpdate<'static> {
        match told {
            Some(Update::GoesOn(update)) => *update,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_run_that_goes_on_tells_what_is_new_and_says_once_that_it_is_the_first() {
        let mut run = run();
        let minute = |run: &Run, n| run.shared.began.1 + BETWEEN * n;
        assert!(run.take_update(run.shared.began.1).is_none());
        let first = update(run.take_update(minute(&run, 1)));
        assert_eq!((first.init, first.status), (true, SessionStatus::Ok));
        // nobody took it
        assert!(run.take_update(minute(&run, 1)).is_none());
        assert!(update(run.take_update(minute(&run, 2))).init);
        run.was_told(0);
        assert!(run.update_at().is_none());
        assert!(run.take_update(minute(&run, 3)).is_none());
        run.count(None, ERROR);
        let told = update(run.take_update(minute(&run, 4)));
        assert_eq!((told.init, told.errors), (false, 1));
        run.was_told(told.errors);
        run.count(None, ERROR);
        assert!(run.take_update(minute(&run, 5)).is_none());
        run.count(None, Some(Verdict::of_panic()));
        let last = run.take_update(minute(&run, 6));
        assert!(matches!(last, Some(Update::Ends)));
        assert!(!run.last_will().0.init);
        leaves(&run, SessionStatus::Crashed, 3);
    }
}
