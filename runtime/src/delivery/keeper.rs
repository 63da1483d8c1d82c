//! What is captured but not delivered: in memory as small as it came, on disk as it will be sent.
//!
//! A report waits a moment until its error has come to rest. Before that, and before the network is
//! tried, its event lies in the spool; what outer functions add to it later, and names for which
//! debug information must be read, follow when it is its turn.

use super::door;
use super::maker::Maker;
use super::queue::{Receiver, Sleep};
use super::spool::{Entry, Evicted, Spool};
use super::stacks::Stacks;
use super::{Message, Shared};
use crate::exit;
use crate::report::symbols::Names;
use crate::report::{self, Amendment, Origin, Report, ReportId};
use sentry::Envelope;
use sentry::protocol::Event;
use sentry::protocol::client_report::Reason;
use sentry::types::{Uuid, random_uuid};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

/// How long a report may be in memory only. Most errors have come to rest by then, so that most
/// events are made once.
const UNKEPT: Duration = Duration::from_millis(1);
/// Of a backlog: how long reports are kept before something is sent again, and how long that goes on.
const TURN: Duration = Duration::from_millis(3);
pub(super) const TURN_OF_SENDING: Duration = Duration::from_millis(10);
/// How many unkept reports are a backlog.
const BACKLOG: usize = 256;
/// What of the kept envelopes stays in memory too, so that they need not be read again.
const MOST_BYTES: usize = 8 * 1024 * 1024;

pub(super) struct Keeper {
    queue: Receiver<Message>,
    shared: Arc<Shared>,
    maker: Maker,
    pub(super) spool: Spool,
    hold: Duration,
    held: HashMap<ReportId, Held>,
    /// Which reports may leave when.
    due: VecDeque<(Instant, ReportId)>,
    unkept: VecDeque<(Instant, ReportId)>,
    /// Those on disk whose event can be made better.
    drafts: VecDeque<ReportId>,
    ready: VecDeque<Outgoing>,
    stacks: Stacks,
    bytes: usize,
    /// Flushes that nobody has looked at yet.
    pub(super) flushes: Vec<Flush>,
    pub(super) is_flushing: bool,
    /// When a signal ends the process at the latest.
    end_at: Option<Instant>,
}

struct Held {
    report: Report,
    event_id: Uuid,
    due: Instant,
    kept: Option<OnDisk>,
}

struct OnDisk {
    entry: Entry,
    bytes: Option<Vec<u8>>,
    is_draft: bool,
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
}

