//! What `#[dragonfly::main(..)]` and `dragonfly::init!(..)` say, and the shapes in which they may say it.

use crate::config::{Defaults, Overrides};
use crate::report::site::Package;
use sentry::protocol::Event;
use sentry::{ClientOptions, TransactionContext};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

pub(crate) type BeforeSend = Arc<dyn Fn(Event<'static>) -> Option<Event<'static>> + Send + Sync>;
/// What is left of a text by a rule of the program; `None` leaves all of it.
pub(crate) type OwnRule = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;
/// By which rate a transaction is sampled.
pub(crate) type Sampler = Arc<dyn Fn(&TransactionContext) -> f32 + Send + Sync>;
type LastWord = Box<dyn FnOnce(ClientOptions) -> ClientOptions>;

/// The arguments of one start.
pub struct Options {
    pub(crate) overrides: Overrides,
    pub(crate) defaults: Defaults,
    pub(crate) traces_sampler: Option<Sampler>,
    pub(crate) before_send: Option<BeforeSend>,
    pub(crate) configure: Option<LastWord>,
    pub(crate) scrub_with: Option<OwnRule>,
    /// Whether a subscriber of `tracing` is made.
    #[cfg(feature = "tracing")]
    pub(crate) tracing: bool,
}

/// Whether the program was built with debug assertions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// It was: its environment is `development` unless something else is said.
    Debug,
    /// It was not: `production`.
    Release,
}

impl Options {
    /// Options that say nothing yet.
    pub fn new(package: Package, build: Build) -> Self {
        let environment = match build {
            Build::Debug => "development",
            Build::Release => "production",
        };
        let defaults = Defaults {
            environment,
            release: package.release(),
        };
        Self {
            defaults,
            overrides: Overrides::default(),
            traces_sampler: None,
            before_send: None,
            configure: None,
            scrub_with: None,
            #[cfg(feature = "tracing")]
            tracing: false,
        }
    }

    /// Sets the DSN.
    #[must_use]
    pub fn dsn(mut self, dsn: impl Text) -> Self {
        self.overrides.dsn = dsn.text();
        self
    }

    /// Sets the environment.
    #[must_use]
    pub fn environment(mut self, environment: impl Text) -> Self {
        self.overrides.environment = environment.text();
        self
    }

    /// Sets the release.
    #[must_use]
    pub fn release(mut self, release: impl Text) -> Self {
        self.overrides.release = release.text();
        self
    }

    /// Makes the release of the package alone.
    #[must_use]
    pub fn release_from_package(mut self) -> Self {
        self.overrides.release_from = Some("package".into());
        self
    }

    /// Makes the release of the package and the commit, which the build knew by the first of these
    /// variables.
    #[must_use]
    pub fn release_from_ci(mut self, built: &[(&'static str, Option<&'static str>)]) -> Self {
        self.overrides.release_from = Some("ci".into());
        self.overrides.built_from = built.iter().find_map(|(name, value)| {
            let value = value.filter(|value| !value.trim().is_empty())?;
            Some((*name, value))
        });
        self
    }

    /// Sets which of the builds of the release this is.
    #[must_use]
    pub fn dist(mut self, dist: impl Text) -> Self {
        self.overrides.dist = dist.text();
        self
    }

    /// Sets the share of errors to report.
    #[must_use]
    pub fn sample_rate(mut self, rate: impl Into<f64>) -> Self {
        self.overrides.sample_rate = Some(rate.into());
        self
    }

    /// Sets the share of transactions to report.
    #[must_use]
    pub fn traces_sample_rate(mut self, rate: impl Into<f64>) -> Self {
        self.overrides.traces_sample_rate = Some(rate.into());
        self
    }

    /// Sets the function that says by which rate a transaction is sampled.
    #[must_use]
    pub fn traces_sampler(
        mut self,
        sampler: impl Fn(&TransactionContext) -> f32 + Send + Sync + 'static,
    ) -> Self {
        self.traces_sampler = Some(Arc::new(sampler));
        self
    }

    /// Lets personal data through.
    #[must_use]
    pub fn send_default_pii(mut self, send: bool) -> Self {
        self.overrides.send_default_pii = Some(send);
        self
    }

    /// Sets how long the end of the program may take.
    #[must_use]
    pub fn shutdown_timeout(mut self, timeout: impl Timeout) -> Self {
        self.overrides.shutdown_timeout = Some(timeout.timeout());
        self
    }

    /// Says on stderr what goes on.
    #[must_use]
    pub fn debug(mut self, debug: bool) -> Self {
        self.overrides.debug = Some(debug);
        self
    }

    /// Sends Spotlight a copy of everything.
    #[must_use]
    pub fn spotlight(mut self, spotlight: impl Spotlight) -> Self {
        self.overrides.spotlight = spotlight.spotlight();
        self
    }

