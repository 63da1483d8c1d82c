//! The worker: sends one envelope after the other, or several at once to a server far away, and does what the
//! server says.

mod flush;
mod limits;

use super::Shared;
use super::attentive::{Meanwhile, Moment};
use super::door;
use super::keeper::{Keeper, Outgoing, Place, TURN_OF_SENDING};
use super::lanes::LANES;
use super::outlet::{Answer, Limits, Outlet};
use crate::privacy::Scrubber;
use crate::report::stack::Stack;
use crate::say;
use flush::Flushing;
use limits::RateLimits;
use sentry::protocol::client_report::Reason;
use std::sync::atomic::Ordering;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A rate limit up to this long is waited out; what falls under a longer one is dropped and counted.
const PATIENCE: Duration = Duration::from_secs(60);
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);
/// A server is far away that needs as long as this to take something, so many times in a row.
const FAR: (Duration, u32) = (Duration::from_millis(20), 2);
/// Between two envelopes of earlier runs, as they are no news.
const OLD_NEWS: Duration = Duration::from_millis(100);

pub(super) struct Worker {
    /// Taken by this thread alone: by the worker, and while it waits for the network, by what it
    /// does meanwhile. A lock, because the network's parts ask for one.
    keeper: Arc<Mutex<Keeper>>,
    shared: Arc<Shared>,
    outlet: Box<dyn Outlet>,
    /// For what earlier runs left.
    scrubber: Scrubber,
    limits: RateLimits,
    /// How many times in a row it took long until the server had taken something: there is time to send others
    /// meanwhile.
    late: u32,
    backoff: Duration,
    not_before: Option<Instant>,
    next_old: Instant,
    flushing: Option<Flushing>,
    /// Whether a signal is about to end the process, and has been looked at.
    ends: bool,
}

/// What is to be done after an answer, in the order in which one goes before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    GoOn,
    BackOff,
    GiveUp,
}

impl Worker {
    pub(super) fn new(keeper: Keeper, shared: Arc<Shared>, outlet: Box<dyn Outlet>) -> Self {
        Self {
            keeper: Arc::new(Mutex::new(keeper)),
            scrubber: Scrubber::new(&shared.policy),
            shared,
            outlet,
            limits: RateLimits::default(),
            late: 0,
            backoff: FIRST_BACKOFF,
            not_before: None,
            next_old: Instant::now(),
            flushing: None,
            ends: false,
        }
    }

