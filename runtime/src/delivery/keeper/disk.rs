//! The disk's part: what is captured lies in the spool before its turn comes, and what could not be
//! sent stays there.

use super::{Held, Keeper, Made, OnDisk, OnItsWay, Outgoing, Place, UNKEPT, pop_if};
use crate::report::symbols::Names;
use crate::report::{self, Origin, ReportId};
use crate::sessions::Verdict;
use sentry::protocol::client_report::Reason;
use std::mem;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long reports of a backlog are kept before something is sent again.
const TURN: Duration = Duration::from_millis(3);
/// So many of a backlog are kept in a turn, however long that takes on a busy machine: what came before a storm is
/// among the first.
const LEAST: usize = 8;
/// After this time with the server, what is nowhere but in memory is kept.
pub(super) const LONG_ON_ITS_WAY: Duration = Duration::from_millis(100);
/// What of the kept envelopes stays in memory too, so that they need not be read again.
const MOST_BYTES: usize = 8 * 1024 * 1024;

impl Keeper {
    /// Finds what ended runs left.
    pub(in crate::delivery) fn look_for_old(&mut self) {
        self.spool.look_for_old();
    }

    /// Takes over a turn's worth of it.
    pub(in crate::delivery) fn adopt_some(&mut self) {
        let until = Instant::now() + TURN;
        while Instant::now() < until {
            let losses = &self.shared.losses;
            let too_old = |bytes: &[u8]| losses.record_sealed(bytes, Reason::QueueOverflow);
            if !self.spool.adopt_one(too_old) {
                self.shared.unseen.store(false, Ordering::Release);
                return;
            }
            self.evict();
            self.publish();
        }
    }

    /// Writes to the spool what is due there, and then makes better what lies there. Of a backlog a
    /// turn's worth, but all of it at an end of the program.
    pub(super) fn keep(&mut self) {
        let all = self.waits_for_nothing();
        let began = Instant::now();
        let until = began + TURN;
        for OnItsWay {
            bytes,
            entry,
            since,
        } in &mut self.on_their_way
        {
            if entry.is_none() && (all || since.elapsed() >= LONG_ON_ITS_WAY) {
                *entry = self.spool.keep(report::next_id(), bytes);
            }
        }
        if self.spool.is_on() {
            // it could not be kept when it was captured
            let again = mem::take(&mut self.memory_only);
            self.shared.unkept.fetch_add(again.len(), Ordering::AcqRel);
            self.unkept.extend(again.into_iter().map(|id| (began, id)));
        }
        self.keep_unkept(until);
        while !self.drafts.is_empty() && Instant::now() < until {
            let (now, held) = (Instant::now(), &self.held);
            let is_due = |id: &ReportId| all || held.get(id).is_none_or(|held| held.due <= now);
            let Some(id) = pop_if(&mut self.drafts, is_due) else {
                break;
            };
            self.improve(id);
        }
        self.keep_run();
        self.evict();
    }

    /// Whether it may be an end of the program, so that everything is due.
    fn waits_for_nothing(&self) -> bool {
        self.is_flushing || self.shared.is_ending() || self.shared.is_crashing()
    }

    /// Whether it is an end of the program.
    fn ends(&self) -> bool {
        self.last_moment.is_some() || self.shared.is_ending() || self.shared.is_crashing()
    }

    /// What the worker does while the server is silent. At an end of the program, what would wait in
    /// memory until the server has answered is put on disk.
    pub(in crate::delivery) fn attend_while_waiting(&mut self) {
        // what came during the last step has waited long enough
        self.unkept_for = Duration::ZERO;
        self.attend();
        self.unkept_for = UNKEPT;
        if !self.waits_for_nothing() {
            return;
        }
        if self.spool.is_on() {
            self.settle_ready(Instant::now() + TURN);
        }
        self.keep_losses_long_on_their_way();
        let on_disk = self.is_on_disk();
        self.shared.on_disk.store(on_disk, Ordering::Release);
    }

    /// Whether nothing is in memory only.
    pub(in crate::delivery) fn is_on_disk(&self) -> bool {
        let is_kept = |held: &Held| held.kept.is_some();
        let lies = |outgoing: &Outgoing| !matches!(outgoing.place, Place::Memory(_));
        let is_lying = |on_its_way: &OnItsWay| on_its_way.entry.is_some();
        self.on_their_way.iter().all(is_lying)
            && self.ready.iter().all(lies)
            && self.held.values().all(is_kept)
            && (!self.sessions.are_due() || self.sessions.lie_there())
    }

