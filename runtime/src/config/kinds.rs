//! How each kind of setting is found: in code, else in what the surroundings hold.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use sentry::types::Dsn;

use super::env::{Surroundings, Variable};
use super::lookup::{Candidate, Lookup};
use super::names::{
    ADDRESS, ALLOW_HTTP, DSN, MAX_PER_MINUTE, Names, SERVER, SHUTDOWN_TIMEOUT, SPOOL, SPOTLIGHT,
    TOKEN,
};
use super::slips::FOR_DSN;
use super::source::{Setting, Source};
use super::state::{OffReason, Reporting};
use super::{dsn, rules, value};

pub(super) fn default<T>(value: T) -> Setting<T> {
    Setting::new(value, Source::Default)
}

pub(super) fn optional<T>(found: Option<Setting<T>>) -> Setting<Option<T>> {
    found.map_or_else(|| default(None), |found| found.map(Some))
}

/// What code says, unless it is blank.
pub(super) fn text<'a>(code: Option<&'a Cow<'static, str>>) -> Option<&'a str> {
    code.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn place_in_code(names: Names) -> String {
    format!("`{}` in code", names.code)
}

impl Lookup<'_> {
    pub(super) fn destination(
        &mut self,
        code: Option<&str>,
        around: &Surroundings,
        allowed: &[String],
    ) -> (Setting<Option<Dsn>>, Reporting) {
        let variable = around.variable(DSN.variable);
        if matches!(variable, Variable::Blank) {
            let source = Source::Env(DSN.variable);
            return (Setting::new(None, source), Reporting::Off(OffReason::Veto));
        }
        let (found, source) = match (code, variable) {
            (Some(code), _) => (dsn::parse(code), Source::Code),
            // As wrong as one that cannot be parsed: what the file says must not replace it.
            (None, Variable::NotUnicode) => (Err("it is not UTF-8"), Source::Env(DSN.variable)),
            (None, Variable::Text(text)) => (dsn::parse(&text), Source::Env(DSN.variable)),
            (None, _) => match self.in_files(DSN.keys).into_iter().find(is_dsn) {
                Some(candidate) => (dsn::parse(&candidate.text), candidate.source),
                None => {
                    self.note_slip(around);
                    return (default(None), Reporting::Off(OffReason::NoDsn));
                }
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
                    ALLOW_HTTP.variable,
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

    /// Of a variable that turns off everything without a word, as its name has a slip.
    fn note_slip(&mut self, around: &Surroundings) {
        let holds_dsn = |name: &str| match around.variable(name) {
            Variable::Text(text) => dsn::is_meant(&text),
            _ => false,
        };
        if let Some(slip) = FOR_DSN.into_iter().find(|slip| holds_dsn(slip)) {
            let why = format!("unknown variable, did you mean `{}`?", DSN.variable);
            self.failed(&format!("`{slip}`"), &why);
        }
    }

    /// A wrong URL leaves it off, whatever a lower source says.
    pub(super) fn spotlight(
        &mut self,
        code: Option<&str>,
        around: &Surroundings,
        allowed: &[String],
    ) -> Setting<Option<String>> {
        let found = match around.variable(SPOTLIGHT.variable) {
            Variable::Blank => Some((
                "off".to_owned(),
                Source::Env(SPOTLIGHT.variable),
                String::new(),
            )),
            _ => {
                let candidate = self.candidates(SPOTLIGHT).into_iter().next();
                candidate.map(|found| (found.text, found.source, found.place))
            }
        };
        let is_place = |text: &str| value::flag(text).is_err();
        let found = match (code, found) {
            // as Sentry specifies it: the code says that, the environment says where
            (Some(code), Some(found))
                if value::flag(code) == Ok(true)
                    && is_place(&found.0)
                    && matches!(found.1, Source::Env(_)) =>
            {
                Some(found)
            }
            (Some(code), _) => Some((code.to_owned(), Source::Code, place_in_code(SPOTLIGHT))),
            (None, found) => found,
        };
        let Some((text, source, place)) = found else {
            return default(None);
        };
        match value::flag(&text) {
            Ok(true) => return Setting::new(Some(dsn::SPOTLIGHT.to_owned()), source),
            Ok(false) => return Setting::new(None, source),
            Err(_) => {}
        }
        match dsn::spotlight(&text, allowed) {
            Ok(url) => Setting::new(Some(url), source),
            Err(why) => {
                self.failed(&place, why);
                default(None)
            }
        }
    }

    pub(super) fn hosts(&mut self) -> Setting<Vec<String>> {
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

    pub(super) fn name(
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

    pub(super) fn rate(&mut self, names: Names, code: Option<f64>, otherwise: f32) -> Setting<f32> {
        match code.map(value::rate_of) {
            Some(Ok(rate)) => return Setting::new(rate, Source::Code),
            Some(Err(why)) => self.failed(&place_in_code(names), why),
            None => {}
        }
        self.first(names, value::rate)
            .unwrap_or_else(|| default(otherwise))
    }

    /// The entries that can be read, and a note for each that cannot: the others still count. What the check
    /// says of one that can is a note too.
    pub(super) fn list(
        &mut self,
        names: Names,
        code: Option<&[Cow<'static, str>]>,
        check: impl Fn(&str) -> Result<Option<&'static str>, &'static str>,
    ) -> Setting<Vec<String>> {
        let (entries, place, source) = if let Some(code) = code {
            let entries = code.iter().map(|entry| entry.trim());
            let entries: Vec<_> = entries
                .filter(|entry| !entry.is_empty())
                .map(str::to_owned)
                .collect();
            (entries, place_in_code(names), Source::Code)
        } else {
            let Some(candidate) = self.candidates(names).into_iter().next() else {
                return default(Vec::new());
            };
            let entries: Vec<_> = rules::split(&candidate.text)
                .into_iter()
                .map(str::to_owned)
                .collect();
            (entries, candidate.place, candidate.source)
        };
        let mut known = Vec::new();
        for (number, entry) in (1..).zip(entries) {
            match check(&entry) {
                Ok(odd) => {
                    let note = odd.map(|odd| format!("entry {number} of {place} {odd}"));
                    self.notes.extend(note);
                    known.push(entry);
                }
                Err(why) => self.failed(&format!("entry {number} of {place}"), why),
            }
        }
        Setting::new(known, source)
    }

    pub(super) fn limit(&mut self, code: Option<u32>) -> Setting<Option<u32>> {
        match code {
            Some(0) => self.failed(&place_in_code(MAX_PER_MINUTE), value::LIMIT),
            Some(most) => return Setting::new(Some(most), Source::Code),
            None => {}
        }
        optional(self.first(MAX_PER_MINUTE, value::limit))
    }

    /// A word that is neither yes nor no leaves the default, not what a lower source says:
    /// `DRAGONFLY_SEND_DEFAULT_PII=flase` must not let the file's `true` through.
    pub(super) fn flag(&mut self, names: Names, code: Option<bool>) -> Setting<bool> {
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

    pub(super) fn timeout(&mut self, code: Option<Duration>) -> Setting<Duration> {
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

    /// A path, absolute from now on: programs change their working directory. What a file names is from the
    /// folder of that file, so that one program has one spool wherever it is started.
    pub(super) fn spool(
        &mut self,
        code: Option<&str>,
        around: &Surroundings,
    ) -> Setting<Option<PathBuf>> {
        let found = match code {
            Some(code) => Some((code.to_owned(), Source::Code)),
            None => {
                let candidate = self.candidates(SPOOL).into_iter().next();
                candidate.map(|candidate| (candidate.text, candidate.source))
            }
        };
        let Some((text, source)) = found else {
            let state = around.state.as_ref();
            return default(state.map(|state| state.join("dragonfly").join("spool")));
        };
        if text.eq_ignore_ascii_case("off") {
            return Setting::new(None, source);
        }
        let at_home = text.strip_prefix("~/").zip(around.home.as_ref());
        let from = match &source {
            Source::File { path, .. } if path.is_absolute() => path.parent(),
            _ => around.cwd.as_deref(),
        };
        let path = match (at_home, from) {
            (Some((rest, home)), _) => home.join(rest),
            (None, Some(from)) => from.join(&text),
            (None, None) => PathBuf::from(&text),
        };
        Setting::new(Some(path), source)
    }

    pub(super) fn server(&mut self, dsn_is_missing: bool) -> Setting<Option<String>> {
        let mut found = self.candidates(ADDRESS).into_iter();
        let Some(url) = found.find(|url| !dsn::is_meant(&url.text)) else {
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

    pub(super) fn token(&mut self) -> Setting<bool> {
        let found = self.candidates(TOKEN).into_iter().next();
        found.map_or_else(|| default(false), |found| Setting::new(true, found.source))
    }
}

/// `[auth] dsn` is one whatever it says; `[defaults] url` may be a server's address.
fn is_dsn(candidate: &Candidate) -> bool {
    candidate.key != Some(SERVER) || dsn::is_meant(&candidate.text)
}
