//! Where sealed envelopes go, and what comes back.

use super::attentive::Meanwhile;
use std::sync::{Arc, Mutex, PoisonError};

/// What the server, or the way to it, said to an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// The server took it: the status, and the event id that it gave back.
    Taken {
        /// The HTTP status, 200 to 299.
        status: u16,
        /// The `id` of the answer, where there was one.
        id: Option<String>,
    },
    /// The server asks for patience.
    RateLimited,
    /// The server refused it, and would again, or redirected it, which is not followed: the status, and the
    /// server's reason where it gave one.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's `X-Sentry-Error` header or the `detail` of its answer.
        reason: Option<String>,
    },
    /// The server failed (a status of 500 and above); another try may help.
    Failed {
        /// The HTTP status.
        status: u16,
    },
    /// There was no answer of the server's: no connection, no name, no time left, a web page in its place.
    Unreachable(String),
    /// The server's certificate was refused, so it was told nothing: what is wrong with it.
    Untrusted(String),
}

impl Answer {
    /// Whether the server has taken it, or would refuse it again. A redirect is neither: who says so need not be
    /// the server, but a network that asks for a login first.
    pub(crate) fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Taken { .. } | Self::Refused { status: 400.., .. }
        )
    }
}

/// A place that takes envelopes, on the worker thread.
pub(crate) trait Outlet: Send {
    /// Hands over envelopes, sealed by the door, until one is neither taken nor refused: the answers to those
    /// that were handed over, in their order.
    fn send(&mut self, envelopes: Vec<Vec<u8>>) -> Vec<(Answer, Limits)>;

    /// Names the work to do while an answer is waited for; what never waits does none.
    fn while_waiting(&mut self, _: Meanwhile) {}
}

/// The rate limits that came with an answer, in the headers' own words.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    pub(crate) sentry: Option<String>,
    pub(crate) retry_after: Option<String>,
}

/// What is said where there is no server.
pub(super) fn taken() -> (Answer, Limits) {
    let answer = Answer::Taken {
        status: 200,
        id: None,
    };
    (answer, Limits::default())
}

/// Keeps what would have been sent.
#[derive(Clone, Default)]
pub(crate) struct Collector(Arc<Mutex<Vec<Vec<u8>>>>);

impl Collector {
    pub(crate) fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Outlet for Collector {
    fn send(&mut self, envelopes: Vec<Vec<u8>>) -> Vec<(Answer, Limits)> {
        let answers = envelopes.iter().map(|_| taken()).collect();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(envelopes);
        answers
    }
}
