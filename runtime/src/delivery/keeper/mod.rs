//! What is captured but not delivered: in memory as small as it came, on disk as it will be sent.
//!
//! A report waits a moment until its error has come to rest. Before that, and before the network is
//! tried, its event lies in the spool; what outer functions add to it later, and names for which
//! debug information must be read, follow when it is its turn.

mod copies;
mod disk;
mod logs;
mod losses;
mod sessions;
#[cfg(test)]
mod testing;

use self::logs::Logged;
use self::losses::LossesOnTheirWay;
use self::sessions::OwnSessions;
use super::maker::{Made, Maker};
use super::queue::{Receiver, Sleep};
use super::shared::Silence;
use super::spool::{Entry, Spool};
use super::spotlight::Copies;
use super::stacks::Stacks;
use super::{Message, Shared, Then};
use crate::exit;
use crate::report::symbols::Names;
use crate::report::{self, Amendment, Audience, Report, ReportId};
use crate::sessions::Verdict;
use crate::trace;
use sentry::Envelope;
use sentry::protocol::{ClientReport, EnvelopeItem};
use sentry::types::{Uuid, random_uuid};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

/// How long a report may be in memory only. Most errors have come to rest by then, so that most
/// events are made once.
const UNKEPT: Duration = Duration::from_millis(1);
/// Of a backlog: how long something is sent before reports are kept again.
pub(super) const TURN_OF_SENDING: Duration = Duration::from_millis(10);
/// Before a signal ends the process: how long it may take to count what is lost.
const TO_COUNT: Duration = Duration::from_millis(50);
/// How many unkept reports are a backlog.
const BACKLOG: usize = 256;

pub(super) struct Keeper {
    queue: Receiver<Message>,
    shared: Arc<Shared>,
    maker: Maker,
    pub(super) spool: Spool,
    /// For Spotlight, if there is one.
    copies: Option<Copies>,
    hold: Duration,
    held: HashMap<ReportId, Held>,
    /// Which reports may leave when.
    due: VecDeque<(Instant, ReportId)>,
    unkept: VecDeque<(Instant, ReportId)>,
    /// How long a report may still be in memory only once it was taken from the queue.
    unkept_for: Duration,
    /// Those on disk whose event can be made better.
    drafts: VecDeque<ReportId>,
    ready: VecDeque<Outgoing>,
    /// Those of which nothing is in memory any more, the newest first.
    written: VecDeque<Entry>,
    on_their_way: Vec<OnItsWay>,
    losses_on_their_way: Option<LossesOnTheirWay>,
    stacks: Stacks,
    bytes: usize,
    /// Flushes that nobody has looked at yet.
    pub(super) flushes: Vec<Flush>,
    pub(super) is_flushing: bool,
    /// When a signal ends the process at the latest.
    end_at: Option<(Instant, Silence)>,
    /// What was captured while nothing could be kept, or could not be when its turn came.
    memory_only: Vec<ReportId>,
    /// Counts of losses, on disk, that wait for the end of a rate limit.
    set_apart: Vec<Outgoing>,
    /// Whether of a backlog a new one is kept next, and not an old one.
    is_new_next: bool,
    /// When the process ends, so that a backlog is lost.
    last_moment: Option<Instant>,
    sessions: OwnSessions,
}

struct Held {
    report: Box<Report>,
    event_id: Uuid,
    due: Instant,
    kept: Option<Box<OnDisk>>,
    /// What it counts for in the run's session.
    counted: Option<Verdict>,
}

struct OnDisk {
    entry: Entry,
    bytes: Option<Vec<u8>>,
    is_draft: bool,
}

/// What is being sent and was nowhere but in memory.
struct OnItsWay {
    since: Instant,
    bytes: Vec<u8>,
    entry: Option<Entry>,
}

/// One who waits until everything is sent.
pub(super) struct Flush {
    pub(super) deadline: Instant,
    pub(super) done: SyncSender<bool>,
}

/// An envelope whose turn it is.
pub(super) struct Outgoing {
    pub(super) bytes: Vec<u8>,
    /// The type of its first item.
    pub(super) kind: String,
    pub(super) place: Place,
    /// Of what a program logged.
    logged: Option<Box<Logged>>,
}

/// Where an envelope lies besides.
pub(super) enum Place {
    /// Nowhere, or in the spool as it was before it was made whole.
    Memory(Option<Entry>),
    /// In the spool.
    Disk(Entry),
    /// In the spool of an earlier run.
    Adopted(Entry),
    /// A run's session, of which more will be said, is on disk anyway.
    Will,
}

