//! What joins a name and its value.

use super::quote::quote;
use super::reading::is_prose;
use super::value::{Joint, Named};
use crate::privacy::names::ends_with;
use crate::privacy::text::{NEAR, Text, is_hex, is_word};

/// The `value` beside a `name="password"`, in XML, JSON and YAML: where what joins it begins.
pub(super) fn named_value(text: Text<'_>, start: usize) -> Option<usize> {
    let word = text.run_within(start, 64, |byte| {
        matches!(
            byte,
            b' ' | b',' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'\\'
        )
    });
    let word = if text.says(word, "-") {
        text.skip_blanks(word + 1)
    } else {
        word
    };
    if word == start {
        return None;
    }
    let mut word = word;
    for _ in 0..3 {
        let end = text.run_within(word, LONGEST_FIELD, is_word);
        let close = quote(text, end).map_or(end, |close| close.end);
        let mark = text.skip_blanks(close);
        if end == word || !matches!(text.at(mark), b'=' | b':') {
            return None;
        }
        let field = text.str(word, end);
        if ["value", "content"]
            .iter()
            .any(|known| field.eq_ignore_ascii_case(known))
        {
            return Some(close);
        }
        // `"type":"string",` may stand between
        let value = text.skip_blanks(mark + 1);
        let open = quote(text, value)?;
        let end = text.run_within(open.end, LONGEST_FIELD, is_word);
        let close = quote(text, end)?;
        word = text.run_within(close.end, 8, |byte| {
            matches!(byte, b' ' | b',' | b'"' | b'\'' | b'\\')
        });
    }
    None
}

/// `variable "db_password" { default = ".." }` of Terraform: where what joins the value begins.
pub(super) fn declared(text: Text<'_>, name: usize, close: usize) -> Option<usize> {
    let word = text.word_before(name);
    if !text.says(close, " {") || !matches!(word, b"variable" | b"output") {
        return None;
    }
    let inside = close + " {".len();
    let end = text.run_within(inside, NEAR, |byte| byte != b'}');
    let within = text.str(inside, end);
    ["default", "value"].iter().find_map(|key| {
        let at = within.find(key)?;
        let alone = !is_word(text.before(inside + at));
        let behind = inside + at + key.len();
        (alone && text.at(text.skip_blanks(behind)) == b'=').then_some(behind)
    })
}

/// `<password>`, `<ns:password>`.
pub(super) fn opens_tag(text: Text<'_>, name: usize) -> bool {
    let start = text.run_back(name, 32, |byte| is_word(byte) || byte == b':');
    text.before(start) == b'<'
}

