//! What says that there is no secret, or that it was taken out, or where it is to come from.

use crate::privacy::names::{Names, Telling};
use crate::privacy::text::{Text, is_dotted, is_word};
use crate::scrub::PLACEHOLDERS;

/// Words that stand for the absence, or the mere presence, of a secret.
#[rustfmt::skip] // a table
const WORDS: &[&str] = &[
    "", "none", "null", "nil", "yes", "no", "true", "false", "?", "***", "undefined", "default",
    "redacted", "filtered", "masked", "hidden", "removed", "empty", "n/a", "-", "()", "{}", "[]",
    "some", "ok", "0", "1", "changeme", "nan", "unset", "<none>", "(null)", "string", "str",
    "sensitive", "inherit", "inherited", "secret", "present", "some(_)", "_", "elided", "omitted",
    "<secret>", "write-only", "anonymous",
];

/// Words that say that something was taken out, whatever is said of it besides.
const TAKEN: &[&str] = &[
    "redacted", "filtered", "masked", "hidden", "removed", "omitted", "elided", "scrubbed",
];

/// How long a reference is at most, and what stands for something that was taken out.
const LONGEST: usize = 128;

/// Whether a value says that there is none, or that it was taken out, or where it is to come from:
/// all of it, as a secret may begin like anything.
pub(in crate::privacy) fn says_nothing(value: &str) -> bool {
    let value = value.trim();
    let bare = value.trim_matches(['"', '\'']);
    if is_among(WORDS, bare) || !has_letters(bare) {
        return true;
    }
    let inner = bare.trim_matches(['*', '_', '-', '(', ')', '[', ']', '<', '>', '.']);
    is_among(TAKEN, inner)
        || (bare.len() > 2
            && bare
                .bytes()
                .all(|byte| matches!(byte, b'*' | b'.' | b'x' | b'X' | b'#')))
        || is_cut(bare)
        || is_marker(bare)
        || is_bound(bare)
        || {
            let text = Text(bare.as_bytes());
            let end = references_end(text, 0);
            let rest = text.str(end, text.len());
            // a secret's place may follow where it is to come from
            let place =
                !bare.starts_with(['*', '[', '<', '(']) && rest.starts_with(['/', '@', ':', '.']);
            end > 0 && (place || !has_letters(rest))
        }
}

fn is_among(words: &[&str], value: &str) -> bool {
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
}

fn has_letters(text: &str) -> bool {
    text.chars()
        .any(|letter| letter.is_ascii_alphanumeric() || !(letter.is_ascii() || letter == '•'))
}

/// A placeholder for which the value ended before its bracket did.
fn is_cut(value: &str) -> bool {
    let is = |placeholder: &&str| placeholder.strip_suffix(']') == Some(value);
    PLACEHOLDERS.iter().any(is)
        || value
            .strip_prefix(['[', '<'])
            .is_some_and(|word| is_among(TAKEN, word))
}

fn is_marker(value: &str) -> bool {
    matches!(value, "%s" | "%v" | "%d")
}

/// `:name`, `@name`: SQL gives it a value.
fn is_bound(value: &str) -> bool {
    value.strip_prefix([':', '@']).is_some_and(|name| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        !name.is_empty() && name.bytes().all(plain) && (name.len() <= 3 || tells(name))
    })
}

/// Whether a variable's name says that it holds a secret.
fn tells(name: &str) -> bool {
    Names::default().telling(name) != Telling::Nothing
}

/// Where the references and placeholders end that stand here one after the other.
pub(in crate::privacy::rules) fn references_end(text: Text<'_>, start: usize) -> usize {
    let mut end = start;
    for _ in 0..4 {
        match reference_end(text, end) {
            Some(next) => end = next,
            None => break,
        }
    }
    end
}

