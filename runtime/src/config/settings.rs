use std::path::PathBuf;
use std::time::Duration;

use sentry::types::Dsn;

use super::env::{self, Surroundings};
use super::kinds::{default, optional, text};
use super::lookup::{Key, Lookup, Names};
use super::source::{Setting, Shown};
use super::state::{OffReason, Reporting};
use super::{Defaults, Overrides, Rule, dsn, value};
use crate::privacy::{self, printed_text};

/// Holds what dragonfly runs with, each value with where it came from.
///
/// Its `Debug` is masked as [`entries`](Self::entries) are.
///
/// ```no_run
/// use dragonfly::config::{Defaults, Overrides, Settings};
///
/// let defaults = Defaults { environment: "production", release: None };
/// let settings = Settings::resolve(&Overrides::default(), &defaults);
/// for entry in settings.entries() {
///     println!("{:20} {:40} {}", entry.key, entry.value, entry.source);
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Where reports go; `None` whenever reporting is off, also where a DSN is refused.
    pub dsn: Setting<Option<Dsn>>,
    /// The name of the environment.
    pub environment: Setting<String>,
    /// The name of the release.
    pub release: Setting<Option<String>>,
    /// Which of the builds of the release this is.
    pub dist: Setting<Option<String>>,
    /// The share of errors that is sent, from 0 to 1.
    pub sample_rate: Setting<f32>,
    /// The share of transactions that is sent, from 0 to 1.
    pub traces_sample_rate: Setting<f32>,
    /// Whether personal data may be sent.
    pub send_default_pii: Setting<bool>,
    /// The longest wait at exit, at most one hour.
    pub shutdown_timeout: Setting<Duration>,
    /// Whether dragonfly says on stderr what it does.
    pub debug: Setting<bool>,
    /// The errors that pass unreported; what could not be read is left out.
    pub ignore_errors: Setting<Vec<String>>,
    /// The most events that one function makes of errors in a minute; `None` is no limit.
    pub max_per_minute: Setting<Option<u32>>,
    /// Names that look like a secret's and are none: their values leave.
    pub scrub_allow: Setting<Vec<String>>,
    /// Names whose values are secrets, and patterns between slashes for what must not leave; what
    /// could not be read is left out.
    pub scrub_deny: Setting<Vec<String>>,
    /// Whether what would be sent is printed instead.
    pub dry_run: Setting<bool>,
    /// The folder in which undelivered reports wait; `None` keeps them in memory only.
    pub spool: Setting<Option<PathBuf>>,
    /// The hosts (`host` or `host:port`) that may get plain `http://` besides loopback.
    pub allow_http: Setting<Vec<String>>,
    /// The organization, as sentry-cli's file names it.
    pub org: Setting<Option<String>>,
    /// The project, as sentry-cli's file names it.
    pub project: Setting<Option<String>>,
    /// The server's address, as sentry-cli's file names it.
    pub server: Setting<Option<String>>,
    /// Whether a file holds a token; the token itself is not kept.
    pub token: Setting<bool>,
    /// Whether reports are sent, and why not.
    pub state: Reporting,
    /// What is wrong with the configuration, one line each, for the caller to say once.
    pub notes: Vec<String>,
}

/// One line of what [`Settings::entries`] lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name of the setting.
    pub key: &'static str,
    /// Its value, masked, on one line.
    pub value: String,
    /// Where it came from.
    pub source: String,
}

