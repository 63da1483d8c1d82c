//! Sessions on their way: the run's lies on disk as what is to be sent should the process end here.

use super::{Keeper, Outgoing, Place};
use crate::delivery::spool::Entry;
use crate::report;
use crate::sessions::run::{Gist, Run, Update};
use crate::sessions::{End, Requests, Verdict};
use sentry::Envelope;
use sentry::protocol::{SessionAggregates, SessionAttributes, SessionUpdate};
use std::sync::atomic::Ordering;
#[cfg(feature = "tower")]
use std::time::Duration;
use std::time::Instant;

/// How late requests are told of.
#[cfg(feature = "tower")]
const REQUESTS: Duration = Duration::from_secs(60);

/// What the worker knows of sessions.
#[derive(Default)]
pub(super) struct OwnSessions {
    /// What they have in common; `None` if there are none.
    attributes: Option<SessionAttributes<'static>>,
    run: Option<Run>,
    /// The run's, on disk.
    will: Option<(Entry, Gist)>,
    /// Whether the end was heard of.
    ended: bool,
    /// Whether somebody waits at an end of the program until the sessions are kept.
    is_waited_for: bool,
    /// When counts of requests are to be told.
    requests_at: Option<Instant>,
    /// Errors that the server does not know of yet, of the update that is being sent.
    telling: u64,
}

impl OwnSessions {
    /// Counts an event, in the place of what was said of it before.
    pub(super) fn count(&mut self, counted: &mut Option<Verdict>, verdict: Option<Verdict>) {
        let was = std::mem::replace(counted, verdict);
        if let Some(run) = &mut self.run {
            run.count(was, verdict);
        }
    }

    /// Whether the last word of the run is still to be sent.
    pub(super) fn are_due(&self) -> bool {
        self.run.as_ref().is_some_and(Run::is_over)
    }

    /// When something is to be told.
    pub(super) fn next_at(&self) -> Option<Instant> {
        let update = || self.run.as_ref()?.update_at();
        let update = (!Requests::are_expected()).then(update).flatten();
        [update, self.requests_at].into_iter().flatten().min()
    }

    /// Whether the run lies on disk, and goes on.
    pub(super) fn lie_there(&self) -> bool {
        self.will.is_some()
    }
}

impl Keeper {
    pub(in crate::delivery) fn begin_sessions(&mut self) {
        let client = self.shared.client();
        let sessions = &self.shared.sessions;
        let attributes = client.and_then(|client| sessions.attributes(&client, self.shared.debug));
        self.sessions.run = attributes
            .clone()
            .and_then(|attributes| Run::begin(sessions, attributes));
        self.sessions.attributes = attributes;
        self.keep_run();
    }

    /// Ends the run, if the program does. What was captured before that may have come since the queue was
    /// last looked at, and counts.
    pub(super) fn heed_end(&mut self) {
        let Some(end) = self.shared.sessions.ended() else {
            return;
        };
        if std::mem::replace(&mut self.sessions.ended, true) {
            return;
        }
        self.take_messages();
        self.sessions.is_waited_for = true;
        self.end_run(end);
        if end == End::Crashed {
            self.shared.sessions.requests.crash();
        }
        self.tell_of_requests();
    }

