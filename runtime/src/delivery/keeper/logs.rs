//! Events of what a program logged. They wait as long as reports do: an error that is logged and then
//! returned is one error, and its report says more.

use super::{Keeper, Outgoing, Place, pop_if};
#[cfg(feature = "tracing")]
use crate::report::chain::logged::are_expected;
use crate::report::{Audience, Log, Report};
use crate::sessions::Verdict;
use sentry::Envelope;
use sentry::protocol::{Breadcrumb, Context, Event, Map};
use sentry::types::Uuid;
use std::time::Instant;

/// What is known of such an event.
pub(super) struct Logged {
    due: Instant,
    event_id: Uuid,
    verdict: Verdict,
    /// The log, as the report that stands for it shows it.
    breadcrumb: Breadcrumb,
}

impl Keeper {
    /// Whether an envelope may be of a log; if there is a layer that makes such, each event may.
    pub(super) fn logged(&self, envelope: &Envelope, audience: Audience) -> Option<Box<Logged>> {
        let is_held = audience == Audience::All && are_expected();
        let event = envelope.event().filter(|_| is_held)?;
        Some(Box::new(Logged {
            due: Instant::now() + self.hold,
            event_id: event.event_id,
            verdict: Verdict::of_event(event),
            breadcrumb: breadcrumb(event),
        }))
    }

    /// The next one whose turn has come; Spotlight has its copy then.
    pub(super) fn next_ready(&mut self) -> Option<Outgoing> {
        let (now, all) = (Instant::now(), self.holds_nothing_back());
        let is_due = |outgoing: &Outgoing| all || outgoing.due().is_none_or(|at| at <= now);
        let mut outgoing = pop_if(&mut self.ready, is_due)?;
        if outgoing.logged.take().is_some() {
            self.copy(&outgoing.bytes);
        }
        Some(outgoing)
    }

    /// When that is.
    pub(super) fn ready_at(&self) -> Option<Instant> {
        let next = self.ready.front()?;
        Some(next.due().unwrap_or_else(Instant::now))
    }

    /// Takes back the event of a log for which a report stands; says what that counted for.
    pub(super) fn withdraw_log(&mut self, report: &mut Report) -> Option<Verdict> {
        let Log::Event(event_id) = *report.log.take()? else {
            return None;
        };
        let is_it = |outgoing: &Outgoing| {
            let logged = outgoing.logged.as_ref();
            logged.is_some_and(|logged| logged.event_id == event_id)
        };
        let at = self.ready.iter().rposition(is_it)?;
        let Outgoing { place, logged, .. } = self.ready.remove(at)?;
        if let Place::Disk(entry) = place {
            self.spool.remove(&entry);
        }
        self.shared.done_with_one();
        let logged = logged?;
        report.log = Some(Box::new(Log::Breadcrumb(logged.breadcrumb)));
        Some(logged.verdict)
    }
}

impl Outgoing {
    fn due(&self) -> Option<Instant> {
        self.logged.as_ref().map(|logged| logged.due)
    }
}

#[cfg(not(feature = "tracing"))]
const fn are_expected() -> bool {
    false
}

fn breadcrumb(event: &Event<'_>) -> Breadcrumb {
    let fields = match event.contexts.get("Rust Tracing Fields") {
        Some(Context::Other(fields)) => fields.clone(),
        _ => Map::new(),
    };
    Breadcrumb {
        timestamp: event.timestamp,
        ty: "log".to_owned(),
        category: event.logger.clone(),
        level: event.level,
        message: event.message.clone(),
        data: fields,
    }
}
