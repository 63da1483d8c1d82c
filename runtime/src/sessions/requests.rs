//! The requests of a service, counted by the minute that they began in.

use super::Sessions;
use sentry::protocol::SessionAggregateItem;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Whether this process has the layer that sees requests. Until one comes, its run may be a session; but
/// the server is not told of it, as it could not take that back.
static HAS_LAYER: AtomicBool = AtomicBool::new(false);

/// How a request ended.
#[cfg(any(test, feature = "tower"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Exited,
    Errored,
    Crashed,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    exited: u32,
    errored: u32,
    crashed: u32,
}

/// Counts of those that ended, and how many have not.
#[derive(Default)]
pub(crate) struct Requests {
    #[cfg(any(test, feature = "tower"))]
    are_there: AtomicBool,
    under_way: AtomicU32,
    by_minute: Mutex<BTreeMap<u64, Counts>>,
}

impl Requests {
    /// There is a layer, so that requests may come.
    #[cfg(feature = "tower")]
    pub(crate) fn expect() {
        HAS_LAYER.store(true, Ordering::Relaxed);
    }

    pub(crate) fn are_expected() -> bool {
        HAS_LAYER.load(Ordering::Relaxed)
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<u64, Counts>> {
        self.by_minute
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is the first one.
    #[cfg(any(test, feature = "tower"))]
    pub(crate) fn begin(&self) -> bool {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        !self.are_there.swap(true, Ordering::Relaxed)
    }

    /// Counts one that began then; whether there was nothing to tell before.
    #[cfg(any(test, feature = "tower"))]
    pub(crate) fn end(&self, began: SystemTime, outcome: Outcome) -> bool {
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        let mut counts = self.counts();
        let was_empty = counts.is_empty();
        let counts = counts.entry(minute(began)).or_default();
        let count = match outcome {
            Outcome::Exited => &mut counts.exited,
            Outcome::Errored => &mut counts.errored,
            Outcome::Crashed => &mut counts.crashed,
        };
        *count = count.saturating_add(1);
        was_empty
    }

    /// Whether there is something to tell.
    pub(crate) fn are_any(&self) -> bool {
        !self.counts().is_empty()
    }

    /// Counts what the process takes along as it crashes.
    pub(crate) fn crash(&self) {
        let under_way = self.under_way.load(Ordering::Relaxed);
        if under_way > 0 {
            let mut counts = self.counts();
            let counts = counts.entry(minute(SystemTime::now())).or_default();
            counts.crashed = counts.crashed.saturating_add(under_way);
        }
    }

    /// The counts since this was asked last.
    pub(crate) fn take(&self, sessions: &Sessions) -> Option<Vec<SessionAggregateItem>> {
        let counts = std::mem::take(&mut *self.counts());
        if counts.is_empty() {
            return None;
        }
        let aggregates = counts
            .into_iter()
            .map(|(minute, counts)| SessionAggregateItem {
                started: UNIX_EPOCH + Duration::from_secs(minute * 60),
                distinct_id: sessions.user.clone(),
                exited: counts.exited,
                errored: counts.errored,
                abnormal: 0,
                crashed: counts.crashed,
            });
        Some(aggregates.collect())
    }
}

fn minute(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / 60
}

#[cfg(test)]
mod tests {
    use super::Outcome::{Crashed, Errored, Exited};
    use crate::sessions::Sessions;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn requests_are_counted_by_the_minute_that_they_began_in_and_told_once() {
        let sessions = Sessions::new(true, Some("an id".to_owned()));
        let requests = &sessions.requests;
        let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(1_764_086_400 + seconds);
        let ended = [
            (at(0), Exited),
            (at(59), Exited),
            (at(60), Errored),
            (at(61), Crashed),
            (at(1), Errored),
        ];
        for (number, (began, outcome)) in ended.into_iter().enumerate() {
            assert_eq!(requests.begin(), number == 0);
            assert_eq!(requests.end(began, outcome), number == 0);
        }
        let told = requests.take(&sessions).unwrap();
        let counts = told.iter().map(|item| {
            assert_eq!(item.distinct_id.as_deref(), Some("an id"));
            (item.started, item.exited, item.errored, item.crashed)
        });
        let counts: Vec<_> = counts.collect();
        assert_eq!(counts, [(at(0), 2, 1, 0), (at(60), 0, 1, 1)]);
        assert!(requests.take(&sessions).is_none());
    }

    #[test]
    fn what_is_under_way_goes_down_with_the_process() {
        let sessions = Sessions::new(true, None);
        sessions.requests.crash();
        assert!(sessions.requests.take(&sessions).is_none());
        sessions.requests.begin();
        sessions.requests.begin();
        sessions.requests.end(UNIX_EPOCH, Exited);
        sessions.requests.crash();
        let told = sessions.requests.take(&sessions).unwrap();
        assert_eq!(told[0].exited, 1);
        assert_eq!(told[1].crashed, 1);
    }
}
