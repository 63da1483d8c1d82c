//! From reports to the server: the one worker thread, its queue, and what became of it all.
//!
//! `Pipeline` is the handle that the rest of the crate holds. Whatever else the process sends
//! through Sentry's client (messages, transactions) comes in by `transport` and leaves the same way.

mod door;
mod gzip;
mod http;
mod left_out;
mod outlet;
mod queue;
mod transport;
mod worker;

pub(crate) use self::http::Http;
pub use self::outlet::Answer;
pub(crate) use self::outlet::{Collector, Outlet};
pub(crate) use self::transport::Factory;

use self::queue::{Receiver, Sender, Urgency};
use crate::config::Settings;
use crate::report::bubble::Open;
use crate::report::filter::{Cause, Filter, LeftOut};
use crate::report::site::Site;
use crate::report::{Amendment, Report, quietly};
use crate::say;
use sentry::client_report::{Reason, Recorder};
use sentry::protocol::Event;
use sentry::protocol::client_report::LossSource;
use sentry::{Client, Envelope};
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Reports and envelopes that may wait at once; at about 2 kB each, 64 MB. What comes on top is
/// dropped and counted as lost.
pub(crate) const MOST_WAITING: usize = 32_768;

/// How long a report waits for the functions that its error passes on its way up; a flush ends that.
pub(crate) const HOLD: Duration = Duration::from_millis(100);

/// What goes to the worker.
enum Message {
    Report(Box<Report>),
    Amend(Box<Amendment>),
    Envelope(Box<Envelope>),
    /// Send everything by then, holding nothing back; then answer.
    Flush {
        deadline: Instant,
        done: SyncSender<bool>,
    },
}

/// The way from a failing function to the server.
pub(crate) struct Pipeline {
    queue: Sender<Message>,
    receiver: Mutex<Option<Receiver<Message>>>,
    open: Open,
    filter: Filter,
    shared: Arc<Shared>,
    shutdown_timeout: Duration,
}

/// What both sides of the queue see.
pub(crate) struct Shared {
    waiting: AtomicUsize,
    delivered: AtomicU64,
    lost: AtomicU64,
    left_out: left_out::LeftOut,
    last_answer: Mutex<Option<Answer>>,
    client: OnceLock<std::sync::Weak<Client>>,
    recorder: OnceLock<Recorder>,
    pub(crate) send_default_pii: bool,
    pub(crate) debug: bool,
}

/// What became of the reports so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// Envelopes that the server took.
    pub delivered: u64,
    /// Reports and envelopes that are still on their way.
    pub waiting: usize,
    /// Reports and envelopes that were dropped: refused, or too many.
    pub lost: u64,
    /// What the server, or the way to it, said last.
    pub last_answer: Option<Answer>,
}

impl Pipeline {
    /// A pipeline whose worker is not running yet; what arrives waits for it.
    pub(crate) fn new(settings: &Settings) -> Self {
        let (queue, receiver) = queue::channel();
        let shared = Shared {
            waiting: AtomicUsize::new(0),
            delivered: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            left_out: left_out::LeftOut::default(),
            last_answer: Mutex::new(None),
            client: OnceLock::new(),
            recorder: OnceLock::new(),
            send_default_pii: settings.send_default_pii.value,
            debug: settings.debug.value,
        };
        Self {
            queue,
            receiver: Mutex::new(Some(receiver)),
            open: Open::default(),
            filter: Filter::new(&settings.ignore_errors.value, settings.max_per_minute.value),
            shared: Arc::new(shared),
            shutdown_timeout: settings.shutdown_timeout.value,
        }
    }

