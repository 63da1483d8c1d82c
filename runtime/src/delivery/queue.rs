//! The queue from failing threads to the worker. It is a channel whose receiver is not woken for what
//! can wait and will be found in a moment: in a storm, failing threads should not pay for that. Nor is it for each of
//! what nobody waits for: of that, many at once take half the time of one after the other.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A sleeping receiver is woken when so much is there.
const MANY: usize = 1024;
/// How long what nobody waits for is left in the queue.
const PAUSE: Duration = Duration::from_millis(200);

/// How the receiver sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sleep {
    /// Only for a moment, so that what can wait need not wake it.
    Light,
    Deep,
}

/// Whether a message is worth waking the receiver for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// It is looked at with what comes next, or after a pause.
    Later,
    /// It is looked at when the receiver wakes from a light sleep.
    CanWait,
    Now,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
    /// Whether the receiver shall look around, though nothing arrived.
    nudged: AtomicBool,
}

struct State<T> {
    messages: VecDeque<T>,
    /// Until then nobody waits for any of them.
    left_until: Option<Instant>,
    receiver: Receiving,
    has_sender: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Receiving {
    Awake,
    /// For a moment: what can wait is found then.
    Dozing,
    /// Until something arrives, or for long.
    Asleep,
    Gone,
}

pub(super) struct Sender<T>(Arc<Shared<T>>);

pub(crate) struct Receiver<T>(Arc<Shared<T>>);

pub(super) fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            messages: VecDeque::new(),
            left_until: None,
            receiver: Receiving::Awake,
            has_sender: true,
        }),
        arrived: Condvar::new(),
        nudged: AtomicBool::new(false),
    });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Sender<T> {
    /// Hands a message over; gives it back if nobody is there to take it.
    pub(super) fn send(&self, message: T, urgency: Urgency) -> Result<(), T> {
        let mut state = self.0.lock();
        if state.receiver == Receiving::Gone {
            return Err(message);
        }
        let was_empty = state.messages.is_empty();
        state.messages.push_back(message);
        let is_much = state.messages.len() >= MANY;
        if urgency != Urgency::Later || is_much {
            state.left_until = None;
        } else if was_empty {
            state.left_until = Some(Instant::now() + PAUSE);
        }
        let is_asleep = matches!(state.receiver, Receiving::Dozing | Receiving::Asleep);
        if state.left_until.is_some() {
            drop(state);
            if is_asleep && was_empty {
                self.0.arrived.notify_one(); // it sleeps on, until then
            }
            return Ok(());
        }
        let wakes = match state.receiver {
            Receiving::Awake | Receiving::Gone => false,
            Receiving::Dozing => urgency == Urgency::Now || is_much,
            Receiving::Asleep => true,
        };
        if wakes {
            state.receiver = Receiving::Awake;
            drop(state);
            self.0.arrived.notify_one();
        }
        Ok(())
    }

    /// Wakes the receiver from within a signal handler, where no lock may be taken. It may miss a
    /// single one. Only on Linux is a condition variable promised to be mere system calls; elsewhere
    /// the receiver wakes by itself.
    #[cfg(unix)]
    pub(super) fn nudge(&self) {
        self.0.nudged.store(true, Ordering::Release);
        if cfg!(target_os = "linux") {
            self.0.arrived.notify_one();
        }
    }

    /// How many messages wait.
    pub(super) fn len(&self) -> usize {
        self.0.lock().messages.len()
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.lock().has_sender = false;
        self.0.arrived.notify_one();
    }
}

impl<T> Receiver<T> {
    /// The next message, if there is one.
    pub(super) fn try_recv(&self) -> Option<T> {
        self.0.lock().messages.pop_front()
    }

