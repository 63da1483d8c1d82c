//! Traces across processes, tasks and threads: what [`#[trace]`](macro@crate::trace) times is one of them.
//!
//! A trace goes along with calls and futures by itself. To another service, or a child process, it goes
//! by headers or variables:
//!
//! ```
//! use dragonfly::trace::{self, InContext as _};
//!
//! // out: `sentry-trace` and `baggage` for Sentry's SDKs, `traceparent` for all others
//! let request = std::collections::BTreeMap::from_iter(trace::headers());
//!
//! // in: what is begun within continues the trace of the caller, and its sampling
//! # async fn answer() {}
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! answer().in_context(trace::continue_from(&request)).await;
//! # });
//! ```
//!
//! An `http::HeaderMap` is taken as it is: `trace::continue_from(request.headers())`. Clients take the
//! headers one by one: `for (name, value) in trace::headers() { request = request.header(name, value) }`
//! with `reqwest`, and alike with `ureq`; with `tonic`, `metadata_mut().insert(name, value.parse()?)`.
//!
//! To another thread or task it goes by [`Context`]:
//!
//! ```
//! use dragonfly::trace::Context;
//!
//! let context = Context::current();
//! std::thread::spawn(move || context.run(|| { /* within the same trace */ }));
//! ```

mod baggage;
mod chance;
mod context;
pub(crate) mod entered;
#[cfg(feature = "logs")]
mod logs;
pub(crate) mod now;
mod propagation;
pub(crate) mod sampling;
pub(crate) mod span;
pub(crate) mod traced;

pub use context::{Context, InContext, WithContext};
pub use propagation::{continue_from, environment, headers};

pub(crate) use baggage::{Completed, complete, without_own_data};
#[cfg(feature = "logs")]
pub(crate) use logs::of_logs;
pub(crate) use propagation::{continue_in_this_thread, id_here};
