//! What a program says of errors and panics that were reported, or are in a moment.

use super::{Entries, LONGEST, MOST_OF_ALL, Open};
use crate::report::chain::Chain;
use crate::report::strand::Strand;
use sentry::types::Uuid;
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

/// How many panics are remembered, and how many logs.
const MOST: usize = 64;
/// Of what a log says, in bytes.
const MOST_SAID: usize = 4096;

/// A panic that was reported; whoever catches it tells of it again.
#[derive(Debug)]
pub(super) struct Panicked {
    since: Instant,
    strand: Strand,
    message: Arc<Chain>,
    is_answered: bool,
}

/// What a program logged, which made an event of its own.
#[derive(Debug)]
pub(super) struct Logged {
    strand: Strand,
    said: String,
    event_id: Uuid,
}

impl Open {
    /// Whether a text tells of an error or a panic of this strand, or of one that it may have started.
    pub(crate) fn is_told_of(&self, strand: Strand, text: &str) -> bool {
        let is_told = |since: Instant, at: Strand, chain: &Chain| {
            is_near(at, strand) && since.elapsed() < LONGEST && chain.is_told_by(text)
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
        let panicked = Panicked {
            since: Instant::now(),
            strand,
            message: Arc::clone(message),
            is_answered: false,
        };
        let outgrown = push(&mut entries.panics, panicked);
        drop(entries);
        drop(outgrown);
    }

    /// Remembers what was logged: whoever logs an error often returns it then.
    pub(crate) fn add_log(&self, strand: Strand, mut said: String, event_id: Uuid) {
        let end = (0..=MOST_SAID.min(said.len())).rev();
        said.truncate(
            end.into_iter()
                .find(|at| said.is_char_boundary(*at))
                .unwrap_or(0),
        );
        let logged = Logged {
            strand,
            said,
            event_id,
        };
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let outgrown = push(&mut entries.logs, logged);
        drop(entries);
        drop(outgrown);
    }

    /// The event of the newest log that tells of an error which is about to be reported. It may have left.
    pub(crate) fn take_log(&self, strand: Strand, chain: &Chain) -> Option<Uuid> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_of_it = |log: &Logged| is_near(log.strand, strand) && chain.is_told_by(&log.said);
        let at = entries.logs.iter().rposition(is_of_it)?;
        let log = entries.logs.remove(at);
        drop(entries);
        log.map(|log| log.event_id)
    }
}

/// Whether something happened on a strand, or on one that it may have started.
fn is_near(at: Strand, strand: Strand) -> bool {
    at.key() == strand.key() || strand.is_older_than(at)
}

/// Adds one, and gives back the oldest of too many.
fn push<T>(queue: &mut VecDeque<T>, one: T) -> Option<T> {
    queue.push_back(one);
    (queue.len() > MOST).then(|| queue.pop_front()).flatten()
}
