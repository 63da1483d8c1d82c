//! What is known of one error, and the event that it becomes.

pub(crate) mod backtrace;
mod bounded;
pub(crate) mod bubble;
pub(crate) mod chain;
pub(crate) mod event;
pub(crate) mod expected;
pub(crate) mod filter;
mod frames;
mod functions;
pub(crate) mod grouping;
pub(crate) mod kept;
pub(crate) mod passed;
pub(crate) mod site;
pub(crate) mod source;
pub(crate) mod stack;
pub(crate) mod strand;
pub(crate) mod symbols;
mod types;
pub(crate) mod view;

use crate::trace::now::{self, Ids};
use bubble::Claimant;
use chain::Chain;
use filter::LeftOut;
use passed::Passed;
use sentry::Hub;
use sentry::protocol::Breadcrumb;
use sentry::types::Uuid;
use stack::Stack;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, Thread};
use std::time::SystemTime;
use view::{ErrorView, Seen};

/// Identifies a report within its process.
pub(crate) type ReportId = u64;

/// A number that nothing else in this process has.
pub(crate) fn next_id() -> ReportId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Who gets what was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The server, and Spotlight where there is one.
    All,
    /// What the server's share leaves out: Spotlight alone.
    Spotlight,
}

/// What is known of one error; the worker makes an event of it.
pub(crate) struct Report {
    pub(crate) id: ReportId,
    pub(crate) origin: Origin,
    pub(crate) chain: Arc<Chain>,
    pub(crate) stack: Arc<Stack>,
    /// The text of the error's own backtrace.
    pub(crate) backtrace: Option<String>,
    /// The scope as it was, and the client it was bound to.
    pub(crate) hub: Arc<Hub>,
    /// The trace that it belongs to, where that is not sampled; the scope knows of others.
    pub(crate) trace: Option<Ids>,
    pub(crate) at: SystemTime,
    /// The thread that failed; its name is read by the worker.
    /// Of a crash nobody knows.
    pub(crate) thread: Option<Thread>,
    /// Errors of the same function that were kept back before this one.
    pub(crate) left_out: Option<LeftOut>,
    pub(crate) audience: Audience,
    /// How the program logged the same error just before: this report stands for both.
    pub(crate) log: Option<Box<Log>>,
}

/// What is known of a log.
pub(crate) enum Log {
    /// The event that it made.
    #[cfg_attr(
        not(feature = "tracing"),
        expect(dead_code, reason = "no layer makes one")
    )]
    Event(Uuid),
    /// What that event said.
    Breadcrumb(Breadcrumb),
}

impl Report {
    /// A report of what has just gone wrong on this thread, with the scope as it is.
    pub(crate) fn new(origin: Origin, chain: Arc<Chain>, stack: Arc<Stack>) -> Self {
        Self {
            id: next_id(),
            origin,
            chain,
            stack,
            backtrace: None,
            hub: Arc::new(Hub::new_from_top(Hub::current())),
            trace: now::ids(),
            at: SystemTime::now(),
            thread: Some(thread::current()),
            left_out: None,
            audience: Audience::All,
            log: None,
        }
    }

    /// The report of a crash, made by another thread.
    pub(crate) fn of_crash(crash: &Crash) -> Self {
        let (type_name, meaning) = crash.signal;
        let view = ErrorView {
            type_name,
            seen: Seen::Display(&meaning),
            outside: None,
        };
        let stack = Stack::of(&crash.addresses);
        Self {
            hub: Arc::new(Hub::new_from_top(Hub::main())),
            thread: None,
            ..Self::new(Origin::Crash, Arc::new(Chain::of(view)), Arc::new(stack))
        }
    }

    /// Adds what an outer function, or `main`, knows of the same error.
    pub(crate) fn amend(&mut self, amendment: Amendment) {
        if amendment.is_told {
            Arc::make_mut(&mut self.chain).widen(&amendment.chain);
        }
        if let Origin::Functions(steps) = &mut self.origin {
            let recorded = amendment.who == Claimant::Main
                && steps
                    .last()
                    .is_some_and(|last| last.site.full_name() == amendment.step.site.full_name());
            if !recorded {
                steps.push(amendment.step);
            }
        }
    }

    /// The package and version of the outermost annotated function.
    pub(crate) fn release(&self) -> Option<String> {
        match &self.origin {
            Origin::Functions(steps) => steps.last()?.site.package.release(),
            Origin::Main(step) => step.site.package.release(),
            Origin::Panic(_) | Origin::Crash => None,
        }
    }
}

/// Where a report comes from.
pub(crate) enum Origin {
    /// Annotated functions, innermost first.
    Functions(Vec<Passed>),
    /// An `Err` that nothing but `main` saw.
    Main(Passed),
    /// A panic, with its place in the source.
    Panic(Option<Place>),
    /// A signal that a thread brought upon itself.
    Crash,
}

/// What is known of a crash: the signal's name and what it means, and where the thread stood, the
/// signal's own frames included.
pub(crate) struct Crash {
    pub(crate) signal: (&'static str, &'static str),
    pub(crate) addresses: Vec<usize>,
}

/// A place in the source, from 1.
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// What an outer function adds to a report.
pub(crate) struct Amendment {
    pub(crate) id: ReportId,
    pub(crate) chain: Arc<Chain>,
    /// Whether that tells of the error; an answer to a request need not.
    pub(crate) is_told: bool,
    pub(crate) step: Passed,
    pub(crate) who: Claimant,
}
