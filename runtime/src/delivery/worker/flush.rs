//! Flushes: what was captured before somebody asked goes out, or is kept, before it is answered.

use super::{FIRST_BACKOFF, Worker};
use crate::delivery::door;
use crate::delivery::keeper::Flush;
use sentry::protocol::client_report::Reason;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// The flushes that wait for their answer.
pub(super) struct Flushing {
    callers: Vec<Flush>,
    pub(super) lost_any: bool,
    /// How long envelopes of earlier runs may take.
    pub(super) old_until: Instant,
}

impl Worker {
    pub(super) fn begin_flush(&mut self) {
        let callers = std::mem::take(&mut self.keeper().flushes);
        if callers.is_empty() {
            return;
        }
        // a caller that waits tries its luck at once
        self.not_before = None;
        self.backoff = FIRST_BACKOFF;
        let flushing = self.flushing.get_or_insert_with(|| Flushing {
            callers: Vec::new(),
            lost_any: false,
            old_until: Instant::now() + self.shared.old_news_at_exit(),
        });
        flushing.callers.extend(callers);
    }

    /// Answers those who wait for a flush: what is not sent by now will not be soon.
    pub(super) fn give_up(&mut self) {
        self.shared.is_hopeless.store(true, Ordering::Relaxed);
        let Some(flushing) = self.flushing.take() else {
            return;
        };
        let deadline = flushing.deadline().unwrap_or_else(Instant::now);
        self.keeper().settle_all(deadline);
        self.finish(&flushing, false);
    }

    /// While the server is left alone, what would wait in memory until its turn is put on disk: the time of those
    /// who wait may be over by then.
    pub(super) fn settle_in_pause(&mut self) {
        let deadline = self.flushing.as_ref().and_then(Flushing::deadline);
        if let Some(deadline) = deadline.filter(|_| self.not_before.is_some()) {
            self.keeper().settle_all(deadline);
        }
    }

    pub(super) fn answer_flush(&mut self) {
        let Some(flushing) = &self.flushing else {
            return;
        };
        let now = Instant::now();
        let is_empty = self.keeper().is_empty();
        let old_are_done = now >= flushing.old_until || !self.keeper().spool.has_adopted();
        let is_late = flushing.deadline().is_none_or(|deadline| now >= deadline);
        if !(is_late || is_empty && old_are_done) {
            return;
        }
        let Some(flushing) = self.flushing.take() else {
            return;
        };
        if is_empty && !is_late {
            self.tell_losses();
        }
        let delivered = is_empty && !flushing.lost_any;
        self.finish(&flushing, delivered);
    }

    fn finish(&mut self, flushing: &Flushing, delivered: bool) {
        self.send_last_copies(flushing);
        self.publish();
        let mut keeper = self.keeper();
        keeper.keep_losses();
        keeper.end_flush();
        drop(keeper);
        for caller in &flushing.callers {
            let _ = caller.done.try_send(delivered);
        }
    }

    /// Spotlight gets what it does not have yet. The server has all, or is given up, so this holds up nothing
    /// but the end.
    fn send_last_copies(&self, flushing: &Flushing) {
        const STEP: Duration = Duration::from_millis(1);

        let began = Instant::now();
        while flushing
            .deadline()
            .is_some_and(|deadline| Instant::now() < deadline)
        {
            let mut keeper = self.keeper();
            keeper.attend();
            if keeper.is_copied(began) {
                return;
            }
            drop(keeper);
            thread::sleep(STEP);
        }
    }

    /// Tells the server of losses that no envelope can take along any more.
    fn tell_losses(&mut self) {
        if !self.shared.has_server {
            return;
        }
        self.shared.absorb_losses_of_client();
        let Some(losses) = self.shared.losses.take() else {
            return;
        };
        if self.limits.of_all().is_some() {
            self.shared.losses.record(&losses, Reason::SendError);
            return;
        }
        let bytes = door::addressed(b"", Some(&losses));
        self.keeper().tells(Some(losses));
        let answer = self.outlet.send(vec![bytes]).pop();
        let losses = self.keeper().take_back_losses();
        // what is refused once is refused again
        let is_over = answer.is_some_and(|(answer, _)| answer.is_final());
        if let Some(losses) = losses.filter(|_| !is_over) {
            self.shared.losses.record(&losses, Reason::SendError);
        }
    }
}

impl Flushing {
    /// When the last caller stops waiting.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.callers.iter().map(|caller| caller.deadline).max()
    }
}
