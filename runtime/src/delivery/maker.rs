//! From a report to the bytes that may leave.

use super::Shared;
use super::door::{self, Sealed};
use crate::privacy::{Policy, Scrubber};
use crate::quiet::quietly;
use crate::report::event::Builder;
use crate::report::symbols::Names;
use crate::report::{Log, Report, grouping};
use crate::say;
use crate::sessions::Verdict;
use crate::trace::Completed;
use sentry::protocol::{Breadcrumb, Event};
use sentry::types::Uuid;
use sentry::{Envelope, Hub};
use std::borrow::Cow;
use std::mem;
use std::sync::Arc;

/// Makes events and seals them, and remembers over its life what they have in common.
pub(super) struct Maker {
    builder: Builder,
    scrubber: Scrubber,
    is_warm: bool,
}

/// An event as it may leave.
pub(super) struct Made {
    pub(super) sealed: Sealed,
    /// What it counts for.
    pub(super) verdict: Verdict,
}

impl Maker {
    pub(super) fn new(policy: &Policy) -> Self {
        Self {
            builder: Builder::default(),
            scrubber: Scrubber::new(policy),
            is_warm: false,
        }
    }

    /// Whether the names of a report's functions are at hand, without reading debug information.
    pub(super) fn knows(&self, report: &Report) -> bool {
        self.builder.knows(report)
    }

    /// Uses the time until the first event must be made.
    pub(super) fn warm_up(&mut self) {
        if !mem::replace(&mut self.is_warm, true) {
            self.scrubber.warm_up();
        }
    }

    /// The event of a report; `None` if a hook dropped it.
    pub(super) fn report(
        &mut self,
        report: &Report,
        event_id: Uuid,
        names: Names,
        shared: &Shared,
    ) -> Option<Made> {
        let event = self.event(report, event_id, names, shared)?;
        let verdict = Verdict::of_event(&event);
        let sealed = door::seal_event(event, &mut self.scrubber)?;
        Some(Made { sealed, verdict })
    }

    /// What somebody else made, scrubbed; `None` if nothing of it may leave.
    pub(super) fn envelope(&mut self, envelope: &Envelope, shared: &Shared) -> Option<Sealed> {
        let sealed = door::seal(envelope, &mut self.scrubber)?;
        if sealed.kept_back > 0 && shared.debug {
            say::once("an attachment was not sent: it cannot be scrubbed");
        }
        Some(sealed)
    }

    /// The same for a transaction.
    pub(super) fn transaction(&mut self, completed: &Completed, shared: &Shared) -> Option<Sealed> {
        match completed {
            Completed::Alone(headers, transaction) => {
                door::seal_transaction(headers, transaction, &mut self.scrubber)
            }
            Completed::Among(envelope) => self.envelope(envelope, shared),
        }
    }

    /// Makes the event, and lets scope, integrations and `before_send` see it, as they would see
    /// one that was captured by hand. User code runs here.
    fn event(
        &mut self,
        report: &Report,
        event_id: Uuid,
        names: Names,
        shared: &Shared,
    ) -> Option<Event<'static>> {
        let client = shared.client()?;
        let mut event = self.builder.event(report, client.options(), names);
        event.event_id = event_id;
        if client.options().release.is_none() {
            event.release = report.release().map(Into::into);
        }
        let grouped_by = grouping::fingerprint(report).unwrap_or_default();
        let log = match report.log.as_deref() {
            Some(Log::Breadcrumb(log)) => Some(log.clone()),
            _ => None,
        };
        let hub = Arc::clone(&report.hub);
        let prepared = quietly(|| {
            let mut scope = hub.configure_scope(|scope| scope.clone());
            // after the scope had its say
            scope.add_event_processor(move |mut event| {
                if is_default(&event.fingerprint) && !grouped_by.is_empty() {
                    event.fingerprint = grouped_by.clone().into();
                }
                if let Some(log) = &log {
                    add_unless_there(log, &mut event.breadcrumbs.values);
                }
                Some(event)
            });
            Hub::run(Arc::clone(&hub), || {
                client.prepare_event(event, Some(&scope))
            })
        });
        if prepared.is_none() {
            say::once("a report was dropped: `before_send` or an event processor panicked");
        }
        if !matches!(prepared, Some(Some(_))) {
            shared.absorb_losses_of_client();
        }
        prepared?
    }
}

/// A breadcrumb of a log is in the scope already, unless it was one within a span of its own.
fn add_unless_there(log: &Breadcrumb, breadcrumbs: &mut Vec<Breadcrumb>) {
    let is_it = |one: &Breadcrumb| one.category == log.category && one.message == log.message;
    if !breadcrumbs.iter().any(is_it) {
        breadcrumbs.push(log.clone());
    }
}

/// Whether a fingerprint leaves the grouping to the server.
fn is_default(fingerprint: &[Cow<'_, str>]) -> bool {
    matches!(fingerprint, [only] if only.trim_matches(['{', '}', ' ']) == "default")
}