    /// The next message, waited for until then, or for good.
    pub(super) fn recv_until(
        &self,
        until: Option<Instant>,
        sleep: Sleep,
    ) -> Result<T, RecvTimeoutError> {
        let mut state = self.0.lock();
        loop {
            let left_until = state.left_until.filter(|_| !state.messages.is_empty());
            let is_left = state.has_sender && left_until.is_some_and(|at| Instant::now() < at);
            if !is_left && let Some(message) = state.messages.pop_front() {
                state.left_until = None;
                state.receiver = Receiving::Awake;
                return Ok(message);
            }
            if !state.has_sender {
                return Err(RecvTimeoutError::Disconnected);
            }
            if self.0.nudged.swap(false, Ordering::Acquire) {
                state.receiver = Receiving::Awake;
                return Err(RecvTimeoutError::Timeout);
            }
            let now = Instant::now();
            if until.is_some_and(|until| until <= now) {
                state.receiver = Receiving::Awake;
                return Err(RecvTimeoutError::Timeout);
            }
            state.receiver = match sleep {
                Sleep::Light if until.is_some() => Receiving::Dozing,
                _ => Receiving::Asleep,
            };
            let wake_at = until.into_iter().chain(left_until).min();
            state = match wake_at {
                Some(at) => {
                    let waited = self
                        .0
                        .arrived
                        .wait_timeout(state, at.saturating_duration_since(now));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let waited = self.0.arrived.wait(state);
                    waited.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.receiver = Receiving::Gone;
        let left = std::mem::take(&mut state.messages);
        drop(state);
        drop(left); // what waits for an answer learns that none will come
    }
}

#[cfg(test)]
mod tests {
    use super::{MANY, PAUSE, Receiving, Sleep, Urgency, channel};
    use std::sync::mpsc::RecvTimeoutError;
    use std::thread;
    use std::time::{Duration, Instant};

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn messages_come_in_order_and_the_end_after_them() {
        let (sender, receiver) = channel();
        sender.send(1, Urgency::CanWait).unwrap();
        sender.send(2, Urgency::Now).unwrap();
        assert_eq!(sender.len(), 2);
        drop(sender);
        assert_eq!(receiver.recv_until(None, Sleep::Deep), Ok(1));
        assert_eq!(receiver.try_recv(), Some(2));
        assert_eq!(
            receiver.recv_until(None, Sleep::Deep),
            Err(RecvTimeoutError::Disconnected)
        );
    }

    #[test]
    fn without_a_receiver_messages_come_back() {
        let (sender, receiver) = channel();
        drop(receiver);
        assert_eq!(sender.send(1, Urgency::Now), Err(1));
    }

    #[test]
    fn what_can_wait_is_found_when_the_receiver_wakes_by_itself() {
        let (sender, receiver) = channel();
        let soon = Instant::now() + Duration::from_millis(200);
        let receiving = thread::spawn(move || {
            let first = receiver.recv_until(Some(soon), Sleep::Light);
            (first, Instant::now())
        });
        while sender.0.lock().receiver != Receiving::Dozing {
            thread::yield_now();
        }
        sender.send(1, Urgency::CanWait).unwrap();
        let (first, at) = receiving.join().unwrap();
        assert_eq!(first, Ok(1));
        assert!(at >= soon);
    }

    #[test]
    fn what_is_urgent_or_too_much_wakes_the_receiver() {
        for (count, urgency) in [
            (1, Urgency::Now),
            (MANY, Urgency::CanWait),
            (MANY, Urgency::Later),
        ] {
            let (sender, receiver) = channel();
            let late = Instant::now() + LONG;
            let receiving = thread::spawn(move || receiver.recv_until(Some(late), Sleep::Light));
            while sender.0.lock().receiver != Receiving::Dozing {
                thread::yield_now();
            }
            for _ in 0..count {
                let _ = sender.send((), urgency);
            }
            assert_eq!(receiving.join().unwrap(), Ok(()));
            assert!(Instant::now() < late);
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_nudge_wakes_a_receiver_that_has_nothing_to_take() {
        let (sender, receiver) = channel::<()>();
        let receiving = thread::spawn(move || receiver.recv_until(None, Sleep::Deep));
        while !receiving.is_finished() {
            sender.nudge();
            thread::yield_now();
        }
        assert_eq!(receiving.join().unwrap(), Err(RecvTimeoutError::Timeout));
    }

    #[test]
    fn what_nobody_waits_for_comes_after_a_pause_or_with_the_next() {
        let (sender, receiver) = channel();
        let began = Instant::now();
        let receiving = thread::spawn(move || {
            let first = receiver.recv_until(None, Sleep::Deep);
            (first, Instant::now(), receiver)
        });
        while sender.0.lock().receiver != Receiving::Asleep {
            thread::yield_now();
        }
        sender.send(1, Urgency::Later).unwrap();
        sender.send(2, Urgency::Later).unwrap();
        let (first, at, receiver) = receiving.join().unwrap();
        assert_eq!(first, Ok(1));
        assert!(at >= began + PAUSE);
        assert_eq!(receiver.try_recv(), Some(2));

        let receiving = thread::spawn(move || {
            let first = receiver.recv_until(None, Sleep::Deep);
            (first, receiver.try_recv(), receiver)
        });
        while sender.0.lock().receiver != Receiving::Asleep {
            thread::yield_now();
        }
        sender.send(3, Urgency::Later).unwrap();
        assert!(sender.0.lock().left_until.is_some());
        sender.send(4, Urgency::CanWait).unwrap();
        assert!(sender.0.lock().left_until.is_none());
        let (first, second, receiver) = receiving.join().unwrap();
        assert_eq!((first, second), (Ok(3), Some(4)));

        sender.send(5, Urgency::Later).unwrap();
        drop(sender);
        assert_eq!(receiver.recv_until(None, Sleep::Deep), Ok(5));
    }

    #[test]
    fn anything_wakes_a_receiver_that_sleeps_for_good() {
        let (sender, receiver) = channel();
        let receiving = thread::spawn(move || receiver.recv_until(None, Sleep::Deep));
        while sender.0.lock().receiver != Receiving::Asleep {
            thread::yield_now();
        }
        sender.send(1, Urgency::CanWait).unwrap();
        assert_eq!(receiving.join().unwrap(), Ok(1));
    }
}
