//! The worker: holds reports until their error has come to rest, makes events of them, sends.
//!
//! Events are made one at a time, when the one before has left: what waits does so in its small form.

use super::door::{self, Sealed};
use super::outlet::{Answer, Outlet};
use super::queue::Receiver;
use super::{Message, Shared};
use crate::privacy::Scrubber;
use crate::report::bubble::Claimant;
use crate::report::event::{Builder, SourceLines};
use crate::report::stack::Stack;
use crate::report::{Amendment, Origin, Report, ReportId, grouping, quietly};
use crate::say;
use sentry::client_report::Reason;
use sentry::protocol::Event;
use sentry::transports::{RateLimiter, RateLimitingCategory};
use sentry::{Envelope, Hub};
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

/// A rate limit up to this long is waited out; what falls under a longer one is dropped and counted.
const PATIENCE: Duration = Duration::from_secs(60);
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

pub(super) struct Worker {
    queue: Receiver<Message>,
    shared: Arc<Shared>,
    outlet: Box<dyn Outlet>,
    builder: Builder,
    scrubber: Scrubber,
    limiter: RateLimiter,
    hold: Duration,
    /// Reports that may still be amended, and when each may leave.
    held: HashMap<ReportId, Report>,
    due: VecDeque<(Instant, ReportId)>,
    envelopes: VecDeque<Envelope>,
    /// The envelope that is being sent, sealed; it stays here while the network is down.
    sending: Option<Sealed>,
    backoff: Duration,
    not_before: Option<Instant>,
    flushing: Option<Flush>,
}

struct Flush {
    deadline: Instant,
    done: SyncSender<bool>,
    lost_any: bool,
}

impl Worker {
    pub(super) fn new(
        queue: Receiver<Message>,
        shared: Arc<Shared>,
        outlet: Box<dyn Outlet>,
        hold: Duration,
    ) -> Self {
        Self {
            queue,
            shared,
            outlet,
            builder: Builder::default(),
            scrubber: Scrubber::default(),
            limiter: RateLimiter::new(),
            hold,
            held: HashMap::new(),
            due: VecDeque::new(),
            envelopes: VecDeque::new(),
            sending: None,
            backoff: FIRST_BACKOFF,
            not_before: None,
            flushing: None,
        }
    }

