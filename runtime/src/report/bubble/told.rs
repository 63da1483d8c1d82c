//! What a program says of errors and panics that were reported.

use super::{Entries, LONGEST, MOST_OF_ALL, Open};
use crate::report::chain::Chain;
use crate::report::strand::Strand;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

/// How many panics are remembered.
const MOST_PANICS: usize = 64;

/// A panic that was reported; whoever catches it tells of it again.
#[derive(Debug)]
pub(super) struct Panicked {
    since: Instant,
    strand: Strand,
    message: Arc<Chain>,
    is_answered: bool,
}

impl Open {
    /// Whether a text tells of an error or a panic of this strand, or of one that it may have started.
    pub(crate) fn is_told_of(&self, strand: Strand, text: &str) -> bool {
        let is_told = |since: Instant, at: Strand, chain: &Chain| {
            let is_near = at.key() == strand.key() || strand.is_older_than(at);
            is_near && since.elapsed() < LONGEST && chain.is_told_by(text)
        };
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut errors = entries.all.newest().take(MOST_OF_ALL);
        let mut panics = entries.panics.iter();
        errors.any(|(_, entry)| is_told(entry.since, entry.strand, &entry.chain))
            || panics.any(|panic| is_told(panic.since, panic.strand, &panic.message))
    }

    /// Whether something went wrong on this strand since this was asked last: a service that has to answer
    /// with a failure says so without what it was.
    pub(crate) fn is_answered_for(&self, strand: Strand) -> bool {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Entries { all, panics, .. } = &mut *entries;
        let errors = all.entries.iter_mut().rev().take(MOST_OF_ALL);
        let errors = errors.map(|entry| (entry.strand, entry.since, &mut entry.is_answered));
        let panics = panics.iter_mut();
        let panics = panics.map(|panic| (panic.strand, panic.since, &mut panic.is_answered));
        let mut is_answered_for = false;
        for (at, since, is_answered) in errors.chain(panics) {
            if at.key() == strand.key() && since.elapsed() < LONGEST {
                is_answered_for |= !std::mem::replace(is_answered, true);
            }
        }
        is_answered_for
    }

    /// Remembers a panic that was reported.
    pub(crate) fn add_panic(&self, strand: Strand, message: &Arc<Chain>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let outgrown = if entries.panics.len() < MOST_PANICS {
            None
        } else {
            entries.panics.pop_front()
        };
        entries.panics.push_back(Panicked {
            since: Instant::now(),
            strand,
            message: Arc::clone(message),
            is_answered: false,
        });
        drop(entries);
        drop(outgrown);
    }
}