pub(super) const SERVER: Key = ("defaults", "url");
pub(super) const DSN: Names = Names {
    code: "dsn",
    variable: Some(env::DSN),
    keys: &[("auth", "dsn"), SERVER],
};
const ENVIRONMENT: Names = Names {
    code: "environment",
    variable: Some(env::ENVIRONMENT),
    keys: &[("dragonfly", "environment"), ("defaults", "environment")],
};
const RELEASE: Names = own("release", env::RELEASE, &[("dragonfly", "release")]);
const DIST: Names = own("dist", env::DIST, &[("dragonfly", "dist")]);
const SAMPLE_RATE: Names = own(
    "sample_rate",
    env::SAMPLE_RATE,
    &[("dragonfly", "sample_rate")],
);
const TRACES_SAMPLE_RATE: Names = own(
    "traces_sample_rate",
    env::TRACES_SAMPLE_RATE,
    &[("dragonfly", "traces_sample_rate")],
);
const SEND_DEFAULT_PII: Names = own(
    "send_default_pii",
    env::SEND_DEFAULT_PII,
    &[("dragonfly", "send_default_pii")],
);
pub(super) const SHUTDOWN_TIMEOUT: Names = own(
    "shutdown_timeout",
    env::SHUTDOWN_TIMEOUT,
    &[("dragonfly", "shutdown_timeout")],
);
const DEBUG: Names = own("debug", env::DEBUG, &[("dragonfly", "debug")]);
const IGNORE_ERRORS: Names = own(
    "ignore_errors",
    env::IGNORE_ERRORS,
    &[("dragonfly", "ignore_errors")],
);
pub(super) const MAX_PER_MINUTE: Names = own(
    "max_per_minute",
    env::MAX_PER_MINUTE,
    &[("dragonfly", "max_per_minute")],
);
const SCRUB_ALLOW: Names = own(
    "scrub(allow = ..)",
    env::SCRUB_ALLOW,
    &[("dragonfly", "scrub_allow")],
);
const SCRUB_DENY: Names = own(
    "scrub(deny = ..)",
    env::SCRUB_DENY,
    &[("dragonfly", "scrub_deny")],
);
const DRY_RUN: Names = own("dry_run", env::DRY_RUN, &[("dragonfly", "dry_run")]);
pub(super) const SPOOL: Names = own("spool", env::SPOOL, &[("dragonfly", "spool")]);
pub(super) const ALLOW_HTTP: Names = own(
    "allow_http",
    env::ALLOW_HTTP,
    &[("dragonfly", "allow_http")],
);
const ORG: Names = Names {
    code: "org",
    variable: None,
    keys: &[("defaults", "org")],
};
const PROJECT: Names = Names {
    code: "project",
    variable: None,
    keys: &[("defaults", "project")],
};

const fn own(code: &'static str, variable: &'static str, keys: &'static [Key]) -> Names {
    Names {
        code,
        variable: Some(variable),
        keys,
    }
}

impl Settings {
    /// Reads environment and files of this process; never fails, see [`notes`](Self::notes).
    ///
    /// Two files are read at most, each up to 1 MiB. A file is left out, with a note, if it is not
    /// a regular one, if it is not UTF-8, if another user but root owns it or the link that leads to
    /// it, or if every user may write it (the last ones not on Windows).
    pub fn resolve(overrides: &Overrides, defaults: &Defaults) -> Self {
        Self::resolve_in(overrides, defaults, &Surroundings::here())
    }

