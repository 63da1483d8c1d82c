//! What was not sent, counted until the server can be told of it.
//!
//! A counter of our own: of Sentry's, a transport can neither say that something was sampled, nor
//! take what it holds for an envelope that the client did not make.

mod units;

use crate::report::filter::Cause;
use sentry::protocol::ClientReport;
use sentry::protocol::client_report::{Category, Item, LossSource, Reason};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Counts by what it was and why it is not there.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// Events that were left out on purpose, before anything was made; a flood of them is cheap.
    sampled: AtomicU64,
    limited: AtomicU64,
    lost: Mutex<HashMap<(Category, Reason), u64>>,
}

impl Losses {
    pub(super) fn leave_out(&self, cause: Cause) {
        let count = match cause {
            Cause::Sampled => &self.sampled,
            Cause::Limited => &self.limited,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts traces that were not sampled; each would have been a transaction and, as the server has it, a span.
    pub(super) fn leave_out_traces(&self, count: u64) {
        if count > 0 {
            let kinds = [Category::Transaction, Category::Span].into_iter();
            self.add(kinds.map(|kind| (kind, None, count)), Reason::SampleRate);
        }
    }

    /// Counts what was lost; of a client report, what it counted itself.
    pub(super) fn record(&self, what: &impl LossSource, reason: Reason) {
        let losses = what.losses();
        self.add(
            losses.map(|loss| (loss.category, loss.reason, loss.quantity)),
            reason,
        );
    }

    /// The same for an envelope as it is sent or lies on disk.
    pub(super) fn record_sealed(&self, bytes: &[u8], reason: Reason) {
        let losses = units::of(bytes).into_iter();
        self.add(
            losses.map(|loss| (loss.category, loss.reason, loss.quantity)),
            reason,
        );
    }

    fn add(&self, losses: impl Iterator<Item = (Category, Option<Reason>, u64)>, reason: Reason) {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        for (category, own, quantity) in losses {
            *lost.entry((category, own.unwrap_or(reason))).or_default() += quantity;
        }
    }

    /// Whether there is something to tell.
    pub(super) fn are_any(&self) -> bool {
        let left_out = [&self.sampled, &self.limited];
        left_out
            .iter()
            .any(|count| count.load(Ordering::Relaxed) > 0)
            || !self
                .lost
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_empty()
    }

    /// The counts since this was asked last, for the next envelope to take along.
    pub(super) fn take(&self) -> Option<ClientReport> {
        let left_out = [
            (Reason::SampleRate, &self.sampled),
            (Reason::RatelimitBackoff, &self.limited),
        ];
        let mut lost =
            std::mem::take(&mut *self.lost.lock().unwrap_or_else(PoisonError::into_inner));
        for (reason, count) in left_out {
            let count = count.swap(0, Ordering::Relaxed);
            if count > 0 {
                *lost.entry((Category::Error, reason)).or_default() += count;
            }
        }
        if lost.is_empty() {
            return None;
        }
        let items = lost
            .into_iter()
            .map(|((category, reason), count)| Item::new(category, reason, count));
        Some(ClientReport::new(items))
    }
}

#[cfg(test)]
mod tests {
    use super::Losses;
    use crate::report::filter::Cause;
    use sentry::protocol::Event;
    use sentry::protocol::client_report::{LossSource, Reason};
    use std::collections::BTreeSet;

    #[test]
    fn counts_are_taken_once_and_can_be_given_back() {
        let losses = Losses::default();
        assert!(losses.take().is_none());
        losses.leave_out(Cause::Sampled);
        losses.leave_out(Cause::Sampled);
        losses.record(&Event::default(), Reason::NetworkError);
        let report = losses.take().unwrap();
        assert!(losses.take().is_none());

        losses.record(&report, Reason::SendError);
        losses.record(&Event::default(), Reason::NetworkError);
        let again = losses.take().unwrap();
        let told: BTreeSet<String> = again
            .losses()
            .map(|loss| format!("{} {:?}", loss.quantity, loss.reason))
            .collect();
        let expected = ["2 Some(NetworkError)", "2 Some(SampleRate)"];
        assert_eq!(told, expected.map(str::to_owned).into());
    }
}
