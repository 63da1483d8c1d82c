//! One error, one event: recognises an error that another annotated function reported already.
//!
//! The innermost annotated function makes the report; those that it passes on its way up amend it.
//! Its text must still tell of the same failure, and one of these must hold:
//!
//! - The call of the outer function was on the stack when the error was reported. An async function
//!   may be polled again before it returns the error, at another place of the stack or on another
//!   thread; it is known by its depth among the calls of the same function.
//! - The error was reported on a younger strand, and it is the same box. An address may be used
//!   again for another error, but errors go up: to whatever awaits or joins what it started.
//! - It was reported on a younger strand, and came out of a value, as by `handle.await??`, by
//!   `handle.await?` as the tail, or by `files.par_iter().try_for_each(load)?`.
//! - `main` ends with it: there every error ends.
//!
//! What a handler makes of an error to answer a request, `load(id).await.map_err(|_| StatusCode::BAD_GATEWAY)?`,
//! may tell nothing of it: where such a call was on the stack, the name of the called function says as much.
//!
//! An error that is new where it leaves a function, such as `return Err("closed")`, is none of these.

mod leaving;
#[cfg(feature = "tracing")]
mod told;

pub(crate) use leaving::{Claimant, Claimed, Leaving};

use super::ReportId;
use super::chain::Chain;
use super::passed::ExitKind;
use super::site::Site;
use super::stack::{Frame, Stack};
use super::strand::{Key, Strand};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What became of an error when the first annotated function saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Reported(ReportId),
    /// By sampling or a limit; the functions that it passes leave it out too.
    LeftOut,
}

/// The errors that may still be on their way up.
#[derive(Debug, Default)]
pub(crate) struct Open(Mutex<Entries>);

/// How many errors are remembered.
const MOST_OPEN: usize = 1024;
/// How much memory they may take, as far as it grows with them.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// For how long.
const LONGEST: Duration = Duration::from_secs(60);
/// How many are looked at, newest first, of those of one strand.
const MOST_OF_A_STRAND: usize = 64;
/// How many are looked at of all.
const MOST_OF_ALL: usize = 256;
/// How many boxes one error is known by: each `.context(..)` makes one.
const MOST_BOXES: usize = 128;

#[derive(Debug, Default)]
struct Entries {
    all: Numbered,
    #[cfg(feature = "tracing")]
    panics: VecDeque<told::Panicked>,
    #[cfg(feature = "tracing")]
    logs: VecDeque<told::Logged>,
    of_strands: HashMap<Key, VecDeque<EntryId>>,
    of_boxes: HashMap<usize, EntryId>,
    bytes: usize,
}

type EntryId = u64;

/// In the order in which they were reported, as are their ids.
#[derive(Debug, Default)]
struct Numbered {
    entries: VecDeque<Entry>,
    first: EntryId,
}

#[derive(Debug)]
struct Entry {
    fate: Fate,
    since: Instant,
    strand: Strand,
    stack: Arc<Stack>,
    /// The frame of the outermost function known to have passed the error on, and its place in memory.
    reached: usize,
    place: usize,
    site: &'static Site,
    chain: Arc<Chain>,
    /// Where errors of the chain lie in memory, and did so earlier.
    boxes: Vec<usize>,
    /// Whether it was said that there was no answer but a failure.
    #[cfg(feature = "tracing")]
    is_answered: bool,
}

impl Open {
    /// What became of the same error, if this call was on the stack when it was reported.
    pub(crate) fn claim(&self, leaving: &Leaving<'_>, call: Frame) -> Option<Claimed> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (id, reached) = entries.with_call(leaving, call)?;
        let entry = entries.all.get_mut(id)?;
        entry.reached = reached;
        entry.place = call.place;
        let claimed = leaving.claimed(entry);
        let outgrown = entries.pass(id, leaving, claimed.is_told);
        drop(entries);
        drop(outgrown); // not under the lock
        Some(claimed)
    }

