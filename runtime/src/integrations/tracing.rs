//! For programs that speak by [`tracing`](https://docs.rs/tracing), and by `log`.
//!
//! ```
//! use tracing_subscriber::layer::SubscriberExt as _;
//! use tracing_subscriber::util::SubscriberInitExt as _;
//!
//! #[dragonfly::main]
//! fn main() {
//!     tracing_subscriber::registry()
//!         .with(tracing_subscriber::fmt::layer())
//!         .with(dragonfly::tracing::layer())
//!         .init();
//! }
//! ```
//!
//! A program that has no subscriber of its own gets one by `#[dragonfly::main(tracing)]`: it prints what
//! happens on stderr, as `RUST_LOG` says (`info` if it says nothing), and has this layer. What comes by
//! `log` goes the same way.

use crate::current;
use crate::quiet::quietly;
use crate::report::chain::logged;
use crate::report::strand::Strand;
#[cfg(feature = "logs")]
use sentry_tracing::LogLayer;
use sentry_tracing::{BreadcrumbLayer, ErrorLayer, SpanLayer};
use std::error::Error;
use std::fmt::{Debug, Write as _};
use std::io;
use tracing_core::field::{Field, Visit};
use tracing_core::{Event, Level, LevelFilter, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// A layer that takes what the program says to Sentry:
///
/// - events of the level `INFO` and above are breadcrumbs;
/// - events of the level `ERROR` are errors, unless they tell of one that
///   [`#[report_errors]`](macro@crate::report_errors) has reported within the last minute, or reports within
///   the next tenth of a second, or of a panic, on the same thread or task or on one that it started: by
///   their text or their `Debug`, or as the `response failed` by which `TraceLayer` of `tower-http` ends a
///   request;
/// - spans of the level `INFO` and above are spans, within those of [`#[trace]`](macro@crate::trace) and
///   around them; where none is active, a transaction, of which `traces_sample_rate` says how many are
///   sent.
///
/// With the feature `logs`, events of the level `INFO` and above are logs in Sentry as well, in the trace that
/// they belong to, with their fields. Sentry's client gathers them on a thread of its own, up to a hundred and
/// for up to five seconds; `configure` may say `enable_logs(false)`, or choose among them by `before_send_log`.
///
/// Where reporting is off it does nothing. For less than that, put a filter on it.
pub fn layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    logged::expect_logs();
    let errors = Unreported(ErrorLayer::new()).with_filter(LevelFilter::ERROR);
    let breadcrumbs = BreadcrumbLayer::new().with_filter(LevelFilter::INFO);
    let spans = SpanLayer::new().with_filter(LevelFilter::INFO);
    // an error is made before it is a breadcrumb itself
    let layer = errors.and_then(breadcrumbs).and_then(spans);
    #[cfg(feature = "logs")]
    let layer = layer.and_then(Logs(LogLayer::new()).with_filter(LevelFilter::INFO));
    layer
}

/// Errors that nobody has reported.
struct Unreported(ErrorLayer);

impl<S> Layer<S> for Unreported
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if current::is_off() || *event.metadata().level() > Level::ERROR {
            return;
        }
        let mut said = Said(String::new());
        let _ = quietly(|| event.record(&mut said)); // of what panics, what came before is enough
        if tells_of_a_report(event, &said.0) {
            return;
        }
        self.0.on_event(event, context);
        if let (Some(pipeline), Some(event_id)) = (current::pipeline(), sentry::last_event_id()) {
            pipeline.open().add_log(Strand::current(), said.0, event_id);
        }
    }
}

/// Logs, where anybody wants them.
#[cfg(feature = "logs")]
struct Logs(LogLayer);

#[cfg(feature = "logs")]
impl<S> Layer<S> for Logs
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if !current::is_off() {
            self.0.on_event(event, context);
        }
    }
}

/// By what `TraceLayer` of `tower-http` says that a request was answered with a failure, but not why.
const ANSWERED: &str = "tower_http::trace::on_failure";

fn tells_of_a_report(event: &Event<'_>, said: &str) -> bool {
    let Some(pipeline) = current::pipeline() else {
        return false;
    };
    let (open, strand) = (pipeline.open(), Strand::current());
    let is_answered_for = event.metadata().target() == ANSWERED && open.is_answered_for(strand);
    is_answered_for || open.is_told_of(strand, said)
}

/// All that an event says.
struct Said(String);

impl Visit for Said {
    fn record_str(&mut self, _: &Field, value: &str) {
        self.0.push_str(value);
        self.0.push('\n');
    }

    fn record_error(&mut self, _: &Field, value: &(dyn Error + 'static)) {
        let _ = writeln!(self.0, "{value}");
    }

    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        let _ = writeln!(self.0, "{value:?}");
    }
}

/// A subscriber for a program that has none: the console, and the layer.
pub(crate) fn subscribe() {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env_lossy();
    let console = fmt::layer().with_writer(io::stderr).with_filter(filter);
    // where there is one, it stays
    let _ = tracing_subscriber::registry()
        .with(console)
        .with(layer())
        .try_init();
}

#[cfg(test)]
mod tests;