    fn keep_unkept(&mut self, until: Instant) {
        let all = self.waits_for_nothing();
        let at_once = self.ends() && self.has_backlog();
        if at_once {
            self.written.reserve_exact(self.unkept.len());
        }
        for kept in 0.. {
            if self.unkept.is_empty() && self.last_moment.is_none() {
                return;
            }
            if !self.spool.is_on() {
                self.leave_in_memory();
                return;
            }
            let now = Instant::now();
            if self.last_moment.take_if(|at| *at <= now).is_some() && self.has_backlog() {
                self.abandon_unkept();
                return;
            }
            let goes_on = if at_once {
                !self.spool.is_full()
            } else {
                now < until || kept < LEAST || !self.has_backlog()
            };
            if !goes_on {
                return;
            }
            let held = &self.held;
            let is_gone = |(_, id): &(Instant, ReportId)| !held.contains_key(id);
            let gone = pop_if(&mut self.unkept, is_gone);
            // of a backlog the oldest are sent meanwhile, and need not be kept, if the server is well: so
            // now an old one is kept and now a new one, and old ones alone at an end of the program
            let next = match gone {
                Some(gone) => Some(gone),
                None if self.has_backlog() => {
                    self.is_new_next = !self.is_new_next && !all;
                    if self.is_new_next {
                        self.unkept.pop_back()
                    } else {
                        self.unkept.pop_front()
                    }
                }
                None => pop_if(&mut self.unkept, |(at, _)| all || *at <= now),
            };
            let Some((_, id)) = next else { return };
            self.keep_one(id);
            if at_once {
                self.forget(id);
                self.evict();
            }
            if self.is_crash(id) {
                self.improve(id); // nobody will do so later
            }
            self.shared.kept_one();
        }
    }

    /// Leaves those that are not kept yet for a better time: they would all fail as the last one did.
    fn leave_in_memory(&mut self) {
        for (_, id) in mem::take(&mut self.unkept) {
            self.memory_only.push(id);
            self.shared.kept_one();
        }
    }

    /// Counts a backlog as lost: the process ends before it can be anywhere but in memory. The server
    /// learns how much that was.
    fn abandon_unkept(&mut self) {
        self.take_messages();
        let unkept = mem::take(&mut self.unkept);
        let lost = |(_, id): &&(Instant, ReportId)| self.held.contains_key(id);
        let lost = unkept.iter().filter(lost).count();
        if lost > 0 {
            self.shared.drop_events(lost);
            for _ in 0..lost {
                self.shared.sessions.leave_out(Verdict::of_level(None));
            }
            self.keep_losses();
        }
        for _ in &unkept {
            self.shared.kept_one();
        }
        // nobody waits for it any longer
        for (_, id) in unkept {
            self.held.remove(&id);
        }
    }

    fn is_crash(&self, id: ReportId) -> bool {
        let held = self.held.get(&id);
        held.is_some_and(|held| matches!(held.report.origin, Origin::Crash))
    }

    fn keep_one(&mut self, id: ReportId) {
        let Some(held) = self.held.get_mut(&id) else {
            return; // its turn came first
        };
        // to read debug information takes long
        let is_draft = !self.maker.knows(&held.report);
        let made = self
            .maker
            .report(&held.report, held.event_id, Names::AtHand, &self.shared);
        let verdict = made.as_ref().map(|made| made.verdict);
        self.sessions.count(&mut held.counted, verdict);
        let Some(Made { sealed, .. }) = made else {
            self.held.remove(&id);
            self.shared.done_with_one();
            return;
        };
        let Some(entry) = self.spool.keep(id, &sealed.bytes) else {
            self.memory_only.push(id);
            return;
        };
        let fits = !is_draft && self.bytes + sealed.bytes.len() <= MOST_BYTES;
        if fits {
            self.bytes += sealed.bytes.len();
        }
        if is_draft {
            self.drafts.push_back(id);
        }
        held.kept = Some(Box::new(OnDisk {
            entry,
            bytes: fits.then_some(sealed.bytes),
            is_draft,
        }));
        held.report.stack.learn_ways();
    }

    /// Leaves one that is complete to the disk, as nothing can be added to it any more: its memory is
    /// needed for the rest of a burst.
    fn forget(&mut self, id: ReportId) {
        let is_complete = |held: &Held| held.kept.as_ref().is_some_and(|kept| !kept.is_draft);
        if self.held.get(&id).is_some_and(is_complete)
            && let Some(held) = self.held.remove(&id)
            && let Some(kept) = held.kept
        {
            self.bytes -= kept.bytes.map_or(0, |bytes| bytes.len());
            self.written.push_back(kept.entry);
        }
    }