    /// What became of the same error, if it came here another way.
    pub(crate) fn claim_from_elsewhere(
        &self,
        leaving: &Leaving<'_>,
        stack: &Arc<Stack>,
    ) -> Option<Claimed> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = entries.elsewhere(leaving, stack)?;
        let claimed = leaving.claimed(entries.all.get(id)?);
        let outgrown = (
            entries.pass(id, leaving, claimed.is_told),
            entries.move_to(id, leaving.strand, stack),
        );
        drop(entries);
        drop(outgrown);
        Some(claimed)
    }

    /// Remembers an error that was not seen before.
    pub(crate) fn add(&self, fate: Fate, leaving: &Leaving<'_>, stack: &Arc<Stack>) {
        let entry = Entry {
            fate,
            since: Instant::now(),
            strand: leaving.strand,
            stack: Arc::clone(stack),
            reached: 0,
            place: stack.place_of(0),
            site: leaving.site,
            chain: Arc::clone(leaving.chain),
            boxes: Vec::new(),
            #[cfg(feature = "tracing")]
            is_answered: false,
        };
        let mut forgotten = Vec::new();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while entries.must_forget_one(&entry) {
            forgotten.extend(entries.forget_oldest());
        }
        entries.bytes += entry.bytes();
        let id = entries.all.push(entry);
        entries.join_strand(leaving.strand.key(), id);
        entries.pass(id, leaving, true);
        drop(entries);
        drop(forgotten);
    }
}

impl Entries {
    /// A report on whose stack a call was, and the frame of that call.
    fn with_call(&self, leaving: &Leaving<'_>, call: Frame) -> Option<(EntryId, usize)> {
        if leaving.kind() == ExitKind::New {
            return None;
        }
        self.of_strand(leaving.strand).find_map(|(id, entry)| {
            if entry.is_past(call, leaving.site) || entry.strand.thread != leaving.strand.thread {
                return None;
            }
            let position = entry.stack.position_of(call, entry.reached)?;
            leaving.passes_on(entry, position).then_some((id, position))
        })
    }

    fn elsewhere(&self, leaving: &Leaving<'_>, stack: &Stack) -> Option<EntryId> {
        if leaving.kind() == ExitKind::New {
            return None;
        }
        if leaving.who == Claimant::Main {
            let mut all = self.all.newest();
            let found = all.find(|(_, entry)| leaving.is_told_of_by(entry));
            return found.map(|(id, _)| id);
        }
        self.after_a_poll(leaving, stack)
            .or_else(|| self.in_a_box(leaving))
            .or_else(|| self.out_of_a_value(leaving))
    }

    /// Newest first.
    fn of_strand(&self, strand: Strand) -> impl Iterator<Item = (EntryId, &Entry)> {
        let ids = self.of_strands.get(&strand.key()).into_iter().flatten();
        let newest = ids.rev().take(MOST_OF_A_STRAND);
        newest.filter_map(|id| Some((*id, self.all.get(*id)?)))
    }

    /// A report that was made while the same async function was polled earlier, in the same task;
    /// where tasks are not known, on any thread.
    fn after_a_poll(&self, leaving: &Leaving<'_>, stack: &Stack) -> Option<EntryId> {
        if !leaving.site.is_async {
            return None;
        }
        let (call, depth) = stack.innermost()?;
        // of several, the one that has the shortest way to here, then the newest
        let distance = |(id, entry): (EntryId, &Entry)| {
            let position = entry.stack.position_at_depth(call, depth)?;
            let is_same = leaving.passes_on(entry, position);
            is_same.then(|| (position - entry.reached, id))
        };
        let nearest = |left: (usize, EntryId), right: (usize, EntryId)| {
            if right.0 < left.0 { right } else { left }
        };
        let own = self.of_strand(leaving.strand).filter_map(distance);
        let found = own.reduce(nearest);
        if found.is_some() || leaving.strand.task.is_some() {
            return found.map(|(_, id)| id);
        }
        let all = self.all.newest().take(MOST_OF_A_STRAND);
        let without_task = all.filter(|(_, entry)| entry.strand.task.is_none());
        let found = without_task.filter_map(distance).reduce(nearest);
        found.map(|(_, id)| id)
    }

    fn in_a_box(&self, leaving: &Leaving<'_>) -> Option<EntryId> {
        let ids = leaving.chain.places();
        let ids = ids.filter_map(|place| self.of_boxes.get(&place));
        let mut entries = ids.filter_map(|id| Some((*id, self.all.get(*id)?)));
        let found = entries.find(|(_, entry)| leaving.comes_from_below(entry));
        found.map(|(id, _)| id)
    }