    /// Starts the worker thread.
    pub(crate) fn start(
        &self,
        client: &Arc<Client>,
        outlet: Box<dyn Outlet>,
        hold: Duration,
    ) -> io::Result<()> {
        let receiver = self
            .receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(receiver) = receiver else {
            return Ok(());
        };
        let _ = self.shared.client.set(Arc::downgrade(client));
        let worker = worker::Worker::new(receiver, Arc::clone(&self.shared), outlet, hold);
        // what fails on the worker, ours or a hook's, makes no reports of its own
        let run = move || {
            if quietly(|| worker.run()).is_none() {
                say::once(
                    "reporting has stopped: the worker panicked, which is a bug in dragonfly",
                );
            }
        };
        thread::Builder::new()
            .name("dragonfly".into())
            .spawn(run)
            .map(drop)
    }

    pub(crate) fn open(&self) -> &Open {
        &self.open
    }

    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Lets one more error of the function through, or counts it for the server.
    pub(crate) fn admit(&self, site: &'static Site) -> Result<Option<LeftOut>, Cause> {
        let admitted = self.filter.admit(site, |rate| self.shared.samples(rate));
        if let Err(cause) = admitted {
            self.shared.left_out.record(cause);
        }
        admitted
    }

    /// Whether one more panic, or event captured by hand, is in the program's share, or counts it
    /// for the server.
    pub(crate) fn samples(&self) -> bool {
        let sampled = self.shared.samples(self.filter.sample_rate());
        if !sampled {
            self.shared.left_out.record(Cause::Sampled);
        }
        sampled
    }

    pub(crate) fn shutdown_timeout(&self) -> Duration {
        self.shutdown_timeout
    }

    pub(crate) fn report(&self, report: Report) {
        self.enqueue(Message::Report(Box::new(report)), Urgency::CanWait);
    }

    pub(crate) fn amend(&self, amendment: Amendment) {
        // not counted: it makes no event of its own; in a storm, events are short of it before
        // memory is
        if self.queue.len() < 2 * MOST_WAITING {
            let message = Message::Amend(Box::new(amendment));
            let _ = self.queue.send(message, Urgency::CanWait);
        }
    }

    fn envelope(&self, envelope: Envelope) {
        self.enqueue(Message::Envelope(Box::new(envelope)), Urgency::Now);
    }

    fn enqueue(&self, message: Message, urgency: Urgency) {
        if self.shared.waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            match message {
                Message::Envelope(envelope) => {
                    self.shared.drop_one(&*envelope, Reason::QueueOverflow);
                }
                _ => self
                    .shared
                    .drop_one(&Event::default(), Reason::QueueOverflow),
            }
            return;
        }
        if self.queue.send(message, urgency).is_err() {
            self.shared.done_with_one();
        }
    }

    /// Sends what was enqueued before, for at most `timeout`; `true` if nothing is left.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        if self.shared.waiting.load(Ordering::Acquire) == 0 {
            return true;
        }
        let (done, answer) = mpsc::sync_channel(1);
        let deadline = Instant::now() + timeout;
        let message = Message::Flush { deadline, done };
        self.queue.send(message, Urgency::Now).is_ok()
            && answer.recv_timeout(timeout).unwrap_or(false)
    }

    pub(crate) fn delivery(&self) -> Delivery {
        Delivery {
            delivered: self.shared.delivered.load(Ordering::Relaxed),
            waiting: self.shared.waiting.load(Ordering::Relaxed),
            lost: self.shared.lost.load(Ordering::Relaxed),
            last_answer: self
                .shared
                .last_answer
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        }
    }
}

impl Shared {
    fn done_with_one(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    fn client(&self) -> Option<Arc<Client>> {
        self.client.get()?.upgrade()
    }

    /// Says yes to that share of the questions.
    fn samples(&self, rate: f32) -> bool {
        self.client()
            .is_none_or(|client| client.sample_should_send(rate))
    }

    fn answered(&self, answer: &Answer) {
        *self
            .last_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(answer.clone());
    }

    /// Takes one off the count, and tells the next report to the server that it is missing.
    fn drop_one<L: LossSource>(&self, what: &L, reason: Reason) {
        self.lost.fetch_add(1, Ordering::Relaxed);
        if let Some(recorder) = self.recorder.get() {
            recorder.record_lost_data(what, reason);
        }
        self.done_with_one();
    }
}