/// What joins a name and its value, and where the value may begin.
pub(super) fn joint(text: Text<'_>, named: Named) -> Option<(Joint, usize)> {
    let Named {
        start: name,
        end: at,
        quote: name_quote,
    } = named;
    let blanks = text.run(at, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    let is_quoted = name_quote.is_some_and(|quote| quote != b'`');
    for sign in [
        "=>", "->", ":=", "===", "==", "=", "%3D", "%253D", "\\u003d",
    ] {
        if text.says_in_any_case(blanks, sign) {
            let end = blanks + sign.len();
            // a field of C
            if sign == "->" && blanks == at && is_word(text.at(end)) {
                return None;
            }
            return equals(text, at, blanks, end, is_quoted);
        }
    }
    if text.says_in_any_case(blanks, "%3A") {
        return Some((Joint::Tight, blanks + 3));
    }
    if let Some(end) = colon_end(text, blanks) {
        // a name with a dot is that of a file
        let label = text.slice(name, at);
        let header = label.contains(&b'-') && !label.contains(&b'.') && name_quote.is_none();
        let follows = matches!(text.at(end), b' ' | b'\t' | b'\n' | b'\r');
        let joint = if is_quoted || header || !follows {
            Joint::Tight
        } else {
            Joint::Colon
        };
        return Some((joint, end));
    }
    // `s:8:"password";s:6:".."` of PHP
    if is_quoted && text.says(at, ";s:") {
        let digits = text.run_within(at + 3, 8, |byte| byte.is_ascii_digit());
        return (text.at(digits) == b':').then_some((Joint::Tight, digits + 1));
    }
    if text.at(blanks) == b',' && name_quote.is_some() {
        return pair(text, name, blanks);
    }
    if let Some(value) = shown(text, name, at).or_else(|| only_field(text, name, at)) {
        return Some((Joint::Tight, value));
    }
    (blanks > at).then(|| behind_blanks(text, named, blanks))?
}

/// Behind a colon, or two of them and a blank, as before base64 in LDIF.
fn colon_end(text: Text<'_>, at: usize) -> Option<usize> {
    let double = text.at(at + 1) == b':';
    let is = text.at(at) == b':' && (!double || text.at(at + 2) == b' ');
    is.then_some(at + 1 + usize::from(double))
}

/// `Password("..")`, as `Debug` shows it, and a key in hex.
fn shown(text: Text<'_>, name: usize, at: usize) -> Option<usize> {
    if text.at(at) != b'(' || !text.at(name).is_ascii_uppercase() {
        return None;
    }
    let inside = text.run_within(at + 1, NEAR, |byte| matches!(byte, b' ' | b'\n'));
    let some = ["Some(", "String("]
        .iter()
        .any(|wrapper| text.says(inside, wrapper));
    let value = if some { wrapper(text, inside) } else { inside };
    let digits = text.run_within(value, 2, |byte| matches!(byte, b'0' | b'x'));
    let key = text.run_within(digits, 64, is_hex) >= value + 32;
    (quote(text, value).is_some() || text.at(value) == b'[' || key).then_some(value)
}

/// Nothing but blanks joins them.
fn behind_blanks(text: Text<'_>, named: Named, blanks: usize) -> Option<(Joint, usize)> {
    let Named {
        start: name,
        end: at,
        quote: name_quote,
    } = named;
    let flag = is_flag(text, name) && !matches!(text.at(blanks), b'-' | b'<' | b'[');
    if name_quote.is_some() {
        // `"--password" "x"`, as a command shows its arguments
        let value = quote(text, blanks)
            .filter(|value| Some(value.letter) == name_quote && text.at(value.end) != b'-');
        return (flag && value.is_some()).then_some((Joint::Tight, blanks));
    }
    if text.says_in_any_case(blanks, "is ") {
        return Some((Joint::Is, blanks + 3));
    }
    let label = text.str(name, at);
    let password = ["password", "passwd", "pwd", "passphrase", "passcode"]
        .iter()
        .any(|word| ends_with(label, word));
    // a keyword of DuckDB
    let among = || text.before(text.run_back(name, 8, |byte| byte == b' '));
    let keyword = label == "SECRET" && matches!(among(), b',' | b'(') && text.at(blanks) == b'\'';
    let sql = keyword || (password && matches!(text.at(blanks), b'\'' | b'"'));
    let word = text.str(blanks, text.run_within(blanks, 64, |byte| byte > b' '));
    let netrc = password
        && is_netrc(text.str(name.saturating_sub(96), blanks + word.len()))
        && !is_prose(word);
    if flag || sql || netrc {
        return Some((Joint::Tight, blanks));
    }
    if let Some(value) = compared(text, name, blanks) {
        return Some((Joint::Tight, value));
    }
    // `DB_PASSWORD    x`: a list of variables
    let variable = label.contains('_') && !label.bytes().any(|byte| byte.is_ascii_lowercase());
    let column = text.at(at) == b'\t' || text.at(at + 1) == b' ';
    // `configure set aws_secret_access_key x`
    let word = text.word_before(name);
    let is_set = word.eq_ignore_ascii_case(b"set")
        || matches!(word, b"ENV" | b"ARG")
        || ["_authToken", "_password", "_auth"].contains(&label);
    let joint = if variable && column || is_set {
        Joint::Is
    } else {
        Joint::Blank
    };
    (!text.slice(at, blanks).contains(&b'\n')).then_some((joint, blanks))
}

/// `login app password x1y`, up to its value: not where all of it is plain words, as in a sentence.
fn is_netrc(entry: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b' ';
    entry.contains("login ") && !entry.bytes().all(is_word)
}

/// `Password { inner: "x" }` of `Debug`, but for what a parser calls a token.
fn only_field(text: Text<'_>, name: usize, at: usize) -> Option<usize> {
    if !text.at(name).is_ascii_uppercase() || !text.says(at, " {") || text.says(name, "Token ") {
        return None;
    }
    let inside = text.run_within(at + 2, NEAR, |byte| matches!(byte, b' ' | b'\n'));
    let field = text.run_within(inside, LONGEST_FIELD, is_word);
    let value = wrapper(text, field + 2);
    let only = text.says(field, ": ") && INNER.contains(&text.str(inside, field));
    (only && quote(text, value).is_some()).then_some(value)
}

/// `LIKE 'x'`, `IN ('x', 'y')`, `<> 'x'` of SQL: where the value begins.
fn compared(text: Text<'_>, name: usize, start: usize) -> Option<usize> {
    const SIGNS: &[&str] = &["like ", "ilike ", "in (", "<> ", "!= "];
    const BEFORE: &[&[u8]] = &[b"where", b"and", b"or", b"on", b"not", b"having"];
    let word = text.word_before(name);
    if !BEFORE.iter().any(|known| word.eq_ignore_ascii_case(known)) {
        return None;
    }
    let sign = SIGNS
        .iter()
        .find(|sign| text.says_in_any_case(start, sign))?;
    let end = start + sign.len();
    let value = end - usize::from(text.before(end) == b'(');
    (text.at(end) == b'\'').then_some(value)
}

/// Whether the dashes of a flag stand before a name, not a part of a word.
fn is_flag(text: Text<'_>, name: usize) -> bool {
    let dashes = text.run_back(name, 2, |byte| byte == b'-');
    let before = text.before(dashes);
    dashes < name && !before.is_ascii_alphanumeric() && !matches!(before, b'\\' | b'*')
}

/// A sign such as `=`, with or without blanks around it.
fn equals(
    text: Text<'_>,
    at: usize,
    blanks: usize,
    end: usize,
    is_quoted: bool,
) -> Option<(Joint, usize)> {
    if text.says(end, "=") {
        return None;
    }
    let follows = matches!(text.at(end), b' ' | b'\t' | b'\n' | b'\r');
    if blanks == at && follows && !is_quoted {
        // `A= B=c`: nothing is given to the first
        let next = text.skip_blanks(end);
        let word = text.run(next, is_word);
        return (text.at(word) != b'=' && text.at(next) != b'\n').then_some((Joint::Loose, end));
    }
    let joint = if (blanks == at && !follows) || is_quoted {
        Joint::Tight
    } else {
        Joint::Loose
    };
    Some((joint, end))
}

/// `("password", "..")` of `Debug`, `["--password", ".."]` of a command.
fn pair(text: Text<'_>, name: usize, comma: usize) -> Option<(Joint, usize)> {
    let next = text.run(comma + 1, |byte| matches!(byte, b' ' | b'\n' | b'\t'));
    let value = quote(text, wrapper(text, next))?;
    let flag = is_flag(text, name) && text.at(value.end) != b'-';
    let open = text.run_back(name, 4, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' '));
    let pair = matches!(text.before(open), b'(' | b'[');
    (flag || pair).then_some((Joint::Tight, next))
}

