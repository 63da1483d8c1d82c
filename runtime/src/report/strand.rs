//! What runs one thing after the other: a task of tokio, or else a thread.

use std::thread::{self, ThreadId};

/// Where a function runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Strand {
    pub(crate) thread: u64,
    /// The task, where it is tokio's and the feature `tokio` is on.
    pub(crate) task: Option<u64>,
}

/// What a strand is known by: a task may change its thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Task(u64),
    Thread(u64),
}

thread_local! {
    static THREAD: u64 = number(thread::current().id());
}

impl Strand {
    pub(crate) fn current() -> Self {
        let thread = THREAD.try_with(|number| *number);
        Self {
            thread: thread.unwrap_or_else(|_| number(thread::current().id())),
            task: task(),
        }
    }

    pub(crate) fn key(self) -> Key {
        self.task.map_or(Key::Thread(self.thread), Key::Task)
    }

    /// Whether this is another, and may have started it: numbers are given in the order of starting.
    pub(crate) fn is_older_than(self, other: Self) -> bool {
        match (self.task, other.task) {
            (Some(own), Some(other)) => own < other,
            (None, Some(_)) => true,
            (_, None) => self.thread < other.thread,
        }
    }
}

/// The number in `ThreadId(1)`.
pub(super) fn number(id: ThreadId) -> u64 {
    digits(&format!("{id:?}"))
}

#[cfg(feature = "tokio")]
fn task() -> Option<u64> {
    tokio::task::try_id().map(|id| digits(&id.to_string()))
}

#[cfg(not(feature = "tokio"))]
fn task() -> Option<u64> {
    None
}

fn digits(text: &str) -> u64 {
    let digits = text.bytes().filter(u8::is_ascii_digit);
    digits.fold(0, |number: u64, digit| {
        number
            .wrapping_mul(10)
            .wrapping_add(u64::from(digit - b'0'))
    })
}