/// Where an envelope lies besides.
pub(super) enum Place {
    /// Nowhere, or in the spool as it was before it was made whole.
    Memory(Option<Entry>),
    /// In the spool.
    Disk(Entry),
    /// In the spool of an earlier run.
    Adopted(Entry),
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
            shared,
            spool,
            hold,
            held: HashMap::new(),
            due: VecDeque::new(),
            unkept: VecDeque::new(),
            drafts: VecDeque::new(),
            ready: VecDeque::new(),
            stacks: Stacks::default(),
            bytes: 0,
            flushes: Vec::new(),
            is_flushing: false,
            end_at: None,
        }
    }

    /// Takes over what ended runs left.
    pub(super) fn adopt(&mut self) {
        for _ in 0..self.spool.adopt() {
            self.shared
                .losses
                .record(&Event::default(), Reason::QueueOverflow);
        }
        self.evict();
        self.publish();
        self.shared.unseen.store(false, Ordering::Release);
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
        let until = [until, kept_by, better_by, self.end_at];
        let until = until.into_iter().flatten().min();
        let message = self.queue.recv_until(until, sleep)?;
        self.handle(message);
        Ok(())
    }

    /// Does what cannot wait until the network has answered.
    pub(super) fn attend(&mut self) {
        self.take_messages();
        self.end_if_due();
        if self.shared.is_crashing()
            && let Some(crash) = exit::crash()
        {
            self.hold(Report::of_crash(&crash));
        }
        self.keep();
    }

    /// Ends the process by the signal that asked for it, once all is done or the time is over.
    pub(super) fn end_if_due(&mut self) {
        if self.shared.is_ending() {
            let timeout = self.shared.shutdown_timeout;
            let end_at = *self.end_at.get_or_insert_with(|| Instant::now() + timeout);
            if self.shared.is_settled() || Instant::now() >= end_at {
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
            Message::Report(report) => self.hold(*report),
            Message::Amend(amendment) => self.amend(*amendment),
            Message::Envelope(envelope) => self.take(&envelope),
            Message::Flush { deadline, done } => {
                self.is_flushing = true;
                self.flushes.push(Flush { deadline, done });
            }
        }
    }

    fn hold(&mut self, mut report: Report) {
        report.stack = self.stacks.shared(&report.stack);
        let (now, id) = (Instant::now(), report.id);
        let due = now + self.hold;
        if self.spool.is_on() {
            self.unkept.push_back((now + UNKEPT, id));
            self.maker.warm_up();
        } else {
            self.shared.kept_one();
        }
        self.due.push_back((due, id));
        self.held.insert(
            id,
            Held {
                report,
                event_id: random_uuid(),
                due,
                kept: None,
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
    fn take(&mut self, envelope: &Envelope) {
        let Some(sealed) = self.maker.envelope(envelope, &self.shared) else {
            self.shared.kept_one();
            self.shared.done_with_one();
            return;
        };
        let entry = (sealed.kind == "event")
            .then(|| self.spool.keep(report::next_id(), &sealed.bytes))
            .flatten();
        self.shared.kept_one();
        self.ready.push_back(Outgoing {
            bytes: sealed.bytes,
            kind: sealed.kind,
            place: entry.map_or(Place::Memory(None), Place::Disk),
        });
        self.evict();
    }

    /// Writes to the spool what is due there, and then makes better what lies there.
    pub(super) fn keep(&mut self) {
        let all = self.is_flushing || self.shared.is_ending() || self.shared.is_crashing();
        let until = Instant::now() + TURN;
        loop {
            let now = Instant::now();
            if now >= until && self.has_backlog() && !self.shared.is_crashing() {
                break;
            }
            let held = &self.held;
            let is_gone = |(_, id): &(Instant, ReportId)| !held.contains_key(id);
            let gone = pop_if(&mut self.unkept, is_gone);
            // of a backlog the oldest are sent meanwhile, and need not be kept
            let next = match gone {
                Some(gone) => Some(gone),
                None if self.has_backlog() => self.unkept.pop_back(),
                None => pop_if(&mut self.unkept, |(at, _)| all || *at <= now),
            };
            let Some((_, id)) = next else { break };
            self.keep_one(id);
            if self.is_crash(id) {
                self.improve(id); // nobody will do so later
            }
            self.shared.kept_one();
        }
        while Instant::now() < until {
            let (now, held) = (Instant::now(), &self.held);
            let is_due = |id: &ReportId| all || held.get(id).is_none_or(|held| held.due <= now);
            let Some(id) = pop_if(&mut self.drafts, is_due) else {
                break;
            };
            self.improve(id);
        }
        self.evict();
    }

    fn is_crash(&self, id: ReportId) -> bool {
        let held = self.held.get(&id);
        held.is_some_and(|held| matches!(held.report.origin, Origin::Crash))
    }

    /// Whether more was captured than can be kept at once.
    pub(super) fn has_backlog(&self) -> bool {
        self.unkept.len() > BACKLOG
    }

    /// Whether of such a backlog something may leave now.
    pub(super) fn has_backlog_to_send(&self) -> bool {
        self.has_backlog() && self.next_at().is_some_and(|at| at <= Instant::now())
    }

    fn keep_one(&mut self, id: ReportId) {
        let Some(held) = self.held.get_mut(&id) else {
            return; // its turn came first
        };
        // to read debug information takes long
        let is_draft = !self.maker.knows(&held.report);
        let Some(sealed) =
            self.maker
                .report(&held.report, held.event_id, Names::AtHand, &self.shared)
        else {
            self.held.remove(&id);
            self.shared.done_with_one();
            return;
        };
        let Some(entry) = self.spool.keep(id, &sealed.bytes) else {
            return;
        };
        let fits = !is_draft && self.bytes + sealed.bytes.len() <= MOST_BYTES;
        if fits {
            self.bytes += sealed.bytes.len();
        }
        if is_draft {
            self.drafts.push_back(id);
        }
        held.kept = Some(OnDisk {
            entry,
            bytes: fits.then_some(sealed.bytes),
            is_draft,
        });
    }

    fn improve(&mut self, id: ReportId) {
        let Some(Held {
            report,
            event_id,
            kept: Some(kept),
            ..
        }) = self.held.get_mut(&id)
        else {
            return;
        };
        if !kept.is_draft {
            return;
        }
        match self
            .maker
            .report(report, *event_id, Names::All, &self.shared)
        {
            Some(sealed) => {
                self.spool.replace(&kept.entry, &sealed.bytes);
                kept.is_draft = false;
            }
            None => {
                self.spool.remove(&kept.entry);
                self.held.remove(&id);
                self.shared.done_with_one();
            }
        }
    }

    fn evict(&mut self) {
        while let Some(evicted) = self.spool.evict() {
            match evicted {
                Evicted::Adopted(entry) => {
                    self.spool.leave(&entry);
                    self.shared
                        .losses
                        .record(&Event::default(), Reason::QueueOverflow);
                }
                Evicted::Own(name) => {
                    let held = self.held.remove(&name.number());
                    let before = self.ready.len();
                    self.ready.retain(
                        |outgoing| !matches!(&outgoing.place, Place::Disk(entry) if entry.name() == name),
                    );
                    if let Some(bytes) = held
                        .as_ref()
                        .and_then(|held| held.kept.as_ref()?.bytes.as_ref())
                    {
                        self.bytes -= bytes.len();
                    }
                    if held.is_some() || self.ready.len() < before {
                        self.shared
                            .drop_one(&Event::default(), Reason::QueueOverflow);
                    }
                }
            }
        }
    }

    /// The next envelope that may leave, made where it is not yet; it is in the spool by then.
    pub(super) fn next(&mut self) -> Option<Outgoing> {
        loop {
            if let Some(outgoing) = self.ready.pop_front() {
                return Some(outgoing);
            }
            let now = Instant::now();
            let all = self.is_flushing || self.shared.is_ending();
            let (_, id) = pop_if(&mut self.due, |(at, _)| all || *at <= now)?;
            if let Some(held) = self.held.remove(&id)
                && let Some(outgoing) = self.made(held)
            {
                return Some(outgoing);
            }
        }
    }

    fn made(&mut self, held: Held) -> Option<Outgoing> {
        let outgoing = |bytes, place| Outgoing {
            bytes,
            kind: "event".to_owned(),
            place,
        };
        let mut draft = None;
        if let Some(mut kept) = held.kept {
            let in_memory = kept.bytes.take();
            self.bytes -= in_memory.as_ref().map_or(0, Vec::len);
            let bytes = in_memory.or_else(|| kept.entry.read().ok());
            match bytes {
                Some(bytes) if !kept.is_draft => {
                    return Some(outgoing(bytes, Place::Disk(kept.entry)));
                }
                _ => draft = Some(kept.entry),
            }
        }
        let Some(sealed) = self
            .maker
            .report(&held.report, held.event_id, Names::All, &self.shared)
        else {
            if let Some(entry) = draft {
                self.spool.remove(&entry);
            }
            self.shared.done_with_one();
            return None;
        };
        let place = match draft {
            Some(entry) => Place::Memory(Some(entry)),
            None if self.has_backlog() => Place::Memory(None),
            None => match self.spool.keep(held.report.id, &sealed.bytes) {
                Some(entry) => Place::Disk(entry),
                None => Place::Memory(None),
            },
        };
        Some(outgoing(sealed.bytes, place))
    }

    /// Sees to it that what could not be sent lies on disk as it is now, as far as disks go.
    pub(super) fn settle(&mut self, outgoing: &mut Outgoing) {
        if let Place::Memory(entry) = &mut outgoing.place {
            let entry = match entry.take() {
                Some(entry) => {
                    self.spool.replace(&entry, &outgoing.bytes);
                    Some(entry)
                }
                None => self.spool.keep(report::next_id(), &outgoing.bytes),
            };
            if let Some(entry) = entry {
                outgoing.place = Place::Disk(entry);
            }
        }
    }

    /// The same for all that waits, until then.
    pub(super) fn settle_all(&mut self, deadline: Instant) {
        let mut ready = std::mem::take(&mut self.ready);
        for outgoing in &mut ready {
            if Instant::now() < deadline {
                self.settle(outgoing);
            }
        }
        self.ready = ready;
        while Instant::now() < deadline && !(self.unkept.is_empty() && self.drafts.is_empty()) {
            self.keep();
        }
    }

    /// Sees to it that the server will be told of losses, should the process end here.
    pub(super) fn keep_losses(&mut self) {
        if !self.spool.is_on() {
            return;
        }
        let Some(losses) = self.shared.losses.take() else {
            return;
        };
        let bytes = door::losses_alone(&losses);
        let entry = self.spool.keep(report::next_id(), &bytes);
        self.shared.waiting.fetch_add(1, Ordering::AcqRel);
        self.ready.push_back(Outgoing {
            bytes,
            kind: "client_report".to_owned(),
            place: entry.map_or(Place::Memory(None), Place::Disk),
        });
    }

    /// Puts back an envelope that is to be sent first when things are better.
    pub(super) fn put_back(&mut self, outgoing: Outgoing) {
        match outgoing.place {
            Place::Adopted(entry) => self.spool.put_back(entry, outgoing.bytes.len() as u64),
            _ => self.ready.push_front(outgoing),
        }
    }

    /// Whether everything captured so far is sent, or gone.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.ready.is_empty()
    }

    /// Whether everything is on disk as it is to be sent, as far as disks go.
    pub(super) fn is_kept(&self) -> bool {
        self.unkept.is_empty() && self.drafts.is_empty()
    }

    /// When the next envelope may leave.
    pub(super) fn next_at(&self) -> Option<Instant> {
        if !self.ready.is_empty()
            || (!self.due.is_empty() && (self.is_flushing || self.shared.is_ending()))
        {
            return Some(Instant::now());
        }
        self.due.front().map(|(at, _)| *at)
    }

    pub(super) fn publish(&self) {
        self.shared.kept.store(self.spool.len(), Ordering::Relaxed);
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