/// How long the path to a type is at most.
const LONGEST_PATH: usize = 96;

/// `SecretString::new`, `String::from`, `Cow::Borrowed`, not `env::var` and `getpass.getpass`.
fn makes_value(path: &str) -> bool {
    let last = path.rsplit([':', '.']).next().unwrap_or_default();
    path.starts_with(|letter: char| letter.is_ascii_uppercase())
        && (["new", "from", "Some"].contains(&last)
            || last.starts_with(|letter: char| letter.is_ascii_uppercase()))
}

/// Fields in which a type keeps nothing but the value.
const INNER: &[&str] = &[
    "inner",
    "value",
    "secret",
    "inner_secret",
    "data",
    "bytes",
    "raw",
    "expose",
    "string",
    // of the headers of AWS
    "_private",
    // of DynamoDB
    "S",
    "B",
];

const LONGEST_FIELD: usize = 32;

/// How long what a value is from is at most.
const LONGEST_ORIGIN: usize = 192;

/// `Some(`, `String(`, `Secret { inner: ` and the like before a value.
pub(super) fn wrapper(text: Text<'_>, start: usize) -> usize {
    let mut at = start;
    for _ in 0..4 {
        let end = text.run_within(at, LONGEST_PATH, |byte| {
            is_word(byte) || byte == b':' || byte == b'.'
        });
        let single = text.at(at).is_ascii_uppercase() && !text.slice(at, end).contains(&b':');
        // pretty `Debug` begins a line there
        let next = text.run(end + 1, |byte| matches!(byte, b' ' | b'\n'));
        // of PHP, with its length
        if text.says(at, "string(") {
            let close = text.run_within(end + 1, 8, |byte| byte.is_ascii_digit());
            return if text.says(close, ") ") {
                close + 2
            } else {
                at
            };
        }
        if let Some(value) = behind_origin(text, at) {
            at = value;
        } else if end > at && text.at(end) == b'(' && (single || makes_value(text.str(at, end))) {
            at = next;
        } else if single && text.says(end, " {") {
            let inside = text.run(end + 2, |byte| matches!(byte, b' ' | b'\n'));
            let field = text.run_within(inside, LONGEST_FIELD, is_word);
            if !text.says(field, ": ") || !INNER.contains(&text.str(inside, field)) {
                return at;
            }
            at = field + 2;
        } else if text.at(at) == b'{'
            && let Some(value) = inner_field(text, at + 1)
        {
            at = value;
        } else {
            return at;
        }
    }
    at
}

