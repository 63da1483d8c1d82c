//! From reports to the server: the one worker thread, its queue, its spool, and what became of it all.
//!
//! `Pipeline` is the handle that the rest of the crate holds. Whatever else the process sends
//! through Sentry's client (messages, transactions) comes in by `transport` and leaves the same way.

mod attentive;
pub(crate) mod door;
mod dry_run;
mod gzip;
mod held;
mod http;
mod keeper;
mod lanes;
mod losses;
mod maker;
mod outlet;
mod queue;
mod shared;
mod socks;
pub(crate) mod spool;
mod spotlight;
mod stacks;
mod transport;
mod worker;

pub(crate) use self::dry_run::DryRun;
pub(crate) use self::http::Http;
pub(crate) use self::lanes::LANES;
pub use self::outlet::Answer;
pub(crate) use self::outlet::{Collector, Outlet};
pub use self::shared::Delivery;
pub(crate) use self::spool::Spool;
pub(crate) use self::transport::Factory;

use self::keeper::Keeper;
use self::queue::{Receiver, Sender, Urgency};
use self::shared::{Shared, Silence};
use self::worker::Worker;
use crate::config::Settings;
use crate::exit;
use crate::privacy::Policy;
use crate::quiet::quietly;
use crate::report::bubble::Open;
use crate::report::filter::{Cause, Filter, LeftOut};
use crate::report::site::Site;
use crate::report::{Amendment, Audience, Report};
use crate::say;
#[cfg(feature = "tower")]
use crate::sessions::Outcome;
use crate::sessions::request;
use crate::sessions::{End, Sessions, Verdict};
use sentry::protocol::EnvelopeItem;
use sentry::{Client, Envelope, TracesSamplingStrategy};
use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
#[cfg(feature = "tower")]
use std::time::SystemTime;
use std::time::{Duration, Instant};

/// Whether copies can be sent to a URL.
#[cfg(test)]
pub(crate) fn takes_copies(url: &str) -> bool {
    spotlight::Copies::to(url).is_some()
}

/// How often the end of the program looks whether the server still speaks.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Reports and envelopes that may wait at once, in memory and on disk. What comes on top is dropped
/// and counted as lost.
pub(crate) const MOST_WAITING: usize = 100_000;

/// How long a report waits for the functions that its error passes on its way up; a flush ends that.
pub(crate) const HOLD: Duration = Duration::from_millis(100);

/// What goes to the worker.
pub(crate) enum Message {
    Report(Box<Report>),
    Amend(Box<Amendment>),
    Envelope(Box<Envelope>, Audience),
    /// The first request of a service, or the first after others were told of.
    #[cfg(feature = "tower")]
    Requests,
    /// Send everything by then, holding nothing back; then answer.
    Flush {
        deadline: Instant,
        done: SyncSender<bool>,
        then: Then,
    },
}

/// What the program does after a flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    GoesOn,
    Ends,
}

/// The way from a failing function to the server.
pub(crate) struct Pipeline {
    queue: Sender<Message>,
    open: Open,
    filter: Filter,
    /// Which transactions are sampled; unset as long as nobody has had the last word.
    traces: OnceLock<TracesSamplingStrategy>,
    shared: Arc<Shared>,
    /// The last flush at an end of the program, if it failed.
    finished: Mutex<Option<Finished>>,
    generation: u32,
}

/// A flush at an end of the program, which did not deliver everything.
struct Finished {
    began: Instant,
    ended: Instant,
    silence: Silence,
}

impl Pipeline {
    /// A pipeline whose worker is not running yet; what arrives waits for it.
    pub(crate) fn new(
        settings: &Settings,
        policy: Policy,
        sessions: Sessions,
    ) -> (Self, Receiver<Message>) {
        let (queue, receiver) = queue::channel();
        let pipeline = Self {
            queue,
            open: Open::default(),
            filter: Filter::new(&settings.ignore_errors.value, settings.max_per_minute.value),
            traces: OnceLock::new(),
            shared: Arc::new(Shared::new(settings, policy, sessions)),
            finished: Mutex::new(None),
            generation: exit::generation(),
        };
        (pipeline, receiver)
    }

    /// Starts the worker thread.
    pub(crate) fn start(
        &self,
        receiver: Receiver<Message>,
        client: &Arc<Client>,
        outlet: Box<dyn Outlet>,
        spool: Spool,
        hold: Duration,
    ) -> io::Result<()> {
        let _ = self.shared.client.set(Arc::downgrade(client));
        self.shared.unseen.store(spool.exists(), Ordering::Release);
        let keeper = Keeper::new(receiver, Arc::clone(&self.shared), spool, hold);
        let worker = Worker::new(keeper, Arc::clone(&self.shared), outlet);
        // what fails on the worker, ours or a hook's, makes no reports of its own
        let shared = Arc::clone(&self.shared);
        let run = move || {
            shared::IS_WORKER.set(true);
            if quietly(|| worker.run()).is_none() {
                shared.nobody_works();
                say::once(
                    "reporting has stopped: the worker panicked, which is a bug in dragonfly",
                );
            }
        };
        let thread = thread::Builder::new().name("dragonfly".into());
        exit::keep_signals_away(|| thread.spawn(run)).map(drop)
    }

