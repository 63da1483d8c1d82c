//! What both sides of the queue see, and what became of it all.

use super::losses::Losses;
use super::outlet::Answer;
use super::transport::WITHOUT_WAITING;
use crate::config::Settings;
use crate::privacy::Policy;
use crate::quiet::quietly;
use crate::sessions::{End, Sessions};
use sentry::protocol::ClientReport;
use sentry::protocol::client_report::{Category, Item, Reason};
use sentry::{Client, Envelope};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

thread_local! {
    pub(super) static IS_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// What both sides of the queue see.
pub(super) struct Shared {
    pub(super) waiting: AtomicUsize,
    /// Those that wait in memory only, and would end with the process.
    pub(super) unkept: AtomicUsize,
    /// Whether the worker waits for a better time, with everything kept that can be.
    pub(super) rests: AtomicBool,
    /// Whether the last try got no answer, so that another one at once is of no use.
    pub(super) is_hopeless: AtomicBool,
    /// The signal that is about to end the process, or 0.
    pub(super) ending: AtomicI32,
    pub(super) crashing: AtomicBool,
    /// Nobody works any more.
    pub(super) is_gone: AtomicBool,
    pub(super) kept: AtomicUsize,
    /// Whether the spool may hold something of earlier runs that nobody has looked for yet.
    pub(super) unseen: AtomicBool,
    pub(super) delivered: AtomicU64,
    pub(super) lost: AtomicU64,
    pub(super) losses: Losses,
    /// Whether everything that the worker has taken over is on disk.
    pub(super) on_disk: AtomicBool,
    /// How often the server, or the way to it, has said something.
    words: AtomicU64,
    pub(super) last_answer: Mutex<Option<Answer>>,
    pub(super) client: OnceLock<std::sync::Weak<Client>>,
    /// Whether there is a server; else all is for Spotlight.
    pub(super) has_server: bool,
    /// Where a copy of everything goes.
    pub(super) spotlight: Option<String>,
    /// How many of those are on their way.
    pub(super) copies: AtomicUsize,
    pub(super) shutdown_timeout: Duration,
    pub(super) policy: Policy,
    pub(super) sessions: Arc<Sessions>,
    pub(super) debug: bool,
    /// Which of the builds of the release this is.
    pub(super) dist: Option<String>,
}

/// What became of the reports so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// Envelopes that the server took.
    pub delivered: u64,
    /// Reports and envelopes that are still on their way.
    pub waiting: usize,
    /// Envelopes that lie in the spool: of those on their way, and of earlier runs. They are sent
    /// at the next start, should this process end before.
    pub kept: usize,
    /// Reports and envelopes that were dropped: refused, under a rate limit, or too many.
    pub lost: u64,
    /// What the server, or the way to it, said last.
    pub last_answer: Option<Answer>,
}

/// The program ends after this part of the shutdown timeout without a word from the server, if all is on
/// disk. Each step of a handshake is a word.
const SILENCE: u32 = 2;

/// How long the server has said nothing at an end of the program.
pub(super) struct Silence {
    words: u64,
    since: Instant,
}

impl Silence {
    pub(super) fn new(shared: &Shared) -> Self {
        Self {
            words: shared.words.load(Ordering::Acquire),
            since: Instant::now(),
        }
    }

    /// Whether it is not worth waiting any more. As long as something is only in memory, it is.
    pub(super) fn is_long(&mut self, shared: &Shared) -> bool {
        let words = shared.words.load(Ordering::Acquire);
        let on_disk = shared.is_kept() && shared.on_disk.load(Ordering::Acquire);
        if words != self.words || !on_disk {
            *self = Self::new(shared);
        }
        self.since.elapsed() >= shared.shutdown_timeout / SILENCE
    }
}

impl Shared {
    pub(super) fn new(settings: &Settings, policy: Policy, sessions: Sessions) -> Self {
        Self {
            waiting: AtomicUsize::new(0),
            unkept: AtomicUsize::new(0),
            rests: AtomicBool::new(false),
            is_hopeless: AtomicBool::new(false),
            ending: AtomicI32::new(0),
            crashing: AtomicBool::new(false),
            is_gone: AtomicBool::new(false),
            kept: AtomicUsize::new(0),
            unseen: AtomicBool::new(false),
            delivered: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            losses: Losses::default(),
            on_disk: AtomicBool::new(false),
            words: AtomicU64::new(0),
            last_answer: Mutex::new(None),
            client: OnceLock::new(),
            has_server: settings.state.is_on(),
            spotlight: settings.copies_to().map(str::to_owned),
            copies: AtomicUsize::new(0),
            shutdown_timeout: settings.shutdown_timeout.value,
            policy,
            sessions: Arc::new(sessions),
            debug: settings.debug.value,
            dist: settings.dist.value.clone(),
        }
    }

    pub(super) fn delivery(&self) -> Delivery {
        Delivery {
            delivered: self.delivered.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
            kept: self.kept.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
            last_answer: self
                .last_answer
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        }
    }

    /// How long the end may take for what earlier runs left.
    pub(super) fn old_news_at_exit(&self) -> Duration {
        self.shutdown_timeout / 4
    }

