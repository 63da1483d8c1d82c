//! One error, one event: recognises an error that another annotated function reported already.
//!
//! The innermost annotated function makes the report; those that it passes on its way up amend it.
//! On one thread an error passes through an outer function exactly if that call was on the stack
//! when the error was reported. On another thread it is the same error if it is the same box, or
//! if `main` ends with it: there every error ends.

use super::chain::Chain;
use super::site::Site;
use super::stack::Stack;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::thread::ThreadId;

/// Identifies a report within its process.
pub(crate) type ReportId = u64;

/// The reports that may still be on their way up.
#[derive(Debug, Default)]
pub(crate) struct Open(Mutex<VecDeque<Entry>>);

/// How many reports are remembered, newest first.
const MOST_OPEN: usize = 64;

#[derive(Debug)]
struct Entry {
    id: ReportId,
    thread: ThreadId,
    stack: Stack,
    /// The frame of the outermost function known to have passed the error on.
    reached: usize,
    chain: Chain,
    site: &'static Site,
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claimant {
    /// An annotated function.
    Function,
    /// `main`, where every error ends.
    Main,
}

impl Open {
    /// The report of the same error, if there is one; `chain` becomes what it is known by from now on.
    pub(crate) fn claim(
        &self,
        who: Claimant,
        site: &'static Site,
        thread: ThreadId,
        stack: &Stack,
        chain: &Chain,
    ) -> Option<ReportId> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.iter_mut().rev().find_map(|entry| {
            // in the frame that it reached, only another function, inlined there, can pass it on
            let passed = (entry.thread == thread)
                .then(|| entry.stack.position_of(stack, entry.reached))
                .flatten()
                .filter(|position| *position > entry.reached || !entry.site.is(site));
            let elsewhere = match who {
                Claimant::Main => true,
                Claimant::Function => {
                    entry.thread != thread
                        && !entry.site.is(site)
                        && chain.shares_a_box_with(&entry.chain)
                }
            };
            let same = (passed.is_some() || elsewhere) && chain.contains(&entry.chain);
            same.then_some((entry, passed))
        });
        let (entry, passed) = entry?;
        match passed {
            Some(frame) => entry.reached = frame,
            None => {
                entry.thread = thread;
                entry.stack = stack.clone();
                entry.reached = 0;
            }
        }
        entry.chain = chain.clone();
        entry.site = site;
        Some(entry.id)
    }

    /// Remembers a new report.
    pub(crate) fn add(
        &self,
        id: ReportId,
        site: &'static Site,
        thread: ThreadId,
        stack: &Stack,
        chain: &Chain,
    ) {
        let entry = Entry {
            id,
            thread,
            stack: stack.clone(),
            reached: 0,
            chain: chain.clone(),
            site,
        };
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == MOST_OPEN {
            entries.pop_front();
        }
        entries.push_back(entry);
    }
}
