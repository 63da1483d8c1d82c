use std::borrow::Cow;
use std::time::Duration;

use sentry::types::Dsn;

use super::env::{self, Surroundings, Variable};
use super::lookup::{Candidate, Key, Lookup, Names};
use super::source::{Setting, Shown, Source};
use super::state::{OffReason, Reporting};
use super::{Defaults, Overrides, dsn, value};

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

const SERVER: Key = ("defaults", "url");
const DSN: Names = Names {
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
const SHUTDOWN_TIMEOUT: Names = own(
    "shutdown_timeout",
    env::SHUTDOWN_TIMEOUT,
    &[("dragonfly", "shutdown_timeout")],
);
const DEBUG: Names = own("debug", env::DEBUG, &[("dragonfly", "debug")]);
const ALLOW_HTTP: Names = own(
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
    /// a regular one, if it is not UTF-8, if another user but root owns it, or if every user may
    /// write it (the last two not on Windows).
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
            sample_rate: lookup.rate(SAMPLE_RATE, overrides.sample_rate, 1.0),
            traces_sample_rate: lookup.rate(
                TRACES_SAMPLE_RATE,
                overrides.traces_sample_rate,
                traces,
            ),
            send_default_pii: lookup.flag(SEND_DEFAULT_PII, overrides.send_default_pii),
            shutdown_timeout: lookup.timeout(overrides.shutdown_timeout),
            debug: lookup.flag(DEBUG, overrides.debug),
            org: optional(lookup.first(ORG, |text| Ok(text.to_owned()))),
            project: optional(lookup.first(PROJECT, |text| Ok(text.to_owned()))),
            server: lookup.server(state == Reporting::Off(OffReason::NoDsn)),
            token: lookup.token(),
            environment,
            allow_http,
            state,
            notes: lookup.notes,
        }
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
            entry("sample_rate", &self.sample_rate),
            entry("traces_sample_rate", &self.traces_sample_rate),
            entry("send_default_pii", &self.send_default_pii),
            entry("shutdown_timeout", &self.shutdown_timeout),
            entry("debug", &self.debug),
            entry("allow_http", &self.allow_http),
            entry("org", &self.org),
            entry("project", &self.project),
            entry("server", &self.server),
            token,
        ]
    }
}

fn default<T>(value: T) -> Setting<T> {
    Setting::new(value, Source::Default)
}

fn optional<T>(found: Option<Setting<T>>) -> Setting<Option<T>> {
    found.map_or_else(|| default(None), |found| found.map(Some))
}

