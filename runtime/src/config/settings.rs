use std::path::PathBuf;
use std::time::Duration;

use sentry::types::Dsn;

use super::access;
use super::env::Surroundings;
use super::kinds::{default, optional, text};
use super::lookup::Lookup;
use super::names::{
    ANONYMOUS_USERS, DEBUG, DIST, DRY_RUN, ENVIRONMENT, IGNORE_ERRORS, ORG, PROJECT, RELEASE,
    RELEASE_FROM, SAMPLE_RATE, SCRUB_ALLOW, SCRUB_DENY, SEND_DEFAULT_PII, SESSIONS,
    TRACES_SAMPLE_RATE,
};
use super::source::{Setting, Shown};
use super::state::{OffReason, Reporting};
use super::{Defaults, Overrides, Rule, release, value};
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
    /// What the release is made of where nobody names it: `package`, or `ci` for the commit too.
    pub release_from: Setting<String>,
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
    /// Where a copy of everything goes, besides; `None` whenever `SENTRY_DSN` is set to nothing.
    pub spotlight: Setting<Option<String>>,
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
    /// Whether runs, or the requests of a service, are counted for the health of the release.
    pub sessions: Setting<bool>,
    /// Whether affected users are counted, by a random id of this installation: see
    /// [`user`](crate::user).
    pub anonymous_users: Setting<bool>,
    /// The folder in which undelivered reports wait; `None` keeps them in memory only.
    pub spool: Setting<Option<PathBuf>>,
    /// The hosts (`host` or `host:port`) that may get plain `http://` besides loopback.
    pub allow_http: Setting<Vec<String>>,
    /// The organization that uploads go to, by sentry-cli's names.
    pub org: Setting<Option<String>>,
    /// The project that uploads go to, by sentry-cli's names.
    pub project: Setting<Option<String>>,
    /// The server's address, where sentry-cli's names give one that is no DSN.
    pub server: Setting<Option<String>>,
    /// Whether there is a token for uploads; the token itself is not kept, see
    /// [`Access`](super::Access).
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
        let spotlight = match &state {
            // nothing is started at all
            Reporting::Off(OffReason::Veto) => dsn.clone().map(|_| None),
            _ => lookup.spotlight(
                text(overrides.spotlight.as_ref()),
                around,
                &allow_http.value,
            ),
        };
        let environment = lookup
            .name(
                ENVIRONMENT,
                text(overrides.environment.as_ref()),
                value::environment,
            )
            .unwrap_or_else(|| default(defaults.environment.to_owned()));
        let release = lookup.name(RELEASE, text(overrides.release.as_ref()), value::release);
        let release_from = lookup
            .name(
                RELEASE_FROM,
                text(overrides.release_from.as_ref()),
                release::from,
            )
            .unwrap_or_else(|| default(release::PACKAGE.to_owned()));
        let by_default = || {
            let by_commit = (release_from.value == release::CI).then(|| {
                release::by_commit(defaults.release.as_deref(), overrides.built_from, around)
            });
            by_commit
                .flatten()
                .unwrap_or_else(|| default(defaults.release.clone()))
        };
        let traces = if environment.value == "development" {
            1.0
        } else {
            0.1
        };
        Self {
            dsn,
            release: release.map_or_else(by_default, |found| found.map(Some)),
            release_from,
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
            spotlight,
            ignore_errors: lookup.list(
                IGNORE_ERRORS,
                overrides.ignore_errors.as_deref(),
                |entry| Rule::read(entry).map(|_| None),
            ),
            scrub_allow: lookup.list(SCRUB_ALLOW, overrides.scrub_allow.as_deref(), allowed),
            scrub_deny: lookup.list(SCRUB_DENY, overrides.scrub_deny.as_deref(), denied),
            dry_run: lookup.flag(DRY_RUN, overrides.dry_run),
            sessions: lookup.flag(SESSIONS, overrides.sessions),
            anonymous_users: lookup.flag(ANONYMOUS_USERS, overrides.anonymous_users),
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

    /// Says whether a server may be spoken to at this address: by `https://`, or by `http://` where the
    /// host is loopback or among [`allow_http`](Self::allow_http).
    ///
    /// ```no_run
    /// # use dragonfly::config::{Defaults, Overrides, Settings};
    /// # let defaults = Defaults { environment: "production", release: None };
    /// let settings = Settings::resolve(&Overrides::default(), &defaults);
    /// assert!(settings.allows("https://sentry.io"));
    /// ```
    pub fn allows(&self, address: &str) -> bool {
        access::is_allowed(address, &self.allow_http.value)
    }

    /// Where a copy of everything goes: a dry run sends nothing anywhere.
    pub(crate) fn copies_to(&self) -> Option<&str> {
        let to = self.spotlight.value.as_deref();
        to.filter(|_| !self.dry_run.value)
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
            entry("release_from", &self.release_from),
            entry("dist", &self.dist),
            entry("sample_rate", &self.sample_rate),
            entry("traces_sample_rate", &self.traces_sample_rate),
            entry("send_default_pii", &self.send_default_pii),
            entry("shutdown_timeout", &self.shutdown_timeout),
            entry("debug", &self.debug),
            entry("spotlight", &self.spotlight),
            entry("ignore_errors", &self.ignore_errors),
            entry("max_per_minute", &self.max_per_minute),
            entry("scrub_allow", &self.scrub_allow),
            entry("scrub_deny", &self.scrub_deny),
            entry("dry_run", &self.dry_run),
            entry("sessions", &self.sessions),
            entry("anonymous_users", &self.anonymous_users),
            entry("spool", &self.spool),
            entry("allow_http", &self.allow_http),
            entry("org", &self.org),
            entry("project", &self.project),
            entry("server", &self.server),
            token,
        ]
    }
}

fn allowed(entry: &str) -> Result<Option<&'static str>, &'static str> {
    if entry.starts_with('/') {
        return Err("expected a name, as patterns are for what is denied");
    }
    Ok(None)
}

/// A pattern that takes too much still counts: without it, more would leave than anybody wished.
fn denied(entry: &str) -> Result<Option<&'static str>, &'static str> {
    let pattern = privacy::pattern(entry)?;
    let takes_all = pattern.is_some_and(|pattern| pattern.finds_every_word());
    Ok(takes_all
        .then_some("finds every word: nothing is left of any text (a narrower pattern helps)"))
}
