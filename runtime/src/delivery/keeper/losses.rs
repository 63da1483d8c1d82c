//! What is lost, or has no place any more: the server is told of it, by this run or by the next.

use super::disk::LONG_ON_ITS_WAY;
use super::{Keeper, Outgoing, Place};
use crate::delivery::door;
use crate::delivery::spool::{Entry, Evicted, Name};
use crate::report;
use sentry::protocol::ClientReport;
use sentry::protocol::client_report::Reason;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Counts that an envelope takes along.
pub(super) struct LossesOnTheirWay {
    since: Instant,
    losses: ClientReport,
    entry: Option<Entry>,
}

impl Keeper {
    pub(super) fn evict(&mut self) {
        while let Some(evicted) = self.spool.evict() {
            match evicted {
                Evicted::Adopted(entry, bytes) => {
                    self.spool.leave(&entry);
                    self.shared
                        .losses
                        .record_sealed(&bytes, Reason::QueueOverflow);
                }
                Evicted::Own(name) => self.evict_own(name),
            }
        }
    }

    fn evict_own(&mut self, name: Name) {
        if let Some(held) = self.held.remove(&name.number()) {
            let bytes = held.kept.and_then(|kept| kept.bytes);
            self.bytes -= bytes.map_or(0, |bytes| bytes.len());
            self.shared.drop_events(1);
            return;
        }
        let lies_there =
            |place: &Place| matches!(place, Place::Disk(entry) if entry.name() == name);
        let ready = self.ready.iter().position(|one| lies_there(&one.place));
        if let Some(outgoing) = ready.and_then(|at| self.ready.remove(at)) {
            let losses = &self.shared.losses;
            losses.record_sealed(&outgoing.bytes, Reason::QueueOverflow);
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
            self.shared.done_with_one();
            return;
        }
        let written = self.written.iter().position(|entry| entry.name() == name);
        if written.and_then(|at| self.written.remove(at)).is_some() {
            self.shared.drop_events(1);
        }
    }

    /// Sees to it that the server will be told of losses, should the process end here.
    pub(in crate::delivery) fn keep_losses(&mut self) {
        if !self.spool.is_on() {
            return;
        }
        let Some(losses) = self.shared.losses.take() else {
            return;
        };
        let bytes = door::losses_alone(&losses);
        let entry = self.spool.keep_apart(report::next_id(), &bytes);
        self.shared.waiting.fetch_add(1, Ordering::AcqRel);
        let place = Place::kept(entry);
        self.ready
            .push_back(Outgoing::new("client_report", bytes, place));
    }

    /// Leaves counts on disk that the server does not want to hear of yet: for this run, if it goes on
    /// that long, or the next.
    pub(in crate::delivery) fn set_apart(&mut self, losses: Outgoing) {
        self.set_apart.push(losses);
        self.shared.done_with_one();
    }

    /// They are to be sent after all.
    pub(in crate::delivery) fn take_back_set_apart(&mut self) {
        let count = self.set_apart.len();
        self.shared.waiting.fetch_add(count, Ordering::AcqRel);
        self.ready.extend(self.set_apart.drain(..));
    }

    /// Remembers what the server is about to be told.
    pub(in crate::delivery) fn tells(&mut self, losses: Option<ClientReport>) {
        self.losses_on_their_way = losses.map(|losses| LossesOnTheirWay {
            since: Instant::now(),
            losses,
            entry: None,
        });
    }

    /// Sees to it that those outlive the process, too.
    pub(super) fn keep_losses_on_their_way(&mut self) {
        if let Some(LossesOnTheirWay { losses, entry, .. }) = &mut self.losses_on_their_way
            && entry.is_none()
        {
            let bytes = door::losses_alone(losses);
            *entry = self.spool.keep_apart(report::next_id(), &bytes);
        }
    }

    /// Not at once, as most servers answer soon.
    pub(super) fn keep_losses_long_on_their_way(&mut self) {
        let on_their_way = self.losses_on_their_way.as_ref();
        if on_their_way.is_some_and(|them| them.since.elapsed() >= LONG_ON_ITS_WAY) {
            self.keep_losses_on_their_way();
        }
    }

    /// The server has answered, so that they are the worker's again.
    pub(in crate::delivery) fn take_back_losses(&mut self) -> Option<ClientReport> {
        let LossesOnTheirWay { losses, entry, .. } = self.losses_on_their_way.take()?;
        if let Some(entry) = entry {
            self.spool.remove(&entry);
        }
        Some(losses)
    }
}