    pub(crate) fn open(&self) -> &Open {
        &self.open
    }

    /// Sets which transactions are sampled.
    pub(crate) fn trace_by(&self, strategy: TracesSamplingStrategy) {
        let _ = self.traces.set(strategy);
    }

    pub(crate) fn traces(&self) -> Option<&TracesSamplingStrategy> {
        self.traces.get()
    }

    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Lets one more error of the function through, or counts it for the server: what that does not
    /// want is for Spotlight alone.
    pub(crate) fn admit(&self, site: &'static Site) -> Option<(Audience, Option<LeftOut>)> {
        let admitted = self.filter.admit(site, |rate| self.shared.samples(rate));
        match admitted {
            Ok(left_out) => Some((Audience::All, left_out)),
            Err(cause) => {
                self.shared.losses.leave_out(cause);
                self.leave_out(Verdict::of_level(site.level));
                self.copies_all().then_some((Audience::Spotlight, None))
            }
        }
    }

    /// Who gets one more panic, or event captured by hand, if anybody does; what is not in the program's
    /// share is counted for the server.
    pub(crate) fn audience(&self, verdict: Verdict) -> Option<Audience> {
        if self.shared.samples(self.filter.sample_rate()) {
            return Some(Audience::All);
        }
        self.shared.losses.leave_out(Cause::Sampled);
        self.leave_out(verdict);
        self.copies_all().then_some(Audience::Spotlight)
    }

    /// Counts traces that were not sampled, for the server.
    pub(crate) fn leave_out_traces(&self, count: u64) {
        self.shared.losses.leave_out_traces(count);
    }

    /// Whether Spotlight gets everything, sampled or not.
    pub(crate) fn copies_all(&self) -> bool {
        self.shared.spotlight.is_some()
    }

    /// Counts an error of which no event is made: a share is sent, and all of them happened.
    pub(crate) fn leave_out(&self, verdict: Verdict) {
        request::note(verdict);
        self.shared.sessions.leave_out(verdict);
    }

    /// Counts one more request, if they are counted.
    #[cfg(feature = "tower")]
    pub(crate) fn begin_request(&self) -> bool {
        let sessions = &self.shared.sessions;
        if sessions.are_on() && sessions.requests.begin() {
            let _ = self.queue.send(Message::Requests, Urgency::CanWait);
        }
        sessions.are_on()
    }

    #[cfg(feature = "tower")]
    pub(crate) fn end_request(&self, began: SystemTime, outcome: Outcome) {
        if self.shared.sessions.requests.end(began, outcome) {
            let _ = self.queue.send(Message::Requests, Urgency::CanWait);
        }
    }

    /// Leaves it to the worker to end the process by a signal, once everything is sent or kept, after
    /// the shutdown timeout at the latest; if it crashes, once everything is kept. `false` if there is no
    /// worker, or it is about to do so. For signal handlers.
    #[cfg(unix)]
    pub(crate) fn end_by(&self, signal: i32, end: End) -> bool {
        let shared = &self.shared;
        if shared.is_gone.load(Ordering::Acquire) {
            return false;
        }
        shared.end_sessions(end);
        if end == End::Crashed {
            shared.crashing.store(true, Ordering::Release);
        }
        let first = shared
            .ending
            .compare_exchange(0, signal, Ordering::AcqRel, Ordering::Relaxed);
        self.queue.nudge();
        first.is_ok()
    }

    /// Counts a report that the worker will make itself, of a crash.
    #[cfg(all(unix, feature = "crash"))]
    pub(crate) fn expect_one(&self) {
        self.shared.waiting.fetch_add(1, Ordering::AcqRel);
        self.shared.unkept.fetch_add(1, Ordering::AcqRel);
    }

    /// Waits in a signal handler until everything is kept.
    #[cfg(unix)]
    pub(crate) fn wait_at_crash(&self, sleep: impl Fn()) {
        self.shared.wait_at_crash(|| {
            self.queue.nudge();
            sleep();
        });
    }

    /// Whether this process began it: one that came by `fork` has no worker.
    pub(crate) fn is_of_this_process(&self) -> bool {
        self.generation == exit::generation()
    }