/// Where it ends if one stands here: `[Filtered]`, `<password>`, `***`, `${X}`, `$(cat x)`, `$X`,
/// `{name}`, `{{ name }}`, `%(name)s`, `%NAME%`.
fn reference_end(text: Text<'_>, start: usize) -> Option<usize> {
    let inside = |open: &str, close: &str| {
        let from = start + open.len();
        let first = close.as_bytes().first().copied();
        let end = text.run_within(from, LONGEST, |byte| Some(byte) != first && byte != b'\n');
        text.says(end, close)
            .then(|| (text.str(from, end), end + close.len()))
    };
    match (text.at(start), text.at(start + 1)) {
        (b'*', b'*') => {
            let end = text.run_within(start, LONGEST, |byte| byte == b'*');
            (end > start + 2).then_some(end)
        }
        (b'[', _) => inside("[", "]")
            .filter(|(word, end)| {
                PLACEHOLDERS.contains(&text.str(start, *end)) || stands_for_itself(word)
            })
            .map(|(_, end)| end),
        (b'<', _) => inside("<", ">")
            .filter(|(word, _)| stands_for_itself(word))
            .map(|(_, end)| end),
        (b'(', _) => inside("(", ")")
            .filter(|(word, _)| stands_for_itself(word))
            .map(|(_, end)| end),
        (b'$', b'{') if text.at(start + 2) == b'{' => inside("${{", "}}").map(|(_, end)| end),
        (b'$', b'{') => inside("${", "}")
            .filter(|(name, _)| is_variable(name))
            .map(|(_, end)| end),
        (b'$', b'(') => inside("$(", ")").map(|(_, end)| end),
        (b'$', _) => {
            let end = text.run_within(start + 1, LONGEST, is_word);
            is_shell_variable(text.str(start + 1, end)).then_some(end)
        }
        (b'{', b'{') => inside("{{", "}}").map(|(_, end)| end),
        (b'{', _) => inside("{", "}")
            .filter(|(name, _)| {
                name.bytes()
                    .all(|byte| is_dotted(byte) || matches!(byte, b' ' | b':' | b'?' | b'#' | b'!'))
            })
            .map(|(_, end)| end),
        (b'%', b'(') => inside("%(", ")").map(|(_, end)| end + 1),
        (b'%', _) => inside("%", "%")
            .filter(|(name, _)| {
                // not `%26a%3D`
                name.len() > 1 && !text.at(start + 1).is_ascii_digit() && name.bytes().all(is_word)
            })
            .map(|(_, end)| end),
        _ => None,
    }
}

fn stands_for_itself(inside: &str) -> bool {
    is_among(WORDS, inside) || says_taken(inside) || is_label(inside)
}

/// `REDACTED`, `redacted 12 bytes`.
fn says_taken(inside: &str) -> bool {
    let mut words = inside.split([' ', ':']);
    words.next().is_some_and(|word| is_among(TAKEN, word))
}

/// `your password`, `TOKEN`, `32 bytes`: a word with a digit may be what stands for itself.
fn is_label(inside: &str) -> bool {
    let plain = |byte: u8| is_dotted(byte) || matches!(byte, b' ' | b'|' | b':' | b'/');
    let digits = inside.bytes().any(|byte| byte.is_ascii_digit());
    inside.len() <= 30
        && inside.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && inside.bytes().all(plain)
        && (!digits || inside.contains(' '))
}

/// `NAME`, `NAME:-`, `NAME:?what is wrong`, `env:NAME`, not `NAME:-secret`.
fn is_variable(inside: &str) -> bool {
    let name = inside.trim_start_matches(|letter: char| {
        letter.is_ascii() && {
            let byte = letter as u8;
            is_dotted(byte) && byte != b'-'
        }
    });
    let given = name.trim_start_matches([':', '-', '=', '+']);
    let from = inside.split([':', '-']).next().unwrap_or_default();
    name.len() < inside.len()
        && (given.is_empty()
            || name.starts_with('?')
            || name.starts_with(":?")
            || ["env", "vault", "file", "secret", "secrets", "ssm", "sops"].contains(&from)
            || says_nothing(given))
}

/// `$1`, `$DB_PASSWORD`, `$password`, not `$ecret`.
fn is_shell_variable(name: &str) -> bool {
    let all = |letters: fn(u8) -> bool| name.bytes().all(letters);
    if name.is_empty() || all(|byte| byte.is_ascii_digit()) {
        return (1..=2).contains(&name.len());
    }
    if all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
        return true;
    }
    tells(name) || (name.contains('_') && !name.bytes().any(|byte| byte.is_ascii_lowercase()))
}
