//! What Spotlight gets a copy of, and when: whatever the server is at, and whether that gets it or not.

use super::{Copies, Held, Keeper};
use crate::report::Audience;
use crate::report::symbols::Names;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long reports are made for copies at a time.
const TURN: Duration = Duration::from_millis(3);
/// So many that the server does not take yet are made before their time.
const MOST_AHEAD: usize = 1024;

impl Keeper {
    pub(super) fn is_for_spotlight_alone(&self, audience: Audience) -> bool {
        audience == Audience::Spotlight || !self.shared.has_server
    }

    /// Sends a copy of what has passed the door.
    pub(super) fn copy(&mut self, sealed: &[u8]) {
        self.tell_copies(|copies| copies.push(sealed));
    }

    /// Looks whether somebody is there, as otherwise nothing is made.
    pub(super) fn knock(&mut self) {
        self.tell_copies(Copies::knock);
    }

    /// Sends a report of which the server gets nothing; it is not even made if nobody takes it.
    pub(super) fn copy_alone(&mut self, held: &Held) {
        let are_wanted = self.copies.as_ref().is_some_and(Copies::are_wanted);
        if are_wanted
            && let Some(made) =
                self.maker
                    .report(&held.report, held.event_id, Names::All, &self.shared)
        {
            self.copy(&made.sealed.bytes);
        }
        self.shared.done_with_one();
    }

    /// Whether reports are made as soon as they are due, though the server may not take them yet. Not
    /// of a backlog, which is too much to be made twice.
    fn copies_ahead(&self) -> bool {
        let copies = self.copies.as_ref();
        copies.is_some_and(Copies::are_wanted)
            && !self.has_backlog()
            && self.ready.len() < MOST_AHEAD
    }

    pub(super) fn copy_what_is_due(&mut self) {
        let until = Instant::now() + TURN;
        while self.copies_ahead() && Instant::now() < until {
            let Some(held) = self.next_due() else { return };
            if let Some(outgoing) = self.made(held) {
                self.ready.push_back(outgoing);
            }
        }
    }

    pub(super) fn send_copies(&mut self) {
        self.tell_copies(Copies::go_on);
    }

    fn tell_copies(&mut self, work: impl FnOnce(&mut Copies)) {
        if let Some(copies) = &mut self.copies {
            work(copies);
            self.shared.copies.store(copies.count(), Ordering::Release);
        }
    }

    /// When there is something to do for copies.
    pub(super) fn copies_at(&self) -> Option<Instant> {
        let on_their_way = self.copies.as_ref()?.next_at();
        let due = self.due.front().map(|(at, _)| *at);
        let due = due.filter(|_| self.copies_ahead());
        [on_their_way, due].into_iter().flatten().min()
    }

    /// Whether Spotlight has all that it can get at an end that began then: it is waited for as long as it
    /// takes something, and not for long.
    pub(in crate::delivery) fn is_copied(&self, began: Instant) -> bool {
        let Some(copies) = &self.copies else {
            return true;
        };
        let is_made = self.due.is_empty() || !self.copies_ahead();
        began.elapsed() >= self.shared.old_news_at_exit() || is_made && !copies.go()
    }
}