    /// Names the errors that pass unreported.
    #[must_use]
    pub fn ignore_errors<const N: usize>(mut self, rules: [&'static str; N]) -> Self {
        self.overrides.ignore_errors = Some(rules.map(Cow::Borrowed).into());
        self
    }

    /// Sets how many events one function may make in a minute.
    #[must_use]
    pub fn max_per_minute(mut self, most: u32) -> Self {
        self.overrides.max_per_minute = Some(most);
        self
    }

    /// Makes a subscriber of `tracing`, if there is none.
    #[cfg(feature = "tracing")]
    #[must_use]
    pub fn tracing(mut self, tracing: bool) -> Self {
        self.tracing = tracing;
        self
    }

    /// Names what looks like a secret's name and is none.
    #[must_use]
    pub fn scrub_allow<const N: usize>(mut self, names: [&'static str; N]) -> Self {
        self.overrides.scrub_allow = Some(names.map(Cow::Borrowed).into());
        self
    }

    /// Names secrets, and patterns of them.
    #[must_use]
    pub fn scrub_deny<const N: usize>(mut self, rules: [&'static str; N]) -> Self {
        self.overrides.scrub_deny = Some(rules.map(Cow::Borrowed).into());
        self
    }

    /// Sets the function that sees every text after the rules.
    #[must_use]
    pub fn scrub_with(
        mut self,
        rule: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.scrub_with = Some(Arc::new(rule));
        self
    }

    /// Prints what would be sent.
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.overrides.dry_run = Some(dry_run);
        self
    }

    /// Counts runs, or the requests of a service, for the health of the release.
    #[must_use]
    pub fn sessions(mut self, sessions: bool) -> Self {
        self.overrides.sessions = Some(sessions);
        self
    }

    /// Counts affected users by a random id of the installation.
    #[must_use]
    pub fn anonymous_users(mut self, anonymous_users: bool) -> Self {
        self.overrides.anonymous_users = Some(anonymous_users);
        self
    }

    /// Names the folder in which undelivered reports wait: a path, or `off`.
    #[must_use]
    pub fn spool(mut self, folder: impl Text) -> Self {
        self.overrides.spool = folder.text();
        self
    }

    /// Sets the hook that sees every event last.
    #[must_use]
    pub fn before_send(
        mut self,
        hook: impl Fn(Event<'static>) -> Option<Event<'static>> + Send + Sync + 'static,
    ) -> Self {
        self.before_send = Some(Arc::new(hook));
        self
    }

    /// Gives a function the last word over Sentry's own options.
    #[must_use]
    pub fn configure<Shape>(mut self, last_word: impl Configure<Shape> + 'static) -> Self {
        self.configure = Some(Box::new(|options| last_word.configure(options)));
        self
    }
}

/// A text for an argument: `&'static str`, `String`, `Cow`, or an `Option` of those, such as
/// `option_env!("DSN")`; `None` says nothing.
pub trait Text {
    /// The text, if there is one.
    fn text(self) -> Option<Cow<'static, str>>;
}

impl Text for &'static str {
    fn text(self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(self))
    }
}

impl Text for String {
    fn text(self) -> Option<Cow<'static, str>> {
        Some(Cow::Owned(self))
    }
}

impl Text for Cow<'static, str> {
    fn text(self) -> Option<Cow<'static, str>> {
        Some(self)
    }
}

impl<T: Text> Text for Option<T> {
    fn text(self) -> Option<Cow<'static, str>> {
        self.and_then(Text::text)
    }
}

/// Whether, or where: `true`, `false`, or a text that says so or is a URL.
pub trait Spotlight {
    /// The same as a text.
    fn spotlight(self) -> Option<Cow<'static, str>>;
}

impl Spotlight for bool {
    fn spotlight(self) -> Option<Cow<'static, str>> {
        Some(if self { "true" } else { "false" }.into())
    }
}

impl<T: Text> Spotlight for T {
    fn spotlight(self) -> Option<Cow<'static, str>> {
        self.text()
    }
}

/// A time for an argument: seconds as a number (`i32`, `f64`), or a [`Duration`]. What is no time (negative, not a
/// number) is none; settings cut what is longer than an hour.
pub trait Timeout {
    /// The time.
    fn timeout(self) -> Duration;
}

impl Timeout for Duration {
    fn timeout(self) -> Duration {
        self
    }
}

impl Timeout for i32 {
    fn timeout(self) -> Duration {
        f64::from(self).timeout()
    }
}

impl Timeout for f64 {
    fn timeout(self) -> Duration {
        const DAY: f64 = 86_400.0;
        if self.is_nan() {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(self.clamp(0.0, DAY))
        }
    }
}

/// A function with the last word over Sentry's options: `fn(ClientOptions) -> ClientOptions`, or
/// `fn(&mut ClientOptions)`.
///
/// Delivery and stacks are not the client's: `http_proxy`, `https_proxy`, which come before those of the
/// environment, `in_app_include` and `in_app_exclude` count; `dsn`, `transport`, `transport_channel_capacity`,
/// `shutdown_timeout`, `accept_invalid_certs`, `user_agent`, `auto_session_tracking`, `default_integrations` and
/// `attach_stacktrace` change nothing.
///
/// ```
/// fn configure(options: dragonfly::sentry::ClientOptions) -> dragonfly::sentry::ClientOptions {
///     options.max_breadcrumbs(20)
/// }
///
/// # fn main() {
/// let _guard = dragonfly::init!(configure = configure);
/// # }
/// ```
pub trait Configure<Shape> {
    /// Changes the options.
    fn configure(self, options: ClientOptions) -> ClientOptions;
}

/// The shape `fn(ClientOptions) -> ClientOptions`.
#[derive(Debug)]
pub struct ByValue;
/// The shape `fn(&mut ClientOptions)`.
#[derive(Debug)]
pub struct ByReference;

impl<F: FnOnce(ClientOptions) -> ClientOptions> Configure<ByValue> for F {
    fn configure(self, options: ClientOptions) -> ClientOptions {
        self(options)
    }
}

impl<F: FnOnce(&mut ClientOptions)> Configure<ByReference> for F {
    fn configure(self, mut options: ClientOptions) -> ClientOptions {
        self(&mut options);
        options
    }
}