    /// The newest of those that are on disk alone.
    pub(super) fn read_back(&mut self) -> Option<Outgoing> {
        loop {
            let entry = self.written.pop_back()?;
            match entry.read() {
                Ok(bytes) => {
                    self.copy(&bytes);
                    return Some(Outgoing::new("event", bytes, Place::Disk(entry)));
                }
                Err(_) => {
                    self.spool.remove(&entry);
                    self.shared.drop_events(1);
                }
            }
        }
    }

    fn improve(&mut self, id: ReportId) {
        let Some(Held {
            report,
            event_id,
            kept: Some(kept),
            counted,
            ..
        }) = self.held.get_mut(&id)
        else {
            return;
        };
        if !kept.is_draft {
            return;
        }
        let made = self
            .maker
            .report(report, *event_id, Names::All, &self.shared);
        let verdict = made.as_ref().map(|made| made.verdict);
        self.sessions.count(counted, verdict);
        match made {
            Some(Made { sealed, .. }) => {
                self.spool.replace(&mut kept.entry, &sealed.bytes);
                kept.is_draft = false;
                if self.bytes + sealed.bytes.len() <= MOST_BYTES {
                    self.bytes += sealed.bytes.len();
                    kept.bytes = Some(sealed.bytes);
                }
            }
            None => {
                self.spool.remove(&kept.entry);
                self.held.remove(&id);
                self.shared.done_with_one();
            }
        }
    }

    /// Sees to it that what could not be sent lies on disk as it is now, as far as disks go.
    pub(in crate::delivery) fn settle(&mut self, outgoing: &mut Outgoing) {
        if let Place::Memory(entry) = &mut outgoing.place {
            let entry = match entry.take() {
                Some(mut entry) => {
                    self.spool.replace(&mut entry, &outgoing.bytes);
                    Some(entry)
                }
                None => self.spool.keep(report::next_id(), &outgoing.bytes),
            };
            if let Some(entry) = entry {
                outgoing.place = Place::Disk(entry);
            }
        }
    }

    /// The same for all whose turn has come, until then.
    pub(super) fn settle_ready(&mut self, deadline: Instant) {
        let mut ready = mem::take(&mut self.ready);
        for outgoing in &mut ready {
            if Instant::now() < deadline {
                self.settle(outgoing);
            }
        }
        self.ready = ready;
    }

    /// The same for all that waits, though the disk may have failed a moment ago: it may be the last chance.
    pub(in crate::delivery) fn settle_all(&mut self, deadline: Instant) {
        self.spool.try_again();
        self.settle_ready(deadline);
        let left = |keeper: &Self| {
            let again = keeper.spool.is_on().then_some(keeper.memory_only.len());
            keeper.unkept.len() + keeper.drafts.len() + again.unwrap_or(0)
        };
        let mut before = usize::MAX;
        while Instant::now() < deadline && (1..before).contains(&left(self)) {
            before = left(self);
            self.keep();
        }
    }

    /// Whether everything is on disk as it is to be sent, as far as disks go.
    pub(in crate::delivery) fn is_kept(&self) -> bool {
        self.unkept.is_empty() && self.drafts.is_empty()
    }

    pub(in crate::delivery) fn publish(&self) {
        // a run that goes on is none that waits
        let kept = self.spool.len();
        let waiting = kept.saturating_sub(usize::from(self.sessions.lie_there()));
        self.shared.kept.store(waiting, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::super::BACKLOG;
    use super::super::testing::{keeper, report};
    use crate::delivery::spool::Spool;
    use std::time::Instant;

    #[test]
    fn a_turn_that_is_over_before_it_begins_keeps_what_came_before_a_storm() {
        let (mut keeper, pipeline, _around) = keeper();
        for _ in 0..2 * BACKLOG {
            pipeline.report(report());
        }
        keeper.take_messages();
        keeper.keep_unkept(Instant::now());
        let mut held: Vec<_> = keeper.held.iter().collect();
        held.sort_by_key(|(id, _)| **id);
        let kept = held.iter().filter(|(_, held)| held.kept.is_some());
        assert!(held[..3].iter().all(|(_, held)| held.kept.is_some()));
        assert!(kept.count() < BACKLOG, "a turn, and not all");
    }

    #[test]
    fn without_a_spool_nothing_is_remembered_for_it() {
        let (mut keeper, pipeline, _around) = keeper();
        keeper.spool = Spool::default();
        for _ in 0..3 {
            pipeline.report(report());
        }
        keeper.take_messages();
        assert_eq!((keeper.held.len(), keeper.memory_only.len()), (3, 0));
        assert!(pipeline.shared.is_kept());
    }
}
