//! The settings of dragonfly, each with where it came from.
//!
//! What code says (the attribute's arguments) wins over the environment, the environment over
//! `.sentryclirc`, and the file over the default. One exception belongs to the operator:
//! `SENTRY_DSN` set to nothing turns reporting off, whatever code and files say. Every other
//! variable that is set but blank counts as not set, and so does every blank value of a file; but
//! `SENTRY_SPOTLIGHT` set to nothing is `false`.
//!
//! The names of all settings are on [a page of the guide](crate::guide::configuration).
//!
//! `.sentryclirc` is the nearest one from the working directory upward, and the one in the home
//! folder behind it; both are read, and the nearest that has a value gives it. The file is
//! sentry-cli's, and the two read it alike (differences: a byte order mark does no harm, and a
//! line that is no pair does not end the reading).
//!
//! A wrong value never stops the program. It is left out, and one of [`Settings::notes`] says where
//! it stands. Notes, [`Settings::entries`] and `Debug` never hold a token, a secret of a form that is
//! known, or more than the first characters of a DSN's key; lists of names and patterns are shown as
//! they are.

mod access;
mod dsn;
mod env;
mod file;
mod ini;
mod kinds;
mod lookup;
mod names;
mod pattern;
mod proxy;
mod release;
mod rules;
mod settings;
mod slips;
mod source;
mod state;
#[cfg(test)]
mod tests;
mod value;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::privacy::printed_text;

pub use access::{Access, Token};
pub(crate) use dsn::is_loopback;
pub use dsn::{mask as masked_dsn, parse as parse_dsn};
pub(crate) use env::Surroundings;
pub(crate) use pattern::Pattern;
pub use proxy::variable as proxy_variable;
pub(crate) use proxy::{Proxies, to as proxy_to};
pub(crate) use rules::Rule;
pub use settings::{Entry, Settings};
pub use slips::meant_by;
pub use source::{Setting, Source};
pub use state::{OffReason, Reporting};

/// Holds what code says: the arguments of the attribute.
///
/// Everything is optional; what is left out comes from the environment, from `.sentryclirc`, or is
/// the default. A blank text counts as left out.
///
/// ```
/// use dragonfly::config::Overrides;
///
/// let overrides = Overrides {
///     environment: Some("staging".into()),
///     traces_sample_rate: Some(0.5),
///     ..Overrides::default()
/// };
/// assert_eq!(overrides.dsn, None);
/// ```
#[derive(Clone, Default)]
pub struct Overrides {
    /// Where reports go. The operator's veto is stronger.
    pub dsn: Option<Cow<'static, str>>,
    /// The name of the environment.
    pub environment: Option<Cow<'static, str>>,
    /// The name of the release.
    pub release: Option<Cow<'static, str>>,
    /// What the release is made of where nobody names it: `package`, or `ci` for the commit too.
    pub release_from: Option<Cow<'static, str>>,
    /// The variable that named the commit to the build, and the commit; of use with `ci` only.
    pub built_from: Option<(&'static str, &'static str)>,
    /// Which of the builds of the release this is.
    pub dist: Option<Cow<'static, str>>,
    /// The share of errors that is sent, from 0 to 1.
    pub sample_rate: Option<f64>,
    /// The share of transactions that is sent, from 0 to 1.
    pub traces_sample_rate: Option<f64>,
    /// Whether personal data may be sent.
    pub send_default_pii: Option<bool>,
    /// The longest wait at exit, at most one hour.
    pub shutdown_timeout: Option<Duration>,
    /// Whether dragonfly says on stderr what it does.
    pub debug: Option<bool>,
    /// Whether Spotlight gets a copy of everything: `true`, `false`, or its URL. `true` leaves it to the
    /// environment to name another URL than the usual one.
    pub spotlight: Option<Cow<'static, str>>,
    /// The errors that pass unreported: types, kinds of `io::Error`, patterns of messages. An empty
    /// list ignores nothing, whatever environment and file say.
    pub ignore_errors: Option<Vec<Cow<'static, str>>>,
    /// The most events that one function makes of errors in a minute, at least 1.
    pub max_per_minute: Option<u32>,
    /// Names that look like a secret's and are none.
    pub scrub_allow: Option<Vec<Cow<'static, str>>>,
    /// Names of secrets, and patterns between slashes for what must not leave.
    pub scrub_deny: Option<Vec<Cow<'static, str>>>,
    /// Whether what would be sent is printed instead.
    pub dry_run: Option<bool>,
    /// Whether runs, or the requests of a service, are counted for the health of the release.
    pub sessions: Option<bool>,
    /// Whether affected users are counted, by a random id of this installation.
    pub anonymous_users: Option<bool>,
    /// The folder in which undelivered reports wait: a path, or `off`.
    pub spool: Option<Cow<'static, str>>,
}

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown =
            |text: Option<&Cow<'static, str>>| text.map(|text| printed_text(text).into_owned());
        f.debug_struct("Overrides")
            .field("dsn", &self.dsn.as_deref().map(dsn::mask_text))
            .field("environment", &shown(self.environment.as_ref()))
            .field("release", &shown(self.release.as_ref()))
            .field("release_from", &shown(self.release_from.as_ref()))
            .field("built_from", &self.built_from)
            .field("dist", &shown(self.dist.as_ref()))
            .field("sample_rate", &self.sample_rate)
            .field("traces_sample_rate", &self.traces_sample_rate)
            .field("send_default_pii", &self.send_default_pii)
            .field("shutdown_timeout", &self.shutdown_timeout)
            .field("debug", &self.debug)
            .field("spotlight", &shown(self.spotlight.as_ref()))
            .field("ignore_errors", &self.ignore_errors)
            .field("max_per_minute", &self.max_per_minute)
            .field("scrub_allow", &self.scrub_allow)
            .field("scrub_deny", &self.scrub_deny)
            .field("dry_run", &self.dry_run)
            .field("sessions", &self.sessions)
            .field("anonymous_users", &self.anonymous_users)
            .field("spool", &shown(self.spool.as_ref()))
            .finish()
    }
}

/// Holds the defaults that only the crate with `main` knows.
///
/// ```
/// use dragonfly::config::Defaults;
///
/// let defaults = Defaults {
///     environment: if cfg!(debug_assertions) { "development" } else { "production" },
///     release: Some("shop@1.4.2".to_owned()),
/// };
/// # let _ = defaults;
/// ```
#[derive(Clone, Debug)]
pub struct Defaults {
    /// `development` with debug assertions, else `production`.
    pub environment: &'static str,
    /// `package@version`.
    pub release: Option<String>,
}