    pub(crate) fn resolve_in(
        overrides: &Overrides,
        defaults: &Defaults,
        around: &Surroundings,
    ) -> Self {
        let mut lookup = Lookup::new(around);
        let allow_http = lookup.hosts();
        let (dsn, state) =
            lookup.destination(text(overrides.dsn.as_ref()), around, &allow_http.value);
        let environment = lookup
            .name(
                ENVIRONMENT,
                text(overrides.environment.as_ref()),
                value::environment,
            )
            .unwrap_or_else(|| default(defaults.environment.to_owned()));
        let release = lookup.name(RELEASE, text(overrides.release.as_ref()), value::release);
        let traces = if environment.value == "development" {
            1.0
        } else {
            0.1
        };
        Self {
            dsn,
            release: release.map_or_else(
                || default(defaults.release.clone()),
                |found| found.map(Some),
            ),
            dist: optional(lookup.name(DIST, text(overrides.dist.as_ref()), value::dist)),
            sample_rate: lookup.rate(SAMPLE_RATE, overrides.sample_rate, 1.0),
            traces_sample_rate: lookup.rate(
                TRACES_SAMPLE_RATE,
                overrides.traces_sample_rate,
                traces,
            ),
            send_default_pii: lookup.flag(SEND_DEFAULT_PII, overrides.send_default_pii),
            shutdown_timeout: lookup.timeout(overrides.shutdown_timeout),
            debug: lookup.flag(DEBUG, overrides.debug),
            ignore_errors: lookup.list(
                IGNORE_ERRORS,
                overrides.ignore_errors.as_deref(),
                |entry| Rule::read(entry).map(drop),
            ),
            scrub_allow: lookup.list(SCRUB_ALLOW, overrides.scrub_allow.as_deref(), |_| Ok(())),
            scrub_deny: lookup.list(SCRUB_DENY, overrides.scrub_deny.as_deref(), |entry| {
                privacy::pattern(entry).map(drop)
            }),
            dry_run: lookup.flag(DRY_RUN, overrides.dry_run),
            max_per_minute: lookup.limit(overrides.max_per_minute),
            spool: lookup.spool(text(overrides.spool.as_ref()), around),
            org: optional(lookup.first(ORG, |text| Ok(text.to_owned()))),
            project: optional(lookup.first(PROJECT, |text| Ok(text.to_owned()))),
            server: lookup.server(state == Reporting::Off(OffReason::NoDsn)),
            token: lookup.token(),
            environment,
            allow_http,
            state,
            notes: lookup
                .notes
                .iter()
                .map(|note| printed_text(note).into_owned())
                .collect(),
        }
    }

    /// Whether reports may go there: by `https`, to loopback, or to a host of
    /// [`allow_http`](Self::allow_http).
    ///
    /// ```no_run
    /// # use dragonfly::config::{Defaults, Overrides, Settings, parse_dsn};
    /// # let defaults = Defaults { environment: "production", release: None };
    /// let settings = Settings::resolve(&Overrides::default(), &defaults);
    /// assert!(settings.allows(&parse_dsn("https://key@sentry.example.com/1")?));
    /// assert!(!settings.allows(&parse_dsn("http://key@sentry.example.com/1")?));
    /// # Ok::<(), &'static str>(())
    /// ```
    pub fn allows(&self, dsn: &Dsn) -> bool {
        !dsn::is_refused(dsn, &self.allow_http.value)
    }

    /// Lists every setting, masked, for people to read.
    pub fn entries(&self) -> Vec<Entry> {
        fn entry<T: Shown>(key: &'static str, setting: &Setting<T>) -> Entry {
            Entry {
                key,
                value: setting.value.shown(),
                source: setting.source.to_string(),
            }
        }
        let mut dsn = entry("dsn", &self.dsn);
        if let Reporting::Off(reason) = &self.state {
            let value = match reason {
                OffReason::NoDsn => "none",
                OffReason::Veto => "set to nothing",
                OffReason::Malformed { .. } => "malformed",
                OffReason::PlainHttp { .. } => "refused",
            };
            value.clone_into(&mut dsn.value);
        }
        let mut token = entry("token", &self.token);
        let value = if self.token.value { "present" } else { "none" };
        value.clone_into(&mut token.value);
        vec![
            dsn,
            entry("environment", &self.environment),
            entry("release", &self.release),
            entry("dist", &self.dist),
            entry("sample_rate", &self.sample_rate),
            entry("traces_sample_rate", &self.traces_sample_rate),
            entry("send_default_pii", &self.send_default_pii),
            entry("shutdown_timeout", &self.shutdown_timeout),
            entry("debug", &self.debug),
            entry("ignore_errors", &self.ignore_errors),
            entry("max_per_minute", &self.max_per_minute),
            entry("scrub_allow", &self.scrub_allow),
            entry("scrub_deny", &self.scrub_deny),
            entry("dry_run", &self.dry_run),
            entry("spool", &self.spool),
            entry("allow_http", &self.allow_http),
            entry("org", &self.org),
            entry("project", &self.project),
            entry("server", &self.server),
            token,
        ]
    }
}
