//! Taking what is active along, to another thread or task.

use super::now::{self, Now};
use super::propagation::Incoming;
use crate::sessions::request::{self, Marks};
use pin_project_lite::pin_project;
use sentry::{Hub, HubSwitchGuard};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

/// What is active somewhere: the scope of `sentry` with its tags and breadcrumbs, and the trace.
#[derive(Clone)]
pub struct Context {
    hub: Option<Arc<Hub>>,
    now: Now,
    incoming: Option<Arc<Incoming>>,
    /// Of the request that it is the work of.
    request: Option<Arc<Marks>>,
}

impl Context {
    /// What is active on this thread now. What changes in the scope afterwards, here or there, is not
    /// seen on the other side.
    ///
    /// A span that begins within is one of the active one, as long as that goes on: those that end
    /// after their transaction are not sent.
    pub fn current() -> Self {
        let off = crate::current::is_off();
        if now::is_unsampled() {
            // it is called the same on both sides
            now::ids();
        }
        Self {
            hub: (!off).then(|| Arc::new(Hub::new_from_top(Hub::current()))),
            now: now::get(),
            incoming: now::incoming(),
            request: if off { None } else { request::current() },
        }
    }

    /// This scope, in a trace that began elsewhere.
    pub(super) fn continuing(incoming: Incoming) -> Self {
        Self {
            now: Now::Continued,
            incoming: Some(Arc::new(incoming)),
            ..Self::current()
        }
    }

    /// The same, as the work of a request.
    #[cfg(feature = "tower")]
    pub(crate) fn of_request(self, request: Option<Arc<Marks>>) -> Self {
        Self { request, ..self }
    }

    /// Runs some work within it.
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        let _active = Active::of(self);
        work()
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("trace", &self.now)
            .finish_non_exhaustive()
    }
}

/// A context that is active as long as this lives.
struct Active {
    before: (Now, Option<Arc<Incoming>>, Option<Arc<Marks>>),
    _hub: Option<HubSwitchGuard>,
}

impl Active {
    fn of(context: &Context) -> Self {
        Self {
            before: (
                now::replace(context.now),
                now::replace_incoming(context.incoming.clone()),
                request::replace(context.request.clone()),
            ),
            _hub: context.hub.clone().map(HubSwitchGuard::new),
        }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        now::replace(self.before.0);
        now::replace_incoming(self.before.1.take());
        request::replace(self.before.2.take());
    }
}

/// Futures that take a context along.
pub trait InContext: Sized {
    /// The same future, within this context wherever it is polled.
    fn in_context(self, context: Context) -> WithContext<Self> {
        WithContext {
            future: self,
            context,
        }
    }

    /// The same future, within what is active now.
    fn in_current_context(self) -> WithContext<Self> {
        self.in_context(Context::current())
    }
}

impl<F: Future> InContext for F {}

pin_project! {
    /// A future, and the context that it runs in.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct WithContext<F> {
        #[pin]
        future: F,
        context: Context,
    }
}

impl<F: Future> Future for WithContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, waking: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _active = Active::of(this.context);
        this.future.poll(waking)
    }
}
