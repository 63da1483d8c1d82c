use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Envelope, Fault, Received};

/// What the server's thread and the owner of the inbox share.
#[derive(Default)]
pub(super) struct Store {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    envelopes: VecDeque<Envelope>,
    requests: usize,
    fault: Fault,
    /// How many requests are still met with another one.
    passing: (usize, Fault),
    refused: VecDeque<String>,
}

/// How many refusals are remembered: the latest.
const MOST_REFUSED: usize = 100;

impl State {
    fn events(&self) -> impl Iterator<Item = &Received> {
        self.envelopes.iter().flat_map(Envelope::events)
    }
}

impl Store {
    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is complete in itself, so a panic leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, timeout: Duration, enough: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        self.arrived
            .wait_timeout_while(self.state(), timeout, |state| !enough(state))
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// Counts a request and tells how it is to be met.
    pub(super) fn next_request(&self) -> Fault {
        let mut state = self.state();
        state.requests += 1;
        let (left, fault) = &mut state.passing;
        if *left == 0 {
            return state.fault.clone();
        }
        *left -= 1;
        fault.clone()
    }

    pub(super) fn add(&self, envelope: Envelope) {
        self.state().envelopes.push_back(envelope);
        self.arrived.notify_all();
    }

    pub(super) fn refuse(&self, request: String) {
        let mut state = self.state();
        if state.refused.len() == MOST_REFUSED {
            state.refused.pop_front();
        }
        state.refused.push_back(request);
    }

    pub(super) fn take_refused(&self) -> Vec<String> {
        self.state().refused.drain(..).collect()
    }

    pub(super) fn envelopes(&self) -> Vec<Envelope> {
        self.state().envelopes.iter().cloned().collect()
    }

    pub(super) fn events(&self) -> Vec<Received> {
        self.state().events().cloned().collect()
    }

    pub(super) fn wait_for_events(&self, n: usize, timeout: Duration) -> Vec<Received> {
        self.wait(timeout, |state| state.events().count() >= n)
            .events()
            .cloned()
            .collect()
    }

    pub(super) fn next_envelope(&self, timeout: Duration) -> Option<Envelope> {
        self.wait(timeout, |state| !state.envelopes.is_empty())
            .envelopes
            .pop_front()
    }

    pub(super) fn requests(&self) -> usize {
        self.state().requests
    }

    pub(super) fn clear(&self) {
        let mut state = self.state();
        state.envelopes.clear();
        state.refused.clear();
        state.requests = 0;
    }

    pub(super) fn set_fault(&self, fault: Fault) {
        let mut state = self.state();
        state.fault = fault;
        state.passing.0 = 0;
    }

    pub(super) fn set_fault_for(&self, requests: usize, fault: Fault) {
        self.state().passing = (requests, fault);
    }
}