    /// Works until the pipeline is gone.
    pub(super) fn run(mut self) {
        Stack::warm_up();
        loop {
            match self.next_message() {
                Ok(message) => self.handle(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.take_messages();
            self.send_one();
            // what a hook captured meanwhile belongs to the flush too
            self.take_messages();
            self.answer_flush();
        }
    }

    fn take_messages(&mut self) {
        while let Some(message) = self.queue.try_recv() {
            self.handle(message);
        }
    }

    fn next_message(&self) -> Result<Message, RecvTimeoutError> {
        self.queue.recv_until(self.wake_at())
    }

    /// When there is something to do even if nothing arrives.
    fn wake_at(&self) -> Option<Instant> {
        let now = Instant::now();
        let work =
            if self.sending.is_some() || !self.envelopes.is_empty() || self.flushing.is_some() {
                Some(now)
            } else {
                self.due.front().map(|(at, _)| *at)
            };
        let work = work.map(|at| self.not_before.map_or(at, |not_before| at.max(not_before)));
        match &self.flushing {
            Some(flush) => Some(work.map_or(flush.deadline, |at| at.min(flush.deadline))),
            None => work,
        }
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Report(report) => {
                self.due.push_back((Instant::now() + self.hold, report.id));
                self.held.insert(report.id, *report);
            }
            Message::Amend(amendment) => self.amend(*amendment),
            Message::Envelope(envelope) => self.envelopes.push_back(*envelope),
            Message::Flush { deadline, done } => {
                if let Some(earlier) = self.flushing.take() {
                    // its caller has given up, or waits for no more than this one does
                    let _ = earlier.done.try_send(false);
                }
                self.flushing = Some(Flush {
                    deadline,
                    done,
                    lost_any: false,
                });
                self.not_before = None;
                self.backoff = FIRST_BACKOFF;
            }
        }
    }

    fn amend(&mut self, amendment: Amendment) {
        let Some(report) = self.held.get_mut(&amendment.id) else {
            return;
        };
        Arc::make_mut(&mut report.chain).widen(&amendment.chain);
        if let Origin::Functions(steps) = &mut report.origin {
            let recorded = amendment.who == Claimant::Main
                && steps
                    .last()
                    .is_some_and(|last| last.site.full_name() == amendment.step.site.full_name());
            if !recorded {
                steps.push(amendment.step);
            }
        }
    }

    fn send_one(&mut self) {
        if self.not_before.is_some_and(|at| at > Instant::now()) {
            return;
        }
        self.not_before = None;
        if self.sending.is_none() {
            self.sending = self.next_sealed();
        }
        let Some(sealed) = self.sending.take() else {
            return;
        };
        if let Some(left) = self.limiter.is_disabled(category(&sealed.kind)) {
            // only errors are worth waiting for: what waits here holds up all that follows
            if sealed.kind == "event" && left <= PATIENCE && self.flushing.is_none() {
                self.not_before = Some(Instant::now() + left);
                self.sending = Some(sealed);
            } else {
                self.lost(&sealed, Reason::RatelimitBackoff);
            }
            return;
        }
        let (answer, limits) = self.outlet.send(&sealed.bytes);
        self.shared.answered(&answer);
        if let Some(header) = &limits.sentry {
            self.limiter.update_from_sentry_header(header);
        }
        match answer {
            Answer::Taken { .. } => {
                self.backoff = FIRST_BACKOFF;
                self.shared.delivered.fetch_add(1, Ordering::Relaxed);
                self.shared.done_with_one();
            }
            Answer::RateLimited => {
                match (&limits.sentry, &limits.retry_after) {
                    (Some(_), _) => {}
                    (None, Some(header)) => self.limiter.update_from_retry_after(header),
                    (None, None) => self.limiter.update_from_429(),
                }
                self.sending = Some(sealed);
            }
            Answer::Refused { status, reason } => {
                let reason = reason
                    .map(|reason| format!(": {}", say::one_line(&reason)))
                    .unwrap_or_default();
                say::once(&format!(
                    "the server refused a report with status {status}{reason}"
                ));
                self.lost(&sealed, Reason::SendError);
            }
            Answer::Failed { .. } => self.retry(sealed),
            Answer::Unreachable(why) => {
                if self.shared.debug {
                    say::once(&format!("cannot reach the server: {}", say::one_line(&why)));
                }
                if self.flushing.is_some() {
                    // no use in keeping the program: the next try would fail the same way
                    self.lost(&sealed, Reason::NetworkError);
                    self.give_up();
                } else {
                    self.retry(sealed);
                }
            }
        }
    }

    fn retry(&mut self, sealed: Sealed) {
        self.sending = Some(sealed);
        let jitter = self.backoff.mul_f64(0.5 * jitter());
        self.not_before = Some(Instant::now() + self.backoff + jitter);
        self.backoff = (self.backoff * 2).min(LONGEST_BACKOFF);
    }

    /// The next envelope that may leave, made, scrubbed and serialized.
    fn next_sealed(&mut self) -> Option<Sealed> {
        loop {
            let envelope = match self.envelopes.pop_front() {
                Some(envelope) => Some(envelope),
                None => {
                    let report = self.next_report()?;
                    self.envelope_of(report)
                }
            };
            let sealed = envelope.and_then(|mut envelope| {
                // one that was serialized elsewhere shows no items, and takes none
                if envelope.items().next().is_some()
                    && let Some(left_out) = self.shared.left_out.take()
                {
                    envelope.add_item(left_out);
                }
                let sealed =
                    door::seal(&envelope, &mut self.scrubber, self.shared.send_default_pii)?;
                if sealed.kept_back > 0 && self.shared.debug {
                    say::once("an attachment was not sent: it cannot be scrubbed");
                }
                Some(sealed)
            });
            match sealed {
                Some(sealed) => return Some(sealed),
                None => self.shared.done_with_one(), // dropped by a hook, or empty
            }
        }
    }

    fn next_report(&mut self) -> Option<Report> {
        let (due, _) = self.due.front()?;
        if *due > Instant::now() && self.flushing.is_none() {
            return None;
        }
        let (_, id) = self.due.pop_front()?;
        self.held.remove(&id)
    }

    /// Makes the event, and lets scope, integrations and `before_send` see it, as they would see
    /// one that was captured by hand. User code runs here, under no lock.
    fn envelope_of(&mut self, report: Report) -> Option<Envelope> {
        let client = self.shared.client()?;
        let lines = match client.options().environment.as_deref() {
            Some("development") => SourceLines::Shown,
            _ => SourceLines::Left,
        };
        let mut event = self.builder.event(&report, lines);
        if client.options().release.is_none() {
            event.release = report.release().map(Into::into);
        }
        let grouped_by = grouping::fingerprint(&report).unwrap_or_default();
        let hub = Arc::new(report.hub);
        let prepared = quietly(|| {
            let mut scope = hub.configure_scope(|scope| scope.clone());
            // after the scope had its say
            scope.add_event_processor(move |mut event| {
                if is_default(&event.fingerprint) && !grouped_by.is_empty() {
                    event.fingerprint = grouped_by.clone().into();
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
        prepared?.map(Envelope::from)
    }

    fn lost(&mut self, sealed: &Sealed, reason: Reason) {
        match Envelope::from_slice(&sealed.bytes) {
            Ok(envelope) => self.shared.drop_one(&envelope, reason),
            Err(_) => self.shared.drop_one(&Event::default(), reason),
        }
        if let Some(flush) = &mut self.flushing {
            flush.lost_any = true;
        }
    }

    /// Drops everything, unmade: the process is about to end, and the server is not there.
    fn give_up(&mut self) {
        for envelope in std::mem::take(&mut self.envelopes) {
            self.shared.drop_one(&envelope, Reason::NetworkError);
        }
        self.due.clear();
        for _ in self.held.drain() {
            self.shared
                .drop_one(&Event::default(), Reason::NetworkError);
        }
    }

    fn answer_flush(&mut self) {
        let Some(flush) = &self.flushing else { return };
        let empty = self.sending.is_none() && self.envelopes.is_empty() && self.due.is_empty();
        if empty || Instant::now() >= flush.deadline {
            let delivered = empty && !flush.lost_any;
            let _ = flush.done.try_send(delivered);
            self.flushing = None;
        }
    }
}

/// Whether a fingerprint leaves the grouping to the server.
fn is_default(fingerprint: &[Cow<'_, str>]) -> bool {
    matches!(fingerprint, [only] if only.trim_matches(['{', '}', ' ']) == "default")
}

fn category(kind: &str) -> RateLimitingCategory {
    match kind {
        "event" => RateLimitingCategory::Error,
        "transaction" => RateLimitingCategory::Transaction,
        "session" | "sessions" => RateLimitingCategory::Session,
        "log" => RateLimitingCategory::LogItem,
        "trace_metric" => RateLimitingCategory::TraceMetric,
        _ => RateLimitingCategory::Any,
    }
}

/// Between 0 and 1; only there to keep processes from trying in step.
fn jitter() -> f64 {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.subsec_nanos());
    f64::from(nanos % 1000) / 1000.0
}