    pub(crate) fn report(&self, report: Report) {
        request::note(Verdict::of_report(&report));
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

    fn envelope(&self, envelope: Envelope, audience: Audience) {
        let urgency = match envelope.items().next() {
            Some(EnvelopeItem::Transaction(_)) => Urgency::Later,
            _ => Urgency::Now,
        };
        self.enqueue(Message::Envelope(Box::new(envelope), audience), urgency);
    }

    fn enqueue(&self, message: Message, urgency: Urgency) {
        if self.shared.waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            match message {
                Message::Envelope(envelope, _) => self.shared.drop_envelope(&envelope),
                _ => self.shared.drop_events(1),
            }
            return;
        }
        self.shared.unkept.fetch_add(1, Ordering::Relaxed);
        if self.queue.send(message, urgency).is_err() {
            self.shared.kept_one();
            self.shared.done_with_one();
        }
    }

    /// Takes from the client what it sends in batches.
    pub(crate) fn gather(&self) {
        if self.is_of_this_process() {
            self.shared.gather();
        }
    }

    pub(crate) fn shutdown_timeout(&self) -> Duration {
        self.shared.shutdown_timeout
    }

    /// Whether everything captured so far is sent, or gone.
    fn is_idle(&self) -> bool {
        self.shared.waiting.load(Ordering::Acquire) == 0
    }

    /// Sends what was enqueued before, for at most `timeout`; `true` if nothing is left.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        self.flush_and(Then::GoesOn, timeout, |answer, _| {
            answer.recv_timeout(timeout).unwrap_or(false)
        })
    }

    fn flush_and(
        &self,
        then: Then,
        timeout: Duration,
        wait: impl FnOnce(&mpsc::Receiver<bool>, Instant) -> bool,
    ) -> bool {
        if !self.is_of_this_process() {
            return false;
        }
        // at an end the worker asks the client for what it has gathered
        let is_idle = self.is_idle() && !self.shared.sessions.requests.are_any();
        let timeout = match (is_idle, then) {
            (true, Then::GoesOn) if !self.shared.has_old_news() && !self.shared.copies_wait() => {
                return true;
            }
            (true, Then::GoesOn) => timeout.min(self.shared.old_news_at_exit()),
            _ => timeout,
        };
        let (done, answer) = mpsc::sync_channel(1);
        let deadline = Instant::now() + timeout;
        let message = Message::Flush {
            deadline,
            done,
            then,
        };
        if self.queue.send(message, Urgency::Now).is_err() {
            return false;
        }
        wait(&answer, deadline)
    }

    /// Waits for what is being sent, but not for a server that says nothing while all is kept.
    fn wait_while_heard(
        &self,
        answer: &mpsc::Receiver<bool>,
        deadline: Instant,
        silence: &mut Silence,
    ) -> bool {
        let began = Instant::now();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match answer.recv_timeout(left.min(LOOK_AGAIN)) {
                Ok(delivered) => return delivered,
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => {}
            }
            // what earlier runs left is not worth as much
            let only_old = self.is_idle() && began.elapsed() >= self.shared.old_news_at_exit();
            if left.is_zero() || only_old || silence.is_long(&self.shared) {
                return false;
            }
        }
    }

    /// The same at the end of the program, which may be seen more than once: where a guard is
    /// dropped, and where the process exits. Together they take no longer than the shutdown timeout.
    pub(crate) fn finish(&self) {
        let began = Instant::now();
        self.finish_now();
        self.shared.sessions.wait_was(began.elapsed());
    }

    fn finish_now(&self) {
        const SAME_END: Duration = Duration::from_secs(1);
        const TO_KEEP: Duration = Duration::from_millis(80);

        if !self.is_of_this_process() {
            return;
        }
        let mut finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let before = finished.take();
        let before = before.filter(|before| now.duration_since(before.ended) < SAME_END);
        let mut this = before.unwrap_or_else(|| Finished {
            began: now,
            ended: now,
            silence: Silence::new(&self.shared),
        });
        let left = (this.began + self.shared.shutdown_timeout).saturating_duration_since(now);
        let silence = &mut this.silence;
        let wait = |answer: &_, deadline| self.wait_while_heard(answer, deadline, silence);
        if self.flush_and(Then::Ends, left, wait) {
            return;
        }
        // the network is given up, the disk is not, unless there is too much
        let until = Instant::now() + TO_KEEP;
        while !self.shared.is_kept() && self.is_of_this_process() && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
        this.ended = Instant::now();
        *finished = Some(this);
    }

    /// The same where the process itself ends, and with it the run.
    pub(crate) fn finish_run(&self, end: End) {
        if self.is_of_this_process() {
            self.shared.end_sessions(end);
        }
        self.finish();
    }

    pub(crate) fn delivery(&self) -> Delivery {
        self.shared.delivery()
    }
}