    fn out_of_a_value(&self, leaving: &Leaving<'_>) -> Option<EntryId> {
        if leaving.kind() != ExitKind::Received {
            return None;
        }
        let found = self
            .all
            .newest()
            .take(MOST_OF_ALL)
            .find(|(_, entry)| leaving.comes_from_below(entry));
        found.map(|(id, _)| id)
    }

    fn must_forget_one(&self, new: &Entry) -> bool {
        let Some(oldest) = self.all.entries.front() else {
            return false;
        };
        self.all.entries.len() == MOST_OPEN
            || self.bytes + new.bytes() > MOST_BYTES
            || new.since.duration_since(oldest.since) > LONGEST
    }

    fn forget_oldest(&mut self) -> Option<Entry> {
        let (id, entry) = self.all.pop()?;
        self.bytes -= entry.bytes();
        self.leave_strand(entry.strand.key(), id);
        for place in &entry.boxes {
            if self.of_boxes.get(place) == Some(&id) {
                self.of_boxes.remove(place);
            }
        }
        Some(entry)
    }

    fn join_strand(&mut self, key: Key, id: EntryId) {
        self.of_strands.entry(key).or_default().push_back(id);
    }

    fn leave_strand(&mut self, key: Key, id: EntryId) {
        let Some(ids) = self.of_strands.get_mut(&key) else {
            return;
        };
        if let Some(position) = ids.iter().position(|own| *own == id) {
            ids.remove(position);
        }
        if ids.is_empty() {
            self.of_strands.remove(&key);
        }
    }

    /// Knows an error as it leaves another function; how it was known is left over.
    fn pass(&mut self, id: EntryId, leaving: &Leaving<'_>, is_told: bool) -> Option<Arc<Chain>> {
        let entry = self.all.get_mut(id)?;
        entry.site = leaving.site;
        if !is_told {
            return None; // what is logged of it tells of it as it was
        }
        self.bytes = self.bytes - entry.chain.bytes() + leaving.chain.bytes();
        for place in leaving.chain.places() {
            if entry.boxes.len() < MOST_BOXES && !entry.boxes.contains(&place) {
                entry.boxes.push(place);
                self.of_boxes.insert(place, id);
            }
        }
        Some(std::mem::replace(
            &mut entry.chain,
            Arc::clone(leaving.chain),
        ))
    }

    /// Knows where an error is now; the stack of where it was is left over.
    fn move_to(&mut self, id: EntryId, strand: Strand, stack: &Arc<Stack>) -> Option<Arc<Stack>> {
        let entry = self.all.get_mut(id)?;
        self.bytes = self.bytes - entry.stack.bytes() + stack.bytes();
        let left = std::mem::replace(&mut entry.strand, strand).key();
        let outgrown = std::mem::replace(&mut entry.stack, Arc::clone(stack));
        entry.reached = 0;
        entry.place = stack.place_of(0);
        if left != strand.key() {
            self.leave_strand(left, id);
            self.join_strand(strand.key(), id);
        }
        Some(outgrown)
    }
}

impl Numbered {
    fn push(&mut self, entry: Entry) -> EntryId {
        self.entries.push_back(entry);
        self.first + self.entries.len() as u64 - 1
    }

    fn pop(&mut self) -> Option<(EntryId, Entry)> {
        let entry = self.entries.pop_front()?;
        self.first += 1;
        Some((self.first - 1, entry))
    }

    fn get(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(self.index(id)?)
    }

    fn get_mut(&mut self, id: EntryId) -> Option<&mut Entry> {
        let index = self.index(id)?;
        self.entries.get_mut(index)
    }

    fn index(&self, id: EntryId) -> Option<usize> {
        usize::try_from(id.checked_sub(self.first)?).ok()
    }

    fn newest(&self) -> impl Iterator<Item = (EntryId, &Entry)> {
        let entries = self.entries.iter().enumerate().rev();
        entries.map(|(index, entry)| (self.first + index as u64, entry))
    }
}

impl Entry {
    /// Whether the error is past a call, which is most often so in a function that fails again and again:
    /// it was passed on by a function further out, or by the one that calls.
    fn is_past(&self, call: Frame, site: &Site) -> bool {
        call.place < self.place || (call.place == self.place && self.site.is(site))
    }

    fn bytes(&self) -> usize {
        self.chain.bytes() + self.stack.bytes()
    }
}