/// What code says, unless it is blank.
fn text<'a>(code: Option<&'a Cow<'static, str>>) -> Option<&'a str> {
    code.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn place_in_code(names: Names) -> String {
    format!("`{}` in code", names.code)
}

/// How each kind of setting is found.
impl Lookup<'_> {
    fn destination(
        &mut self,
        code: Option<&str>,
        around: &Surroundings,
        allowed: &[String],
    ) -> (Setting<Option<Dsn>>, Reporting) {
        let variable = around.variable(env::DSN);
        if matches!(variable, Variable::Blank) {
            let source = Source::Env(env::DSN);
            return (Setting::new(None, source), Reporting::Off(OffReason::Veto));
        }
        let (found, source) = match (code, variable) {
            (Some(code), _) => (dsn::parse(code), Source::Code),
            // As wrong as one that cannot be parsed: what the file says must not replace it.
            (None, Variable::NotUnicode) => (Err("it is not UTF-8"), Source::Env(env::DSN)),
            (None, Variable::Text(text)) => (dsn::parse(&text), Source::Env(env::DSN)),
            (None, _) => match self.in_files(DSN.keys).into_iter().find(is_dsn) {
                Some(candidate) => (dsn::parse(&candidate.text), candidate.source),
                None => return (default(None), Reporting::Off(OffReason::NoDsn)),
            },
        };
        let reason = match found {
            Ok(dsn) if !dsn::is_refused(&dsn, allowed) => {
                return (Setting::new(Some(dsn), source), Reporting::On);
            }
            Ok(dsn) => {
                let host = dsn.host().to_owned();
                self.notes.push(format!(
                    "using the DSN in `{source}` failed: `http://` is refused for `{host}`, \
                     use `https://` or name the host in `{}`",
                    env::ALLOW_HTTP,
                ));
                OffReason::PlainHttp {
                    source: source.clone(),
                    host,
                }
            }
            Err(why) => {
                self.notes.push(format!(
                    "reading the DSN in `{source}` failed: {why}, expected `{}`",
                    dsn::FORM,
                ));
                OffReason::Malformed {
                    source: source.clone(),
                    why,
                }
            }
        };
        (Setting::new(None, source), Reporting::Off(reason))
    }

    fn hosts(&mut self) -> Setting<Vec<String>> {
        let Some(candidate) = self.candidates(ALLOW_HTTP).into_iter().next() else {
            return default(Vec::new());
        };
        let (hosts, wrong) = value::hosts(&candidate.text);
        if wrong > 0 {
            self.failed(
                &candidate.place,
                "expected hosts with commas between, such as `relay`",
            );
        }
        Setting::new(hosts, candidate.source)
    }

    fn name(
        &mut self,
        names: Names,
        code: Option<&str>,
        read: impl Fn(&str) -> Result<String, &'static str>,
    ) -> Option<Setting<String>> {
        match code.map(&read) {
            Some(Ok(value)) => return Some(Setting::new(value, Source::Code)),
            Some(Err(why)) => self.failed(&place_in_code(names), why),
            None => {}
        }
        self.first(names, read)
    }

    fn rate(&mut self, names: Names, code: Option<f64>, otherwise: f32) -> Setting<f32> {
        match code.map(value::rate_of) {
            Some(Ok(rate)) => return Setting::new(rate, Source::Code),
            Some(Err(why)) => self.failed(&place_in_code(names), why),
            None => {}
        }
        self.first(names, value::rate)
            .unwrap_or_else(|| default(otherwise))
    }

    /// A word that is neither yes nor no leaves the default, not what a lower source says:
    /// `DRAGONFLY_SEND_DEFAULT_PII=flase` must not let the file's `true` through.
    fn flag(&mut self, names: Names, code: Option<bool>) -> Setting<bool> {
        if let Some(value) = code {
            return Setting::new(value, Source::Code);
        }
        let Some(candidate) = self.candidates(names).into_iter().next() else {
            return default(false);
        };
        match value::flag(&candidate.text) {
            Ok(value) => Setting::new(value, candidate.source),
            Err(why) => {
                self.failed(&candidate.place, why);
                default(false)
            }
        }
    }

    fn timeout(&mut self, code: Option<Duration>) -> Setting<Duration> {
        let code = code.map(|value| Setting::new(value, Source::Code));
        let found = code.or_else(|| self.first(SHUTDOWN_TIMEOUT, value::duration));
        let mut setting = found.unwrap_or_else(|| default(Duration::from_secs(2)));
        if setting.value > value::LONGEST {
            setting.value = value::LONGEST;
            self.notes.push(format!(
                "using `shutdown_timeout` in `{}` failed: it is cut to the longest, one hour",
                setting.source
            ));
        }
        setting
    }

    fn server(&mut self, dsn_is_missing: bool) -> Setting<Option<String>> {
        let found = self.in_files(&[SERVER]);
        let Some(url) = found.into_iter().find(|candidate| !is_dsn(candidate)) else {
            return default(None);
        };
        if dsn_is_missing && dsn::lacks_key(&url.text) {
            let why = format!(
                "it looks like a DSN without its key, expected `{}`",
                dsn::FORM
            );
            self.failed(&url.place, &why);
        }
        match value::server(&url.text) {
            Ok(server) => Setting::new(Some(server), url.source),
            Err(why) => {
                self.failed(&url.place, why);
                default(None)
            }
        }
    }

    fn token(&self) -> Setting<bool> {
        let found = self.in_files(&[("auth", "token")]).into_iter().next();
        found.map_or_else(|| default(false), |found| Setting::new(true, found.source))
    }
}

/// `[auth] dsn` is one whatever it says; `[defaults] url` may be a server's address.
fn is_dsn(candidate: &Candidate) -> bool {
    candidate.key != Some(SERVER) || dsn::is_meant(&candidate.text)
}