/// Where a value begins that what it is from stands before, as config, figment and toml show it.
fn behind_origin(text: Text<'_>, start: usize) -> Option<usize> {
    const KNOWN: &[(&str, &str)] = &[
        ("Value { origin: ", ", kind: "),
        ("Value {\n", " kind: "),
        ("Tag(", "),"),
        ("Tag::Default", ","),
        ("Spanned { span: ", ", value: "),
        ("Spanned {\n", " value: "),
    ];
    let (open, behind) = KNOWN.iter().find(|(open, _)| text.says(start, open))?;
    let from = start + open.len();
    let within = text.slice(from, from + LONGEST_ORIGIN);
    let origin = within
        .windows(behind.len())
        .position(|part| part == behind.as_bytes())?;
    Some(text.run(from + origin + behind.len(), |byte| {
        matches!(byte, b' ' | b'\n')
    }))
}

/// The same of JSON, behind its brace: `{"value": `.
fn inner_field(text: Text<'_>, start: usize) -> Option<usize> {
    let blanks = |byte: u8| matches!(byte, b' ' | b'\n');
    let open = quote(text, text.run_within(start, NEAR, blanks))?;
    let end = text.run_within(open.end, LONGEST_FIELD, is_word);
    let close = quote(text, end).filter(|_| INNER.contains(&text.str(open.end, end)))?;
    let colon = text.skip_blanks(close.end);
    (text.at(colon) == b':').then(|| text.run_within(colon + 1, NEAR, blanks))
}
