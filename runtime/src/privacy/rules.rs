//! The rules, as data: what is looked for, and what stands there afterwards.

use regex::{Regex, RegexSet};
use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

/// One kind of thing that must not leave.
struct Rule {
    pattern: &'static str,
    /// What replaces a match; `$1` and so on keep its groups.
    replacement: &'static str,
}

const RULES: &[Rule] = &[
    // private keys, also cut short
    Rule {
        pattern: r"-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----[A-Za-z0-9+/=\s\\:,.-]*?(-----END [A-Z ]*PRIVATE KEY( BLOCK)?-----|$)",
        replacement: "[key]",
    },
    // JSON web tokens
    Rule {
        pattern: r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(\.[A-Za-z0-9_-]*)?",
        replacement: "[Filtered]",
    },
    // tokens that vendors mark by a prefix
    Rule {
        pattern: r"\b(gh[pousr]_|github_pat_|glpat-|sk_live_|sk_test_|rk_live_|xox[abprs]-|AKIA|ASIA|sntrys_|sntryu_|npm_|pypi-|AIza|SG\.|dop_v1_|hf_)[A-Za-z0-9_.+/=-]{12,}",
        replacement: "[Filtered]",
    },
    // the password in a URL, up to the last `@`
    Rule {
        pattern: r"\b([A-Za-z][A-Za-z0-9+.-]*://[^\s/?#:@]*):[^\s/?#\[]*@",
        replacement: "$1:[Filtered]@",
    },
    // a key as the user of a URL, as in a DSN
    Rule {
        pattern: r"\b([A-Za-z][A-Za-z0-9+.-]*://)[0-9a-fA-F]{16,}@",
        replacement: "$1[Filtered]@",
    },
    // credentials after their scheme
    Rule {
        pattern: r"(?i)\b(bearer|basic)( +)[A-Za-z0-9._~+/=-]{8,}",
        replacement: "$1$2[Filtered]",
    },
    // values of telling names: `password=..`, `"api_key": ".."`
    Rule {
        pattern: r#"(?i)\b((?:[a-z0-9]+[_-])*(?:password|passwd|pwd|passphrase|secret|token|api_?key|apikey|access_?key|secret_?key|private_?key|credentials?)"?)(\s*(?:=>|=|:)\s*)("(?:[^"\\]|\\.)+"|'[^']+'|[^\s"'`,;&)}\]\[]{2,})"#,
        replacement: "",
    },
    // email addresses, but for `git@host:path`, and for `logo@2x.png` or `serde@1.0`
    Rule {
        pattern: r"\b[A-Za-z0-9._%+-]+@(?:[A-Za-z][A-Za-z0-9-]*\.)+[A-Za-z]{2,}\b(:?)",
        replacement: "",
    },
    // the user's part of home folders
    Rule {
        pattern: r"(/home/|/Users/|(?i:[a-z]:\\users\\))[^/\\\s\[:]+( [^/\\\s\[:]+)?([/\\])",
        replacement: "$1[user]$3",
    },
];

/// Each once it has found something: to make them takes longer than an event may be in memory only.
static COMPILED: [OnceLock<Option<Regex>>; RULES.len()] = [const { OnceLock::new() }; RULES.len()];
static ANY: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(RULES.iter().map(|rule| rule.pattern)).ok());

/// The rules that find something in a text, by one look at it.
pub(super) fn matching(text: &str) -> impl Iterator<Item = usize> {
    let found = ANY.as_ref().map(|any| any.matches(text));
    found.into_iter().flatten()
}

/// Takes what one rule finds out of a text.
pub(super) fn apply(rule: usize, text: &str) -> Cow<'_, str> {
    let (Some(rule), Some(compiled)) = (RULES.get(rule), COMPILED.get(rule)) else {
        return Cow::Borrowed(text);
    };
    let Some(regex) = compiled.get_or_init(|| Regex::new(rule.pattern).ok()) else {
        return Cow::Borrowed(text);
    };
    if !rule.replacement.is_empty() {
        return regex.replace_all(text, rule.replacement);
    }
    let clean = regex.replace_all(text, |found: &regex::Captures<'_>| {
        let whole = found.get(0).map_or("", |whole| whole.as_str());
        if found.len() > 2 {
            assignment(found)
        } else {
            email(whole)
        }
    });
    if clean == text {
        Cow::Borrowed(text)
    } else {
        clean
    }
}

fn assignment(found: &regex::Captures<'_>) -> String {
    let group = |index| found.get(index).map_or("", |group| group.as_str());
    let (name, between, value) = (group(1), group(2), group(3));
    let quote = value
        .chars()
        .next()
        .filter(|first| *first == '"' || *first == '\'');
    let bare = quote.map_or(value, |quote| value.trim_matches(quote));
    if says_nothing(bare) {
        return group(0).to_owned();
    }
    let quote = quote.map(String::from).unwrap_or_default();
    format!("{name}{between}{quote}{}{quote}", super::FILTERED)
}

fn email(whole: &str) -> String {
    if let Some(address) = whole.strip_suffix(':') {
        if address.starts_with("git@") {
            return whole.to_owned();
        }
        return "[email]:".to_owned();
    }
    "[email]".to_owned()
}

/// Values that stand for the absence, or the mere presence, of a secret.
pub(super) fn says_nothing(value: &str) -> bool {
    const WORDS: &[&str] = &[
        "",
        "none",
        "null",
        "nil",
        "yes",
        "no",
        "true",
        "false",
        "?",
        "[filtered]",
        "***",
    ];
    let value = value.trim();
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        || value.starts_with('$')
        || value.eq_ignore_ascii_case("[Filtered")
}

/// Whether a field's own name says that its value is a secret: `db_password`, `apiKey`, not `monkey`.
pub(super) fn is_sensitive_name(name: &str) -> bool {
    const ALONE: &[&str] = &[
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "authorization",
        "cookie",
        "credential",
        "credentials",
    ];
    const PAIRS: &[(&str, &str)] = &[
        ("api", "key"),
        ("access", "key"),
        ("secret", "key"),
        ("private", "key"),
    ];
    let segments = segments(name);
    segments
        .iter()
        .any(|segment| ALONE.contains(&segment.as_str()))
        || segments
            .windows(2)
            .any(|pair| PAIRS.iter().any(|(a, b)| pair[0] == *a && pair[1] == *b))
}

/// `dbPassword`, `db_password` and `db-password` are the segments `db` and `password`.
fn segments(name: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut after_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && after_lower) {
            segments.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(last) = segments.last_mut()
        {
            last.extend(letter.to_lowercase());
        }
        after_lower = letter.is_lowercase() || letter.is_ascii_digit();
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::{RULES, is_sensitive_name};
    use regex::Regex;

    #[test]
    fn every_rule_compiles() {
        assert!(RULES.iter().all(|rule| Regex::new(rule.pattern).is_ok()));
    }

    #[test]
    fn names_are_told_by_whole_segments() {
        for name in [
            "db_password",
            "dbPassword",
            "API-Key",
            "x-auth-token",
            "Cookie",
        ] {
            assert!(is_sensitive_name(name), "{name}");
        }
        for name in ["primary_key", "monkey", "author", "tokenizer", "keyboard"] {
            assert!(!is_sensitive_name(name), "{name}");
        }
    }
}
