//! What may leave, as settings and code say.

use super::names::Names;
use super::rules::{self, Class};
use super::scan::Scanner;
use super::{FILTERED, own};
use crate::config::{Pattern, Settings};
use crate::options::OwnRule;
use crate::quiet::quietly;
use crate::say;
use crate::scrub::PLACEHOLDERS;
use std::borrow::Cow;
use std::iter;
use std::ops::Range;
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

/// How often a text is looked at again for what the program's own patterns find: what goes changes
/// what stands beside it.
const ROUNDS: usize = 16;

/// What may leave, beside what the rules say.
#[derive(Clone, Default)]
pub(crate) struct Policy {
    /// Who and where someone is may leave.
    pub(super) send_default_pii: bool,
    /// The random id of this installation, which is nobody's name.
    pub(super) user: Option<String>,
    pub(super) names: Names,
    /// What the program's own patterns find goes.
    pub(super) patterns: Vec<Pattern>,
    pub(super) own_rule: Option<OwnRule>,
}

/// The pattern of an entry between slashes; `None` if it is a name. The error says what is expected.
pub(crate) fn pattern(entry: &str) -> Result<Option<Pattern>, &'static str> {
    let Some(found) = Pattern::between_slashes(entry).transpose()? else {
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
            user: None,
            names: Names::new(&allowed, &denied),
            patterns: patterns.collect(),
            own_rule: None,
        }
    }

    /// Lets an anonymous user's id pass.
    pub(crate) fn with_user(mut self, user: Option<String>) -> Self {
        self.user = user;
        self
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

    /// What the program's own patterns and its rule leave of a text. One that panics says nothing of
    /// the text, so it goes.
    pub(super) fn own<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        let text = self.without_patterns(text);
        let Some(rule) = &self.own_rule else {
            return text;
        };
        match quietly(|| rule(&text)) {
            Some(None) => text,
            Some(Some(clean)) if clean == text => text,
            Some(Some(clean)) => Cow::Owned(clean),
            None => {
                say::once("a text was left out: the function given to `scrub(with = ..)` panicked");
                Cow::Owned(FILTERED.to_owned())
            }
        }
    }

    fn without_patterns<'a>(&self, mut text: Cow<'a, str>) -> Cow<'a, str> {
        for _ in 0..ROUNDS {
            let mut is_clean = true;
            for pattern in &self.patterns {
                if let Some(clean) = without(pattern, &text) {
                    text = Cow::Owned(clean);
                    is_clean = false;
                }
            }
            if is_clean {
                return text;
            }
        }
        Cow::Owned(FILTERED.to_owned())
    }
}

/// What is left of a text where a pattern found something. What stands where something was taken out
/// is no find, and goes as a whole with one that it is a part of.
fn without(pattern: &Pattern, text: &str) -> Option<String> {
    let mut finds = pattern.finds(text).peekable();
    finds.peek()?;
    let placeholders: Vec<_> = placeholders(text).collect();
    let mut clean = String::new();
    let mut from = 0;
    for find in finds {
        let mut range = find.clone();
        let around = placeholders
            .iter()
            .filter(|at| at.start < find.end && find.start < at.end);
        for at in around {
            range.start = range.start.min(at.start);
            range.end = range.end.max(at.end);
        }
        let is_placeholder = placeholders.contains(&range);
        if range.is_empty() || is_placeholder || range.end <= from {
            continue;
        }
        clean.push_str(text.get(from..range.start).unwrap_or_default());
        // one beside the other is one
        if range.start > from || from == 0 {
            clean.push_str(FILTERED);
        }
        from = range.end;
    }
    (from > 0).then(|| clean + text.get(from..).unwrap_or_default())
}

/// Where something was taken out of a text.
fn placeholders(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    iter::from_fn(move || {
        loop {
            let start = from + text.get(from..)?.find('[')?;
            let rest = text.get(start..)?;
            let found = PLACEHOLDERS.iter().find(|known| rest.starts_with(**known));
            from = start + found.map_or(1, |known| known.len());
            if found.is_some() {
                return Some(start..from);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Policy, pattern};
    use std::borrow::Cow;
    use std::sync::Arc;

    impl Policy {
        /// With these patterns.
        pub(in crate::privacy) fn denying(patterns: &[&str]) -> Self {
            let of = |text: &&str| pattern(&format!("/{text}/")).unwrap().unwrap();
            Self {
                patterns: patterns.iter().map(of).collect(),
                ..Self::default()
            }
        }

        fn left_of(&self, text: &str) -> String {
            let left = self.own(Cow::Borrowed(text)).into_owned();
            assert_eq!(self.own(Cow::Borrowed(&left)), left, "twice is as once");
            left
        }
    }

    #[test]
    fn what_a_pattern_finds_goes_and_what_stands_for_something_stays() {
        for (pattern, text, left) in [
            (
                "ORD-[0-9]+",
                "lost ORD-17 and ORD-18",
                "lost [Filtered] and [Filtered]",
            ),
            ("ORD-[0-9]+", "nothing", "nothing"),
            (
                "[a-z]+",
                "[email] a [Filtered]",
                "[email] [Filtered] [Filtered]",
            ),
            ("[a-z]", "abc 1", "[Filtered] 1"),
            (".+", "all of [ip] it", "[Filtered]"),
            (".+", "[email]", "[email]"),
            ("l\\] x", "[email] x y", "[Filtered] y"),
            (" x \\[u", "a x [user] y", "a[Filtered] y"),
            ("^id[0-9]", "id1id2id3", "[Filtered]id2id3"),
            ("\\bid[0-9]", "id1id2id3", "[Filtered][Filtered][Filtered]"),
            ("\\[", "[email] [x]", "[email] [Filtered]x]"),
        ] {
            assert_eq!(Policy::denying(&[pattern]).left_of(text), left, "{pattern}");
        }
        let two = Policy::denying(&["a", "b"]);
        assert_eq!(two.left_of("xaby"), "x[Filtered][Filtered]y");
    }

    #[test]
    fn a_rule_of_the_program_sees_what_the_rules_left_and_one_that_panics_leaves_nothing() {
        let mut policy = Policy::denying(&["jane"]);
        policy = policy.with_rule(Some(Arc::new(|text| {
            assert!(!text.contains("boom"), "a rule may be wrong");
            text.contains("to [Filtered]")
                .then(|| "[customer]".to_owned())
        })));
        assert_eq!(policy.left_of("to jane"), "[customer]");
        assert_eq!(policy.left_of("to nobody"), "to nobody");
        assert_eq!(policy.left_of("boom"), "[Filtered]");
    }
}