    /// The last word of the run waits to be sent from now on.
    fn end_run(&mut self, end: End) {
        let run = self.sessions.run.as_mut().filter(|run| !run.is_over());
        if let Some(run) = run {
            run.end(end);
            self.shared.waiting.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// From the first request on, those are what is counted.
    #[cfg(feature = "tower")]
    pub(super) fn count_requests(&mut self) {
        let at = Instant::now() + REQUESTS;
        self.sessions.requests_at.get_or_insert(at);
        if self.sessions.run.as_ref().is_some_and(Run::is_known) {
            self.end_run(End::Exited);
        } else if !self.sessions.are_due() {
            self.sessions.run = None;
            if let Some((entry, _)) = self.sessions.will.take() {
                self.spool.remove(&entry);
            }
        }
    }

    /// Hands on what is known of requests that have ended.
    pub(super) fn tell_of_requests(&mut self) {
        self.sessions.requests_at = None;
        let sessions = &self.shared.sessions;
        let (Some(aggregates), Some(attributes)) =
            (sessions.requests.take(sessions), &self.sessions.attributes)
        else {
            return;
        };
        let mut envelope = Envelope::new();
        envelope.add_item(SessionAggregates {
            aggregates,
            attributes: attributes.clone(),
        });
        let Some(sealed) = self.maker.envelope(&envelope, &self.shared) else {
            return;
        };
        self.copy(&sealed.bytes);
        let entry = self.spool.keep(report::next_id(), &sealed.bytes);
        self.shared.waiting.fetch_add(1, Ordering::AcqRel);
        let place = Place::kept(entry);
        self.ready
            .push_back(Outgoing::new(sealed.kind, sealed.bytes, place));
    }

    /// Writes the run down, where that says something new. Its last word waits for the events that it
    /// counts, as everybody does then.
    pub(super) fn keep_run(&mut self) {
        if self.sessions.ended && !self.unkept.is_empty() {
            return;
        }
        self.write_will();
        if std::mem::take(&mut self.sessions.is_waited_for) {
            self.shared.kept_one();
        }
    }

    fn write_will(&mut self) {
        let Some(run) = &self.sessions.run else {
            return;
        };
        let (update, gist) = run.last_will();
        if !self.spool.is_on()
            || self
                .sessions
                .will
                .as_ref()
                .is_some_and(|will| will.1 == gist)
        {
            return;
        }
        let Some(bytes) = self.sealed(update) else {
            return;
        };
        match &mut self.sessions.will {
            Some((entry, known)) => {
                self.spool.replace(entry, &bytes);
                *known = gist;
            }
            none => {
                let entry = self.spool.keep_apart(report::next_id(), &bytes);
                *none = entry.map(|entry| (entry, gist));
            }
        }
    }

    fn sealed(&mut self, update: SessionUpdate<'static>) -> Option<Vec<u8>> {
        let mut envelope = Envelope::new();
        envelope.add_item(update);
        let sealed = self.maker.envelope(&envelope, &self.shared)?;
        Some(sealed.bytes)
    }

    /// What is to be said of sessions when there is nothing else to send: a run's last word comes after
    /// the events that it counts.
    pub(super) fn next_session(&mut self) -> Option<Outgoing> {
        let now = Instant::now();
        if self.sessions.requests_at.is_some_and(|at| at <= now) {
            self.tell_of_requests();
            if let Some(outgoing) = self.next_ready() {
                return Some(outgoing);
            }
        }
        let run = self.sessions.run.as_mut()?;
        let may_tell = !Requests::are_expected();
        match may_tell.then(|| run.take_update(now)).flatten() {
            Some(Update::GoesOn(update)) => {
                self.sessions.telling = update.errors;
                let bytes = self.sealed(*update)?;
                self.copy(&bytes);
                return Some(Outgoing::new("session", bytes, Place::Will));
            }
            Some(Update::Ends) => self.end_run(End::Crashed),
            None => {}
        }
        if self.sessions.are_due() {
            self.last_word()
        } else {
            None
        }
    }

    fn last_word(&mut self) -> Option<Outgoing> {
        let (update, gist) = self.sessions.run.take()?.last_will();
        let place = match self.sessions.will.take() {
            Some((entry, known)) if known == gist => Place::Disk(entry),
            other => Place::Memory(other.map(|(entry, _)| entry)),
        };
        let Some(bytes) = self.sealed(update) else {
            self.shared.done_with_one();
            return None;
        };
        self.copy(&bytes);
        let mut outgoing = Outgoing::new("session", bytes, place);
        self.settle(&mut outgoing);
        self.keep_run(); // nobody need wait for it any more
        Some(outgoing)
    }

    /// The server took an update of a run that goes on. One that it did not take is of no use any more:
    /// the next one says the same.
    pub(in crate::delivery) fn was_told_of_run(&mut self) {
        if let Some(run) = &mut self.sessions.run {
            run.was_told(self.sessions.telling);
        }
        self.keep_run();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{keeper, report};
    use super::{Keeper, Run};
    use crate::delivery::Pipeline;
    use crate::sessions::End;
    use sentry::Client;
    use sentry::protocol::{SessionAttributes, SessionStatus};
    use std::sync::Arc;
    use tempfile::TempDir;

    fn with_run() -> (Keeper, Pipeline, (Arc<Client>, TempDir)) {
        let (mut keeper, pipeline, around) = keeper();
        let attributes = SessionAttributes {
            release: "shop@1.4.2".into(),
            environment: None,
            ip_address: None,
            user_agent: None,
        };
        keeper.sessions.run = Run::begin(&pipeline.shared.sessions, attributes);
        (keeper, pipeline, around)
    }

    #[test]
    fn the_last_word_counts_what_came_while_the_worker_looked_elsewhere() {
        let (mut keeper, pipeline, _around) = with_run();
        keeper.take_messages();
        pipeline.report(report());
        pipeline.report(report());
        pipeline.shared.end_sessions(End::Crashed);
        keeper.heed_end();
        keeper.is_flushing = true;
        keeper.keep();

        let (last, _) = keeper.sessions.run.unwrap().last_will();
        assert_eq!((last.status, last.errors), (SessionStatus::Crashed, 2));
        assert!(pipeline.shared.is_kept());
    }

    #[test]
    #[cfg(unix)]
    fn a_signal_waits_for_the_last_word_that_it_finds_unsaid() {
        let (mut keeper, pipeline, _around) = with_run();
        keeper.heed_end();
        // one that ends nothing, should the worker raise it
        pipeline.end_by(libc::SIGURG, End::Exited);
        keeper.end_if_due();

        assert!(pipeline.shared.is_ending());
        assert!(keeper.sessions.are_due());
    }
}