impl Outgoing {
    pub(super) fn new(kind: impl Into<String>, bytes: Vec<u8>, place: Place) -> Self {
        let kind = kind.into();
        Self {
            bytes,
            kind,
            place,
            logged: None,
        }
    }

    fn is_nowhere_else(&self) -> bool {
        matches!(self.place, Place::Memory(None))
    }
}

impl Place {
    /// That of what was to be kept.
    fn kept(entry: Option<Entry>) -> Self {
        entry.map_or(Self::Memory(None), Self::Disk)
    }
}

impl Keeper {
    pub(super) fn new(
        queue: Receiver<Message>,
        shared: Arc<Shared>,
        spool: Spool,
        hold: Duration,
    ) -> Self {
        Self {
            queue,
            maker: Maker::new(&shared.policy),
            copies: shared.spotlight.as_deref().and_then(Copies::to),
            shared,
            spool,
            hold,
            held: HashMap::new(),
            due: VecDeque::new(),
            unkept: VecDeque::new(),
            unkept_for: UNKEPT,
            drafts: VecDeque::new(),
            ready: VecDeque::new(),
            written: VecDeque::new(),
            on_their_way: Vec::new(),
            losses_on_their_way: None,
            stacks: Stacks::default(),
            bytes: 0,
            flushes: Vec::new(),
            is_flushing: false,
            end_at: None,
            memory_only: Vec::new(),
            set_apart: Vec::new(),
            is_new_next: false,
            last_moment: None,
            sessions: OwnSessions::default(),
        }
    }

    /// Waits for a message, or until then.
    pub(super) fn wait(&mut self, until: Option<Instant>) -> Result<(), RecvTimeoutError> {
        let kept_by = self.unkept.front().map(|(at, _)| *at);
        // what comes within a moment is found then
        let sleep = if kept_by.is_some() {
            Sleep::Light
        } else {
            Sleep::Deep
        };
        let better_by = self.drafts.front().map(|id| {
            let held = self.held.get(id);
            held.map_or_else(Instant::now, |held| held.due)
        });
        let end_at = self.end_at.as_ref().map(|(at, _)| *at);
        let unused_at = self.spool.unused_at();
        let until = [
            until,
            kept_by,
            better_by,
            end_at,
            unused_at,
            self.copies_at(),
        ];
        let until = until.into_iter().flatten().min();
        let message = self.queue.recv_until(until, sleep)?;
        self.handle(message);
        Ok(())
    }

    /// Does what cannot wait until the network has answered.
    pub(super) fn attend(&mut self) {
        self.take_messages();
        self.heed_end();
        self.end_if_due();
        if self.shared.is_crashing()
            && let Some(crash) = exit::crash()
        {
            self.hold(Box::new(Report::of_crash(&crash)));
        }
        self.keep();
        self.spool.remove_unused();
        self.copy_what_is_due();
        self.send_copies();
    }

    /// Ends the process by the signal that asked for it, once all is done or the time is over.
    pub(super) fn end_if_due(&mut self) {
        if self.shared.is_ending() {
            self.heed_end();
            let shared = &self.shared;
            let (end_at, silence) = self.end_at.get_or_insert_with(|| {
                shared.gather();
                // a signal tries its luck once more with what is in memory only
                shared.is_hopeless.store(false, Ordering::Relaxed);
                self.spool.try_again();
                (
                    Instant::now() + shared.shutdown_timeout,
                    Silence::new(shared),
                )
            });
            let end_at = *end_at;
            let is_over = Instant::now() >= end_at || silence.is_long(shared);
            self.last_moment = end_at.checked_sub(TO_COUNT);
            let is_safe = || self.is_on_disk() || self.shared.is_hopeless.load(Ordering::Relaxed);
            let began = end_at.checked_sub(self.shared.shutdown_timeout);
            let is_copied = || began.is_none_or(|began| self.is_copied(began));
            let is_done = || {
                if self.shared.is_crashing() {
                    self.shared.is_kept()
                } else {
                    self.shared.is_settled() && is_safe() && is_copied()
                }
            };
            if is_over || is_done() {
                self.keep_run();
                self.settle_ready(Instant::now() + TO_COUNT);
                self.shared.absorb_losses_of_client();
                self.keep_losses();
                self.keep_losses_on_their_way();
                self.spool.end();
                // once: what the system spares, such as the first process, goes on
                self.end_at = None;
                exit::end_by(self.shared.ending.swap(0, Ordering::Relaxed));
            }
        }
    }