    fn keeper(&self) -> MutexGuard<'_, Keeper> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works until the pipeline is gone.
    pub(super) fn run(mut self) {
        Stack::warm_up();
        let (keeper, shared) = (Arc::clone(&self.keeper), Arc::clone(&self.shared));
        self.outlet
            .while_waiting(Meanwhile::new(move |moment| match moment {
                Moment::Word => shared.heard(),
                Moment::Wait | Moment::Listen => keeper
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .attend_while_waiting(),
            }));
        self.keeper().look_for_old();
        self.keeper().begin_sessions();
        loop {
            self.keeper().attend();
            self.keeper().adopt_some();
            self.begin_flush();
            self.begin_end();
            self.send_some();
            // what a hook captured meanwhile belongs to the flush too
            self.keeper().attend();
            self.begin_flush();
            self.settle_in_pause();
            self.answer_flush();
            self.publish();
            self.keeper().end_if_due();
            let wake_at = self.wake_at();
            let waited = self.keeper().wait(wake_at);
            if waited == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }

    /// When there is something to do even if nothing arrives.
    fn wake_at(&self) -> Option<Instant> {
        let mut keeper = self.keeper();
        if keeper.spool.has_unseen() {
            return Some(Instant::now());
        }
        let next_old = match self.flushing {
            Some(_) => Instant::now(),
            None => self.next_old,
        };
        let old = keeper.spool.has_adopted().then_some(next_old);
        let work = [keeper.next_at(), old].into_iter().flatten().min();
        let work = work.map(|at| self.not_before.map_or(at, |not_before| at.max(not_before)));
        let deadline = self.flushing.as_ref().and_then(Flushing::deadline);
        [work, deadline].into_iter().flatten().min()
    }

    /// Before a signal ends the process, what would end with it is tried at once.
    fn begin_end(&mut self) {
        let is_ending = self.shared.is_ending();
        if is_ending && !self.ends && !self.keeper().is_on_disk() {
            self.not_before = None;
            self.backoff = FIRST_BACKOFF;
        }
        self.ends = is_ending;
    }

    /// Sends what is next, or as much as its turn allows where more waits than can be kept at once: a server
    /// that is well takes them faster than disks do.
    fn send_some(&mut self) {
        let until = Instant::now() + TURN_OF_SENDING;
        loop {
            self.send_next();
            let goes_on = self.not_before.is_none() && self.keeper().has_backlog_to_send();
            if !goes_on || Instant::now() >= until {
                return;
            }
        }
    }

    fn send_next(&mut self) {
        if self.not_before.is_some_and(|at| at > Instant::now()) {
            return;
        }
        self.not_before = None;
        if self.limits.of_all().is_none() {
            self.keeper().take_back_set_apart();
        }
        let mut batch = self.batch();
        if batch.is_empty() {
            return;
        }
        self.shared.absorb_losses_of_client();
        let losses = self.shared.losses.take();
        let mut with = losses.as_ref();
        let addressed = |outgoing: &Outgoing| door::addressed(&outgoing.bytes, with.take());
        let envelopes = batch.iter().map(addressed).collect();
        self.shared.is_hopeless.store(false, Ordering::Relaxed);
        self.keeper().sends(&batch, losses);
        let began = Instant::now();
        let answers = self.outlet.send(envelopes);
        let are_taken = answers
            .iter()
            .all(|(answer, _)| matches!(answer, Answer::Taken { .. }));
        self.late = if are_taken && began.elapsed() >= FAR.0 {
            self.late.saturating_add(1)
        } else {
            0
        };
        let losses = self.keeper().has_sent(&mut batch);
        for (answer, _) in &answers {
            self.shared.answered(answer);
        }
        if !matches!(answers.first(), Some((Answer::Taken { .. }, _)))
            && let Some(losses) = losses
        {
            self.shared.losses.record(&losses, Reason::SendError);
        }
        self.all_heard(batch, answers);
    }

    /// What is sent next: one, or several to a server far away.
    fn batch(&mut self) -> Vec<Outgoing> {
        let most = if self.late >= FAR.1 { LANES } else { 1 };
        let mut batch = Vec::with_capacity(most);
        while batch.len() < most {
            let new = self.keeper().next();
            let next = if batch.is_empty() {
                new.or_else(|| self.next_old())
            } else {
                new
            };
            let Some(outgoing) = next else { break };
            match self.limits.of(&outgoing.kind) {
                None => batch.push(outgoing),
                Some(left) if batch.is_empty() => {
                    self.limited(outgoing, left);
                    break;
                }
                Some(_) => {
                    self.keeper().put_back(outgoing); // its turn is the next one
                    break;
                }
            }
        }
        batch
    }

    /// Does what the answers ask for. The last come first, as what comes back to its place goes to the front.
    fn all_heard(&mut self, mut batch: Vec<Outgoing>, answers: Vec<(Answer, Limits)>) {
        for mut unsent in batch.drain(answers.len()..).rev() {
            let mut keeper = self.keeper();
            keeper.settle(&mut unsent);
            keeper.put_back(unsent);
        }
        let heard = batch.into_iter().zip(answers).rev();
        let then = heard.map(|(outgoing, (answer, limits))| self.heard(outgoing, answer, &limits));
        match then.max() {
            None | Some(Next::GoOn) => {}
            Some(Next::BackOff) => self.back_off(),
            Some(Next::GiveUp) => {
                self.back_off();
                // no use in keeping the program: the next try would fail the same way
                self.give_up();
            }
        }
    }

    fn heard(&mut self, mut outgoing: Outgoing, answer: Answer, limits: &Limits) -> Next {
        if let Some(header) = &limits.sentry {
            self.limits.hear(header);
        }
        match answer {
            Answer::Taken { .. } => {
                self.backoff = FIRST_BACKOFF;
                self.shared.delivered.fetch_add(1, Ordering::Relaxed);
                if let Place::Will = outgoing.place {
                    self.keeper().was_told_of_run();
                }
                self.forget(&outgoing);
                Next::GoOn
            }
            Answer::RateLimited => {
                if limits.sentry.is_none() {
                    self.limits.hear_of_all(limits.retry_after.as_deref());
                }
                self.rate_limited(outgoing)
            }
            Answer::Refused { status, .. } if !answer.is_final() => {
                let said =
                    format!("a redirect is not followed, and nothing is sent: status {status}");
                say::once(&said);
                self.keeper().settle(&mut outgoing);
                self.keeper().put_back(outgoing);
                Next::GiveUp
            }
            Answer::Refused { status, reason } => {
                let reason = reason
                    .map(|reason| format!(": {}", say::one_line(&reason)))
                    .unwrap_or_default();
                let said = format!("the server refused a report with status {status}");
                // its reason may be another one each time
                say::first(&said, &format!("{said}{reason}"));
                self.lost(&outgoing, Reason::SendError);
                Next::GoOn
            }
            Answer::Failed { .. } => {
                self.keeper().settle(&mut outgoing);
                self.keeper().put_back(outgoing);
                Next::BackOff
            }
            Answer::Unreachable(_) | Answer::Untrusted(_) => {
                match answer {
                    // not what networks do on a bad day: somebody has to look at it
                    Answer::Untrusted(why) => {
                        let said = "nothing is sent: the server's certificate was refused";
                        let line = format!("{said}: {why}; no setting turns this check off");
                        say::first(said, &line);
                    }
                    Answer::Unreachable(why) if self.shared.debug => {
                        say::once(&format!("cannot reach the server: {}", say::one_line(&why)));
                    }
                    _ => {}
                }
                self.keeper().settle(&mut outgoing);
                self.keeper().put_back(outgoing);
                Next::GiveUp
            }
        }
    }

    /// Was refused for a rate limit.
    fn rate_limited(&mut self, mut outgoing: Outgoing) -> Next {
        if self.limits.of(&outgoing.kind).is_some() {
            self.keeper().put_back(outgoing); // its turn finds it limited
            Next::GoOn
        } else if matches!(&*outgoing.kind, "event" | "session" | "client_report") {
            // the limit is none that we know, or is over: to try again at once would not end
            self.keeper().settle(&mut outgoing);
            self.keeper().put_back(outgoing);
            Next::BackOff
        } else {
            self.gone(&outgoing); // the server has counted it
            Next::GoOn
        }
    }

    /// Falls under a rate limit.
    fn limited(&mut self, mut outgoing: Outgoing, left: Duration) {
        let is_old = matches!(outgoing.place, Place::Adopted(_));
        if is_old {
            // what is new may be of another category, and does not wait for it
            self.keeper().put_back(outgoing);
            self.next_old = Instant::now() + left;
            if let Some(flushing) = &mut self.flushing {
                flushing.old_until = Instant::now();
            }
        } else if outgoing.kind == "event" && left <= PATIENCE {
            // only errors are worth waiting for: what waits here holds up all that follows
            self.keeper().settle(&mut outgoing);
            self.keeper().put_back(outgoing);
            self.not_before = Some(Instant::now() + left);
            self.give_up();
        } else if outgoing.kind == "client_report" && matches!(outgoing.place, Place::Disk(_)) {
            self.keeper().set_apart(outgoing);
        } else if outgoing.kind == "client_report" {
            // told once the limit is over
            let losses = &self.shared.losses;
            losses.record_sealed(&outgoing.bytes, Reason::RatelimitBackoff);
            self.forget(&outgoing);
        } else {
            self.lost(&outgoing, Reason::RatelimitBackoff);
        }
    }

    /// An envelope of an earlier run, when nothing new is there.
    fn next_old(&mut self) -> Option<Outgoing> {
        let now = Instant::now();
        let may = match &self.flushing {
            Some(flushing) => now < flushing.old_until,
            None => now >= self.next_old,
        };
        if !may {
            return None;
        }
        self.next_old = now + OLD_NEWS;
        let (entry, bytes) = self.keeper().spool.next_adopted()?;
        let Some(sealed) = door::seal_again(&bytes, &mut self.scrubber) else {
            self.keeper().spool.refuse(&entry);
            return None;
        };
        let place = Place::Adopted(entry);
        Some(Outgoing::new(sealed.kind, sealed.bytes, place))
    }

    fn back_off(&mut self) {
        let jitter = self.backoff.mul_f64(0.5 * jitter());
        self.not_before = Some(Instant::now() + self.backoff + jitter);
        self.backoff = (self.backoff * 2).min(LONGEST_BACKOFF);
    }

    /// An envelope is where it belongs, or lost: it is no longer ours.
    fn forget(&self, outgoing: &Outgoing) {
        match &outgoing.place {
            Place::Adopted(entry) => {
                let mut keeper = self.keeper();
                keeper.spool.remove(entry);
                keeper.spool.leave(entry);
            }
            Place::Disk(entry) | Place::Memory(Some(entry)) => {
                self.keeper().spool.remove(entry);
                self.shared.done_with_one();
            }
            Place::Memory(None) => self.shared.done_with_one(),
            Place::Will => {}
        }
    }

    fn lost(&mut self, outgoing: &Outgoing, reason: Reason) {
        if let Place::Will = outgoing.place {
            return; // the next update says the same
        }
        // a server that does not want to know is not told again
        if outgoing.kind != "client_report" {
            self.shared.losses.record_sealed(&outgoing.bytes, reason);
        }
        self.gone(outgoing);
    }

    fn gone(&mut self, outgoing: &Outgoing) {
        self.shared.lost.fetch_add(1, Ordering::Relaxed);
        self.forget(outgoing);
        if let Some(flushing) = &mut self.flushing {
            flushing.lost_any = true;
        }
    }

    fn publish(&self) {
        let keeper = self.keeper();
        keeper.publish();
        let rests = keeper.is_kept() && self.not_before.is_some();
        self.shared.rests.store(rests, Ordering::Release);
    }
}

/// Between 0 and 1; only there to keep processes from trying in step.
fn jitter() -> f64 {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.subsec_nanos());
    f64::from(nanos % 1000) / 1000.0
}
