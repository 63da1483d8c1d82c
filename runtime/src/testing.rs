//! For tests of your own: runs code and gives back the events that it reported.
//!
//! ```
//! use dragonfly::{report_errors, testing};
//!
//! #[report_errors]
//! fn parse(text: &str) -> Result<u8, std::num::ParseIntError> {
//!     text.parse()
//! }
//!
//! let (result, events) = testing::capture_events(|| parse("x"));
//! assert!(result.is_err());
//! assert_eq!(events.len(), 1);
//! assert_eq!(events[0].exception[0].ty, "ParseIntError");
//! ```
//!
//! Events take the whole way, scrubber included, and are handed over instead of sent. Neither the
//! environment nor `.sentryclirc` is read. What another thread or task reports belongs to the test only if
//! it takes the scope along: by [`Context`](crate::trace::Context), or `dragonfly::spawn`.

use crate::app::{self, Launched, NOWHERE};
use crate::config::{Overrides, Settings, Surroundings};
use crate::delivery::{Collector, Spool};
use crate::envelope;
use crate::options::{Build, Options};
use crate::report::site::Package;
use sentry::protocol::{Event, Transaction};
use sentry::{Hub, SentryFutureExt as _};
use serde::de::DeserializeOwned;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Longer than any test waits; only a hook of the test's own can take so long.
const ALL_THE_TIME: Duration = Duration::from_secs(60);

/// Runs `code`, and returns its value and the events that it reported, in order.
///
/// # Panics
///
/// If `code` does, if no thread can be started, or if what was made cannot be read.
pub fn capture_events<R>(code: impl FnOnce() -> R) -> (R, Vec<Event<'static>>) {
    capture_events_with(Overrides::default(), code)
}

/// The same, with settings, as `#[dragonfly::main]` would name them. A DSN among them is not used,
/// nor is Spotlight.
///
/// ```
/// # use dragonfly::{report_errors, testing};
/// use dragonfly::config::Overrides;
///
/// # #[report_errors]
/// # fn parse(text: &str) -> Result<u8, std::num::ParseIntError> {
/// #     text.parse()
/// # }
/// let settings = Overrides {
///     ignore_errors: Some(vec!["ParseIntError".into()]),
///     ..Overrides::default()
/// };
/// let (_, events) = testing::capture_events_with(settings, || parse("x"));
/// assert!(events.is_empty());
/// ```
///
/// # Panics
///
/// If `code` does, if no thread can be started, or if what was made cannot be read.
pub fn capture_events_with<R>(
    settings: Overrides,
    code: impl FnOnce() -> R,
) -> (R, Vec<Event<'static>>) {
    let session = Session::start(settings);
    let value = Hub::run(session.hub(), code);
    (value, session.items("event"))
}

/// Awaits `future`, and returns its value and the events that it reported, in order.
///
/// ```
/// # use dragonfly::{report_errors, testing};
/// #[report_errors]
/// async fn refuse() -> Result<(), String> {
///     Err("no".to_owned())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (_, events) = testing::capture_events_async(refuse()).await;
/// assert_eq!(events[0].exception[0].value.as_deref(), Some("no"));
/// # });
/// ```
///
/// # Panics
///
/// If the future does, if no thread can be started, or if what was made cannot be read.
pub async fn capture_events_async<F: Future>(future: F) -> (F::Output, Vec<Event<'static>>) {
    let session = Session::start(Overrides::default());
    let value = future.bind_hub(session.hub()).await;
    (value, session.items("event"))
}

/// Runs `code`, and returns its value and the transactions that it made, in order. All are sampled,
/// unless the settings say otherwise.
///
/// ```
/// use dragonfly::config::Overrides;
/// use dragonfly::{testing, trace};
///
/// #[trace(op = "job")]
/// fn tidy_up() {}
///
/// let (_, transactions) = testing::capture_transactions_with(Overrides::default(), tidy_up);
/// assert_eq!(transactions.len(), 1);
/// ```
///
/// # Panics
///
/// If `code` does, if no thread can be started, or if what was made cannot be read.
pub fn capture_transactions_with<R>(
    settings: Overrides,
    code: impl FnOnce() -> R,
) -> (R, Vec<Transaction<'static>>) {
    let session = Session::start(settings);
    let value = Hub::run(session.hub(), code);
    (value, session.items("transaction"))
}

/// Awaits `future`, and returns its value and the transactions that it made, in order.
///
/// # Panics
///
/// If the future does, if no thread can be started, or if what was made cannot be read.
pub async fn capture_transactions_async<F: Future>(
    future: F,
) -> (F::Output, Vec<Transaction<'static>>) {
    let session = Session::start(Overrides::default());
    let value = future.bind_hub(session.hub()).await;
    (value, session.items("transaction"))
}

/// Runs `code`, and returns the items of one type that it made.
#[cfg(all(test, any(feature = "logs", feature = "tower")))]
pub(crate) fn capture_items_with<T: DeserializeOwned>(
    settings: Overrides,
    kind: &str,
    code: impl FnOnce(),
) -> Vec<T> {
    let session = Session::start(settings);
    Hub::run(session.hub(), code);
    session.items(kind)
}

/// A report stays open to the functions that its error passes until the test asks for it.
const UNTIL_ASKED: Duration = Duration::from_secs(3600);

struct Session {
    launched: Launched,
    collector: Collector,
}

impl Session {
    #[expect(
        clippy::expect_used,
        reason = "documented: a test that cannot report has failed"
    )]
    fn start(settings: Overrides) -> Self {
        let collector = Collector::default();
        let options = Options::new(Package::default(), Build::Debug);
        let overrides = Overrides {
            dsn: Some(NOWHERE.into()),
            spotlight: None,
            ..settings
        };
        let settings =
            Settings::resolve_in(&overrides, &options.defaults, &Surroundings::default());
        let launched = app::launch(
            options,
            &settings,
            |_| Box::new(collector.clone()),
            Spool::default(),
            UNTIL_ASKED,
        )
        .expect("a thread for the reports of this test");
        Self {
            launched,
            collector,
        }
    }

    fn hub(&self) -> Arc<Hub> {
        Arc::new(Hub::new(
            Some(Arc::clone(&self.launched.client)),
            Arc::default(),
        ))
    }

    /// What was captured of one type.
    fn items<T: DeserializeOwned>(self, kind: &str) -> Vec<T> {
        self.launched.pipeline.gather();
        self.launched.pipeline.flush(ALL_THE_TIME);
        let envelopes = self.collector.take();
        envelopes
            .iter()
            .filter_map(|bytes| envelope::parse(bytes).ok())
            .flat_map(|envelope| envelope.items)
            .filter(|item| item.kind() == kind)
            .map(|item| match serde_json::from_slice(item.payload) {
                Ok(read) => read,
                Err(error) => panic!("an item of the type `{kind}` cannot be read: {error}"),
            })
            .collect()
    }
}