    pub(super) fn take_messages(&mut self) {
        while let Some(message) = self.queue.try_recv() {
            self.handle(message);
        }
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Report(report) => self.hold(report),
            Message::Amend(amendment) => self.amend(*amendment),
            Message::Envelope(envelope, audience) => self.take(*envelope, audience),
            #[cfg(feature = "tower")]
            Message::Requests => self.count_requests(),
            Message::Flush {
                deadline,
                done,
                then,
            } => {
                self.is_flushing = true;
                self.spool.try_again(); // it may be the last chance
                self.tell_of_requests();
                if then == Then::Ends {
                    self.shared.gather();
                    self.last_moment = Some(deadline);
                }
                self.flushes.push(Flush { deadline, done });
            }
        }
    }

    fn hold(&mut self, mut report: Box<Report>) {
        report.stack = self.stacks.shared(&report.stack);
        let counted = self.withdraw_log(&mut report);
        let (now, id) = (Instant::now(), report.id);
        let due = now + self.hold;
        if self.is_for_spotlight_alone(report.audience) {
            self.shared.kept_one();
            self.knock();
        } else if self.spool.is_on() {
            self.unkept.push_back((now + self.unkept_for, id));
            self.maker.warm_up();
        } else {
            self.shared.kept_one();
            if self.spool.has_place() {
                self.memory_only.push(id);
            }
        }
        self.due.push_back((due, id));
        self.held.insert(
            id,
            Held {
                report,
                event_id: random_uuid(),
                due,
                kept: None,
                counted,
            },
        );
    }

    fn amend(&mut self, amendment: Amendment) {
        let Some(held) = self.held.get_mut(&amendment.id) else {
            return;
        };
        if let Some(kept) = &mut held.kept
            && !kept.is_draft
        {
            kept.is_draft = true;
            self.bytes -= kept.bytes.take().map_or(0, |bytes| bytes.len());
            self.drafts.push_back(amendment.id);
        }
        held.report.amend(amendment);
    }

    /// Seals what Sentry's own client made. Events are kept at once, as reports are.
    fn take(&mut self, envelope: Envelope, audience: Audience) {
        let is_transaction = matches!(envelope.items().next(), Some(EnvelopeItem::Transaction(_)));
        let verdict = envelope.event().map(Verdict::of_event);
        let logged = self.logged(&envelope, audience);
        let (sealed, audience) = if is_transaction {
            let (completed, audience) = trace::complete(
                envelope,
                self.shared.sessions.user(),
                self.shared.dist.as_deref(),
                self.shared.spotlight.is_some(),
            );
            (self.maker.transaction(&completed, &self.shared), audience)
        } else {
            (self.maker.envelope(&envelope, &self.shared), audience)
        };
        if logged.is_none()
            && let Some(sealed) = &sealed
        {
            self.copy(&sealed.bytes);
        }
        let Some(sealed) = sealed.filter(|_| !self.is_for_spotlight_alone(audience)) else {
            self.shared.kept_one();
            self.shared.done_with_one();
            return;
        };
        if verdict.is_some() {
            self.sessions.count(&mut None, verdict);
        }
        let entry = (sealed.kind == "event")
            .then(|| self.spool.keep(report::next_id(), &sealed.bytes))
            .flatten();
        self.shared.kept_one();
        let mut outgoing = Outgoing::new(sealed.kind, sealed.bytes, Place::kept(entry));
        outgoing.logged = logged;
        self.ready.push_back(outgoing);
        self.evict();
    }

    /// Whether more was captured than can be kept at once.
    pub(super) fn has_backlog(&self) -> bool {
        self.unkept.len() > BACKLOG
    }

    /// Whether of such a backlog something may leave now.
    pub(super) fn has_backlog_to_send(&self) -> bool {
        self.has_backlog() && self.next_at().is_some_and(|at| at <= Instant::now())
    }

    /// The next envelope that may leave, made where it is not yet; it is in the spool by then.
    pub(super) fn next(&mut self) -> Option<Outgoing> {
        loop {
            if let Some(outgoing) = self.next_ready() {
                return Some(outgoing);
            }
            if let Some(outgoing) = self.read_back() {
                return Some(outgoing);
            }
            let Some(held) = self.next_due() else {
                return self.next_session();
            };
            if let Some(outgoing) = self.made(held) {
                return Some(outgoing);
            }
        }
    }

    /// The next report to which nothing is added any more.
    fn next_due(&mut self) -> Option<Held> {
        let (now, all) = (Instant::now(), self.holds_nothing_back());
        loop {
            let (_, id) = pop_if(&mut self.due, |(at, _)| all || *at <= now)?;
            if let Some(held) = self.held.remove(&id) {
                return Some(held);
            }
        }
    }

    /// Remembers what is about to be sent, lest the program ends before the server answers.
    pub(super) fn sends(&mut self, batch: &[Outgoing], losses: Option<ClientReport>) {
        self.tells(losses);
        let in_memory = batch.iter().filter(|outgoing| outgoing.is_nowhere_else());
        self.on_their_way = in_memory
            .map(|outgoing| OnItsWay {
                since: Instant::now(),
                bytes: outgoing.bytes.clone(),
                entry: None,
            })
            .collect();
    }

    /// Gives back the counts that they took along.
    pub(super) fn has_sent(&mut self, batch: &mut [Outgoing]) -> Option<ClientReport> {
        let in_memory = batch
            .iter_mut()
            .filter(|outgoing| outgoing.is_nowhere_else());
        for (outgoing, on_its_way) in in_memory.zip(self.on_their_way.drain(..)) {
            outgoing.place = Place::kept(on_its_way.entry);
        }
        self.take_back_losses()
    }

    /// The envelope of a report, for the server; Spotlight has its copy then.
    fn made(&mut self, held: Held) -> Option<Outgoing> {
        if self.is_for_spotlight_alone(held.report.audience) {
            self.copy_alone(&held);
            return None;
        }
        let outgoing = self.make(held)?;
        self.copy(&outgoing.bytes);
        Some(outgoing)
    }

    fn make(&mut self, mut held: Held) -> Option<Outgoing> {
        let mut draft = None;
        if let Some(mut kept) = held.kept {
            let in_memory = kept.bytes.take();
            self.bytes -= in_memory.as_ref().map_or(0, Vec::len);
            let bytes = in_memory.or_else(|| kept.entry.read().ok());
            match bytes {
                Some(bytes) if !kept.is_draft => {
                    return Some(Outgoing::new("event", bytes, Place::Disk(kept.entry)));
                }
                _ => draft = Some(kept.entry),
            }
        }
        let made = self
            .maker
            .report(&held.report, held.event_id, Names::All, &self.shared);
        held.report.stack.learn_ways();
        let verdict = made.as_ref().map(|made| made.verdict);
        self.sessions.count(&mut held.counted, verdict);
        let Some(Made { sealed, .. }) = made else {
            if let Some(entry) = draft {
                self.spool.remove(&entry);
            }
            self.shared.done_with_one();
            return None;
        };
        let place = match draft {
            Some(entry) => Place::Memory(Some(entry)),
            None if self.has_backlog() => Place::Memory(None),
            None => Place::kept(self.spool.keep(held.report.id, &sealed.bytes)),
        };
        Some(Outgoing::new(sealed.kind, sealed.bytes, place))
    }

    /// Nobody waits for a flush any more.
    pub(super) fn end_flush(&mut self) {
        self.is_flushing = false;
        if self.last_moment.take().is_some() {
            self.spool.end();
        }
    }

    /// Puts back an envelope that is to be sent first when things are better.
    pub(super) fn put_back(&mut self, outgoing: Outgoing) {
        match outgoing.place {
            Place::Adopted(entry) => self.spool.put_back(entry, outgoing.bytes.len() as u64),
            Place::Will => {}
            _ => self.ready.push_front(outgoing),
        }
    }

    /// Whether everything captured so far is sent, or gone.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
            && self.ready.is_empty()
            && self.written.is_empty()
            && !self.sessions.are_due()
    }

    /// When the next envelope may leave.
    pub(super) fn next_at(&self) -> Option<Instant> {
        let held = !self.due.is_empty() || !self.ready.is_empty();
        if !self.written.is_empty()
            || self.sessions.are_due()
            || (held && self.holds_nothing_back())
        {
            return Some(Instant::now());
        }
        let due = self.due.front().map(|(at, _)| *at);
        [due, self.ready_at(), self.sessions.next_at()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether somebody waits until all is sent.
    fn holds_nothing_back(&self) -> bool {
        self.is_flushing || self.shared.is_ending()
    }
}

/// Takes the first one, if it is wanted.
fn pop_if<T>(queue: &mut VecDeque<T>, is_wanted: impl FnOnce(&T) -> bool) -> Option<T> {
    if queue.front().is_some_and(is_wanted) {
        queue.pop_front()
    } else {
        None
    }
}
