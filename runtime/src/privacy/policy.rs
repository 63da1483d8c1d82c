//! What may leave, as settings and code say.

use super::names::Names;
use super::own;
use super::rules::{self, Class};
use super::scan::Scanner;
use crate::config::{Settings, between_slashes};
use crate::options::OwnRule;
use regex::Regex;
use std::sync::{Arc, LazyLock};

/// Looks for everything there is.
pub(super) static STRICT: LazyLock<Arc<Scanner>> = LazyLock::new(|| {
    Arc::new(Scanner::new(
        Class::Identity,
        Names::default(),
        own::words(),
    ))
});

/// Looks for what is not to be printed either, on the machine that it is from.
pub(super) static FOR_PEOPLE: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::of(rules::for_people().collect(), Names::default()));

/// What may leave, beside what the rules say.
#[derive(Clone, Default)]
pub(crate) struct Policy {
    /// Who and where someone is may leave.
    pub(super) send_default_pii: bool,
    pub(super) names: Names,
    /// What the program's own patterns find goes.
    pub(super) patterns: Vec<Regex>,
    pub(super) own_rule: Option<OwnRule>,
}

/// The pattern of an entry between slashes; `None` if it is a name. The error says what is expected.
pub(crate) fn pattern(entry: &str) -> Result<Option<Regex>, &'static str> {
    let Some(found) = between_slashes(entry).transpose()? else {
        return Ok(None);
    };
    if found.is_match("") {
        return Err("expected a pattern that something must match");
    }
    Ok(Some(found))
}

impl Policy {
    pub(crate) fn of(settings: &Settings) -> Self {
        let deny = &settings.scrub_deny.value;
        let patterns = deny
            .iter()
            .filter_map(|entry| pattern(entry).ok().flatten());
        let denied: Vec<&String> = deny
            .iter()
            .filter(|entry| !entry.starts_with('/'))
            .collect();
        let allowed: Vec<&String> = settings.scrub_allow.value.iter().collect();
        Self {
            send_default_pii: settings.send_default_pii.value,
            names: Names::new(&allowed, &denied),
            patterns: patterns.collect(),
            own_rule: None,
        }
    }

    /// Adds a rule of the program.
    pub(crate) fn with_rule(mut self, rule: Option<OwnRule>) -> Self {
        self.own_rule = rule;
        self
    }

    pub(super) fn scanner(&self) -> Arc<Scanner> {
        if !self.send_default_pii && self.names == Names::default() {
            return Arc::clone(&STRICT);
        }
        let up_to = if self.send_default_pii {
            Class::Personal
        } else {
            Class::Identity
        };
        Arc::new(Scanner::new(up_to, self.names.clone(), own::words()))
    }
}