    /// Whether there is something to send besides what this process captured.
    pub(super) fn has_old_news(&self) -> bool {
        self.kept.load(Ordering::Acquire) > 0
            || self.unseen.load(Ordering::Acquire)
            || self.losses.are_any()
    }

    /// Whether something is on its way to Spotlight.
    pub(super) fn copies_wait(&self) -> bool {
        self.copies.load(Ordering::Acquire) > 0
    }

    /// Whether nothing would end with the process that could be on disk.
    pub(super) fn is_kept(&self) -> bool {
        self.unkept.load(Ordering::Acquire) == 0
    }

    /// Whether everything is sent, or kept while the worker waits for a better time.
    pub(super) fn is_settled(&self) -> bool {
        self.waiting.load(Ordering::Acquire) == 0
            || (self.is_kept() && self.rests.load(Ordering::Acquire))
    }

    /// Takes from the client what it sends in batches: logs, metrics and sessions, where the program
    /// turned these features of the `sentry` crate on. Not in a handler of the system's at exit: what
    /// belongs to its thread is gone by then, and the client needs it.
    pub(super) fn gather(&self) {
        if let Some(client) = self.client() {
            quietly(|| client.flush(Some(WITHOUT_WAITING)));
        }
    }

    /// The worker is gone: nothing is worth waiting for any more.
    pub(super) fn nobody_works(&self) {
        self.is_gone.store(true, Ordering::Release);
        self.waiting.store(0, Ordering::Release);
        self.unkept.store(0, Ordering::Release);
    }

    /// Waits in a signal handler until everything is kept. Not for long without progress: the worker
    /// may need what the crashing thread holds.
    #[cfg(unix)]
    pub(super) fn wait_at_crash(&self, sleep: impl Fn()) {
        const MOST: Duration = Duration::from_secs(10);
        // names may have to be read from the debug information of the whole program
        const WITHOUT_PROGRESS: Duration = Duration::from_secs(3);

        // the worker cannot be waited for where it is what crashed
        if !IS_WORKER.get() {
            self.end_sessions(End::Crashed);
        }
        self.crashing.store(true, Ordering::Release);
        let began = Instant::now();
        let mut last = (usize::MAX, began);
        while began.elapsed() < MOST && last.1.elapsed() < WITHOUT_PROGRESS {
            match self.unkept.load(Ordering::Acquire) {
                0 => return,
                left if left != last.0 => last = (left, Instant::now()),
                _ => sleep(),
            }
        }
    }

    /// Has the worker end the run's session and keep what it counted, which is waited for as reports
    /// are. For signal handlers too.
    pub(super) fn end_sessions(&self, end: End) {
        if !self.is_gone.load(Ordering::Acquire) && self.sessions.end(end) {
            self.unkept.fetch_add(1, Ordering::AcqRel);
        }
    }

    pub(super) fn done_with_one(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    pub(super) fn client(&self) -> Option<Arc<Client>> {
        self.client.get()?.upgrade()
    }

    /// Says yes to that share of the questions.
    pub(super) fn samples(&self, rate: f32) -> bool {
        self.client()
            .is_none_or(|client| client.sample_should_send(rate))
    }

    /// The server said something.
    pub(super) fn heard(&self) {
        self.words.fetch_add(1, Ordering::Release);
    }

    pub(super) fn answered(&self, answer: &Answer) {
        self.heard();
        *self
            .last_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(answer.clone());
    }

    /// There is no place for it: takes it off the count, and tells the next report to the server that it
    /// is missing.
    pub(super) fn drop_envelope(&self, envelope: &Envelope) {
        self.lost.fetch_add(1, Ordering::Relaxed);
        if envelope.items().next().is_some() {
            self.losses.record(envelope, Reason::QueueOverflow);
        } else {
            // what came as bytes, as check-ins do
            let mut bytes = Vec::new();
            let _ = envelope.to_writer(&mut bytes); // memory takes it
            self.losses.record_sealed(&bytes, Reason::QueueOverflow);
        }
        self.done_with_one();
    }

    /// The same for so many events, of which nothing else is known.
    pub(super) fn drop_events(&self, count: usize) {
        let lost = Item::new(Category::Error, Reason::QueueOverflow, count as u64);
        self.lost.fetch_add(count as u64, Ordering::Relaxed);
        self.losses
            .record(&ClientReport::new([lost]), Reason::QueueOverflow);
        self.waiting.fetch_sub(count, Ordering::AcqRel);
    }

    /// What was captured is on disk, or will not be.
    pub(super) fn kept_one(&self) {
        self.unkept.fetch_sub(1, Ordering::AcqRel);
    }

    /// Whether a signal is about to end the process.
    pub(super) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed) != 0
    }

    /// Whether the process has crashed, and goes on only until everything is kept.
    pub(super) fn is_crashing(&self) -> bool {
        self.crashing.load(Ordering::Relaxed)
    }

    /// Takes over what Sentry's client counted as lost, such as what a hook dropped: it tells of it
    /// only beside an envelope that it makes itself.
    pub(super) fn absorb_losses_of_client(&self) {
        if let Some(client) = self.client() {
            let mut envelope = Envelope::new();
            envelope.add_item(ClientReport::new([] as [Item; 0]));
            client.send_envelope(envelope); // comes back by `transport`
        }
    }
}
