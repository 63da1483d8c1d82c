//! What was left out on purpose, counted until a server can be told of it.
//!
//! A counter of our own: of Sentry's, a transport can neither say that something was sampled, nor
//! take what it holds for an envelope that the client did not make.

use crate::report::filter::Cause;
use sentry::protocol::ClientReport;
use sentry::protocol::client_report::{Category, Item, Reason};
use std::sync::atomic::{AtomicU64, Ordering};

/// Events that were not made.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    sampled: AtomicU64,
    limited: AtomicU64,
}

impl LeftOut {
    pub(super) fn record(&self, cause: Cause) {
        let count = match cause {
            Cause::Sampled => &self.sampled,
            Cause::Limited => &self.limited,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// The counts since this was asked last, for the next envelope to take along.
    pub(super) fn take(&self) -> Option<ClientReport> {
        let counts = [
            (Reason::SampleRate, &self.sampled),
            (Reason::RatelimitBackoff, &self.limited),
        ];
        let items: Vec<Item> = counts
            .into_iter()
            .map(|(reason, count)| (reason, count.swap(0, Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .map(|(reason, count)| Item::new(Category::Error, reason, count))
            .collect();
        (!items.is_empty()).then(|| ClientReport::new(items))
    }
}
