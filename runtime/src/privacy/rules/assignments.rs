//! Values of names that tell a secret, whatever joins the two: `=`, `:`, JSON, XML, SQL, a flag, `Debug`.

use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::names::Telling;
use crate::privacy::text::{FAR, Text, is_dotted, is_word};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "value of a telling name",
        source: "what configuration, logs, and Rust's `Debug` look like",
        class: Class::Secret,
        starts: Starts::Names,
        find: Find::With(assignment),
        takes: &[
            (
                "login failed: password=hunter2, retry=3",
                "login failed: password=[Filtered], retry=3",
            ),
            (
                r#"{"api_key": "s3cr3t", "n": 1}"#,
                r#"{"api_key": "[Filtered]", "n": 1}"#,
            ),
            (r#"{\"token\":\"abc\"}"#, r#"{\"token\":\"[Filtered]\"}"#),
            (
                r#"Db { user: "app", password: Some("a, b") }"#,
                r#"Db { user: "app", password: Some("[Filtered]") }"#,
            ),
            (r#"("password", "a b")"#, r#"("password", "[Filtered]")"#),
            (r#"secret: String("x1")"#, r#"secret: String("[Filtered]")"#),
            (
                "<password>pa ss</password>",
                "<password>[Filtered]</password>",
            ),
            (
                r#"<add key="DbPassword" value="x1"/>"#,
                r#"<add key="DbPassword" value="[Filtered]"/>"#,
            ),
            (
                "mysqldump --password hunter2 --quick",
                "mysqldump --password [Filtered] --quick",
            ),
            (
                "ALTER USER app IDENTIFIED BY 'x1'",
                "ALTER USER app IDENTIFIED BY '[Filtered]'",
            ),
            ("WITH PASSWORD 'x''1';", "WITH PASSWORD '[Filtered]';"),
            (
                "Server=h;Password=my pass;Database=x",
                "Server=h;Password=[Filtered];Database=x",
            ),
            (
                "AccountKey=ab/c+d==;EndpointSuffix=x",
                "AccountKey=[Filtered];EndpointSuffix=x",
            ),
            ("password: [104, 117]", "password: [Filtered]"),
            (
                "machine h login app password x1y",
                "machine h login app password [Filtered]",
            ),
            ("DB_PASSWORD=hunter2", "DB_PASSWORD=[Filtered]"),
            ("password: hunter2", "password: [Filtered]"),
            ("client_secret => abc", "client_secret => [Filtered]"),
            ("user[password]=abc", "user[password]=[Filtered]"),
            ("password%3Dhunter2%26x", "password%3D[Filtered]%26x"),
            ("token: \"cut of", "token: \"[Filtered]"),
        ],
        leaves: &[
            "password authentication failed for user \"app\"",
            "(using password: YES)",
            "missing field `password`",
            "unexpected token `}`",
            "the trait bound `Password: Hash`",
            "primary_key = 7, author: Bo",
            "max_tokens: 4096",
            "token_type=bearer",
            "password: None, token: null, secret=\"\", pwd=$1, pwd=?, token: true",
            "invalid token: expected `;`",
            "password must be at least 8 characters",
            "error: --password is required",
            "let password = std::env::var(NAME)?;",
            "let token = parser.next();",
            "password: String, secret: Option<String>, token: &str",
            "password: [Filtered]",
            "\"password\": \"is too short\"",
            "WHERE password = $2 AND token = ?",
            "password: must not be empty",
            "unexpected token: Semicolon",
        ],
    },
    Rule {
        name: "password of a SQL user",
        source: "the SQL of MySQL and Oracle",
        class: Class::Secret,
        starts: Starts::Literals(&["identified by ", "identified with "]),
        find: Find::With(identified),
        takes: &[(
            "CREATE USER a IDENTIFIED BY 'x y'",
            "CREATE USER a IDENTIFIED BY '[Filtered]'",
        )],
        leaves: &["identified by the name", "IDENTIFIED BY ?"],
    },
];

/// What is given to a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    /// It stands between quotes, which are not part of it.
    pub(super) quoted: bool,
    joint: Joint,
}

/// What joins a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// `=` and the like without blanks, a flag, a tag of XML: nothing but a value follows.
    Tight,
    /// `=`, `=>`, with blanks.
    Loose,
    /// `:` and a blank: prose looks like this too.
    Colon,
}

/// Words that stand for the absence, or the mere presence, of a secret.
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
    "***",
    "undefined",
    "default",
    "redacted",
    "filtered",
    "masked",
    "hidden",
    "removed",
    "empty",
    "n/a",
    "-",
    "()",
    "{}",
    "[]",
    "some",
    "ok",
    "0",
    "1",
    "changeme",
    "nan",
    "unset",
    "<none>",
    "(null)",
    "string",
    "str",
];

/// Whether a value says that there is none, or that it was taken out, or where it is to come from.
pub(in crate::privacy) fn says_nothing(value: &str) -> bool {
    let value = value.trim();
    let bare = value.trim_matches(|letter| matches!(letter, '"' | '\''));
    WORDS.iter().any(|word| bare.eq_ignore_ascii_case(word))
        || (bare.len() > 2
            && bare
                .bytes()
                .all(|byte| matches!(byte, b'*' | b'.' | b'x' | b'X' | b'#')))
        || bare.starts_with('•')
        || !bare
            .bytes()
            .any(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80)
        || [
            "[Filtered",
            "[key]",
            "[token]",
            "[jwt]",
            "[email]",
            "[card]",
            "[iban]",
            "[ssn]",
            "[phone]",
            "[ip]",
            "[mac]",
            "[REDACTED",
            "[redacted",
            "[MASKED",
            "[hidden",
            "<redacted",
            "<REDACTED",
            "<hidden",
            "REDACTED",
            "***",
        ]
        .iter()
        .any(|placeholder| bare.starts_with(placeholder))
        || is_reference(bare)
}

/// `$1`, `${X}`, `%s`, `{name}`, `:name`, `<password>`: something else stands there in the end.
fn is_reference(value: &str) -> bool {
    let inside = |open: &str, close: char| {
        value
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(|name| {
                name.bytes()
                    .all(|byte| is_dotted(byte) || matches!(byte, b' ' | b':' | b'?'))
            })
    };
    let dollar = value.strip_prefix('$').is_some_and(|name| {
        !name.is_empty()
            && name.bytes().all(is_word)
            && (name.bytes().all(|byte| byte.is_ascii_digit())
                || name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'))
    });
    let bind = value.strip_prefix([':', '@']).is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    });
    dollar
        || bind
        || inside("${", '}')
        || inside("{", '}')
        || inside("{{", '}')
        || inside("<", '>')
        || inside("%", '%')
        || inside("$(", ')')
        || matches!(value, "%s" | "%v" | "%d" | "{:?}")
}

fn assignment(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.run_back(hit.start, 96, is_name);
    let end = text.run(hit.end, is_name).min(hit.end + 96);
    // a name that ends a sentence, a prefix of a flag
    let start = text
        .run(start, |byte| matches!(byte, b'.' | b'-'))
        .min(hit.start);
    let end = text
        .run_back(end, 3, |byte| matches!(byte, b'.' | b'-'))
        .max(hit.end);
    let start = if text.before(start) == b'\\' && matches!(text.at(start), b'n' | b't' | b'r') {
        start + 1
    } else {
        start
    };
    let start = if text.before(start) == b'%' && is_escape(text, start) {
        start + 2
    } else {
        start
    };
    let name = text.str(start, end);
    let telling = look.names.telling(name);
    found.until = found.until.max(end);
    // headers have rules of their own
    let header = ["authorization", "cookie", "cookies"].iter().any(|header| {
        name.len() >= header.len()
            && text.says_in_any_case(end - header.len(), header)
            && matches!(name.len() - header.len(), 0 | 4 | 6)
    });
    if telling == Telling::Nothing || header {
        return;
    }
    let Some(value) = value_after(text, start, end) else {
        return;
    };
    let words = Words {
        text,
        telling,
        name: (start, end),
    };
    if let Some(end) = words.secret_end(value) {
        found.take(value.start, end, FILTERED);
    }
}

fn is_name(byte: u8) -> bool {
    is_dotted(byte) || byte >= 0x80
}

fn is_escape(text: Text<'_>, start: usize) -> bool {
    text.slice(start, start + 2)
        .iter()
        .all(u8::is_ascii_hexdigit)
        && start + 2 <= text.len()
}

/// The value that is given to the name that stands here.
pub(super) fn value_after(text: Text<'_>, name: usize, end: usize) -> Option<Value> {
    let close = quote(text, end);
    let quoted_name = close.is_some();
    let mut at = close.map_or(end, |close| close.end);
    at += usize::from(text.at(at) == b']' && text.before(name) == b'[');
    if let Some(close) = close
        && let Some(value) = named_value(text, close.end)
    {
        at = value;
    }
    if text.at(at) == b'>' && text.before(name) != b'-' && opens_tag(text, name) {
        let end = text.run(at + 1, |byte| byte != b'<' && byte != b'\n');
        let start = at + 1;
        return (end > start && text.at(end) == b'<').then_some(Value {
            start,
            end,
            quoted: true,
            joint: Joint::Tight,
        });
    }
    let blanks = text.run(at, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    let (joint, mut start) = joint(text, at, blanks, name, quoted_name)?;
    start = text.run(start, |byte| {
        matches!(byte, b' ' | b'\t') || (quoted_name && matches!(byte, b'\n' | b'\r'))
    });
    start = wrapper(text, start);
    if text.at(start) == b'b' && matches!(text.at(start + 1), b'"' | b'\'') {
        start += 1;
    }
    if let Some(open) = quote(text, start) {
        let end = quoted_end(text, open, start);
        return Some(Value {
            start: open.end,
            end,
            quoted: true,
            joint,
        });
    }
    if text.at(start) == b'[' {
        let end = text.run(start + 1, |byte| !matches!(byte, b']' | b'\n')) + 1;
        let values = text.slice(start + 1, end.saturating_sub(1));
        let list = values
            .iter()
            .any(|byte| matches!(byte, b',' | b'"' | b'\''))
            && !values.is_empty();
        return list.then_some(Value {
            start,
            end: end.min(text.len()),
            quoted: true,
            joint,
        });
    }
    let bare = bare_end(text, start);
    (bare > start).then_some(Value {
        start,
        end: bare,
        quoted: false,
        joint,
    })
}

/// A quote, with the backslashes that escape it.
#[derive(Debug, Clone, Copy)]
struct Quote {
    end: usize,
    letter: u8,
    escapes: usize,
}

fn quote(text: Text<'_>, start: usize) -> Option<Quote> {
    for (entity, letter) in [
        ("&quot;", b'"'),
        ("%22", b'"'),
        ("%27", b'\''),
        ("&#34;", b'"'),
    ] {
        if text.says(start, entity) {
            return Some(Quote {
                end: start + entity.len(),
                letter: if letter == b'"' { b'&' } else { b'%' },
                escapes: entity.len(),
            });
        }
    }
    let mark = text.run(start, |byte| byte == b'\\').min(start + 15);
    let letter = text.at(mark);
    matches!(letter, b'"' | b'\'' | b'`').then_some(Quote {
        end: mark + 1,
        letter,
        escapes: mark - start,
    })
}

/// Where a quoted value ends: at the same quote, equally escaped. Cut short, with the text.
fn quoted_end(text: Text<'_>, open: Quote, start: usize) -> usize {
    if matches!(open.letter, b'&' | b'%') {
        let entity = text.slice(start, open.end);
        let within = text.slice(open.end, open.end + FAR);
        let close = within.windows(entity.len()).position(|part| part == entity);
        return open.end + close.unwrap_or(within.len());
    }
    let mut at = open.end;
    loop {
        at = text.run(at, |byte| byte != open.letter && byte != b'\\');
        let mark = text.run(at, |byte| byte == b'\\');
        if text.at(mark) == open.letter && mark - at <= open.escapes {
            // SQL doubles a quote inside
            if open.letter == b'\'' && open.escapes == 0 && text.at(mark + 1) == b'\'' {
                at = mark + 2;
                continue;
            }
            return at;
        }
        if mark >= text.len() || mark >= open.end + FAR {
            return mark.min(text.len());
        }
        at = mark + 1;
    }
}

/// The `value` beside a `name="password"`, in XML, JSON and YAML: where what joins it begins.
fn named_value(text: Text<'_>, start: usize) -> Option<usize> {
    let word = text
        .run(start, |byte| {
            matches!(
                byte,
                b' ' | b',' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'\\'
            )
        })
        .min(start + 64);
    let word = if text.says(word, "-") {
        text.skip_blanks(word + 1)
    } else {
        word
    };
    if word == start || !text.says_in_any_case(word, "value") {
        return None;
    }
    let end = word + "value".len();
    let close = quote(text, end).map_or(end, |close| close.end);
    let mark = text.skip_blanks(close);
    matches!(text.at(mark), b'=' | b':').then_some(close)
}

/// `<password>`, `<ns:password>`.
fn opens_tag(text: Text<'_>, name: usize) -> bool {
    let start = text.run_back(name, 32, |byte| is_word(byte) || byte == b':');
    text.before(start) == b'<'
}

/// What joins a name and its value, and where the value may begin.
fn joint(
    text: Text<'_>,
    at: usize,
    blanks: usize,
    name: usize,
    quoted_name: bool,
) -> Option<(Joint, usize)> {
    let literal = |literal: &str| {
        text.says_in_any_case(blanks, literal)
            .then_some(blanks + literal.len())
    };
    let tight = |end: usize| {
        if blanks == at && !matches!(text.at(end), b' ' | b'\t' | b'\n') || quoted_name {
            Joint::Tight
        } else {
            Joint::Loose
        }
    };
    for sign in ["=>", "->", ":=", "===", "==", "=", "%3D"] {
        if let Some(end) = literal(sign) {
            return (!text.says(end, "=")).then(|| (tight(end), end));
        }
    }
    if let Some(end) = literal("%3A") {
        return Some((Joint::Tight, end));
    }
    if text.at(blanks) == b':' && text.at(blanks + 1) != b':' {
        let end = blanks + 1;
        let header = text.slice(name, at).contains(&b'-');
        let joint =
            if quoted_name || header || !matches!(text.at(end), b' ' | b'\t' | b'\n' | b'\r') {
                Joint::Tight
            } else {
                Joint::Colon
            };
        return Some((joint, end));
    }
    // a pair of `Debug`: ("password", "..")
    if quoted_name && text.at(blanks) == b',' {
        let next = text.run(blanks + 1, |byte| matches!(byte, b' ' | b'\n' | b'\t'));
        let open = text.run_back(name, 4, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
        let pair =
            matches!(text.before(open), b'(' | b'[') && quote(text, wrapper(text, next)).is_some();
        return pair.then_some((Joint::Tight, next));
    }
    if blanks == at || quoted_name {
        return None;
    }
    let flag = text.before(name) == b'-';
    let label = text.str(name, at);
    let says = |words: &[&str]| words.iter().any(|word| label.eq_ignore_ascii_case(word));
    let sql = says(&["password", "passwd", "pwd"]) && text.at(blanks) == b'\'';
    let netrc = says(&["password"]) && text.str(name.saturating_sub(96), name).contains("login ");
    ((flag && !matches!(text.at(blanks), b'-' | b'<' | b'[')) || sql || netrc)
        .then_some((Joint::Tight, blanks))
}

/// `Some(`, `String(`, `Secret { inner: ` and the like before a value.
fn wrapper(text: Text<'_>, start: usize) -> usize {
    let mut at = start;
    for _ in 0..4 {
        let end = text.run(at, |byte| is_word(byte) || byte == b':' || byte == b'.');
        let single = text.at(at).is_ascii_uppercase() && !text.slice(at, end).contains(&b':');
        let next = end + 1;
        let quoted = quote(text, next).is_some()
            || (text.at(next) == b'b' && quote(text, next + 1).is_some());
        if end > at && text.at(end) == b'(' && (single || quoted) {
            at = next;
        } else if single && text.says(end, " { ") {
            let field = text.run(end + 3, is_word);
            if !text.says(field, ": ") {
                return at;
            }
            at = field + 2;
        } else {
            return at;
        }
    }
    at
}

fn bare_end(text: Text<'_>, start: usize) -> usize {
    let end = text.run(start, |byte| {
        byte > b' '
            && !matches!(
                byte,
                b'"' | b'\''
                    | b'`'
                    | b','
                    | b';'
                    | b'&'
                    | b')'
                    | b'}'
                    | b']'
                    | b'<'
                    | b'>'
                    | b'|'
                    | 0x7f
            )
    });
    let within = text.slice(start, end);
    // escapes end it too: `\n`, `%26`
    let escape = within
        .windows(2)
        .position(|pair| pair[0] == b'\\' && matches!(pair[1], b'n' | b'r' | b't'));
    let ampersand = within
        .windows(3)
        .position(|part| part == b"%26" || part == b"%22");
    let end = escape
        .into_iter()
        .chain(ampersand)
        .min()
        .map_or(end, |at| start + at);
    text.run_back(end, 3, |byte| matches!(byte, b'.' | b':' | b'\\'))
}

/// A value, and the name that it is given to.
struct Words<'a> {
    text: Text<'a>,
    telling: Telling,
    name: (usize, usize),
}

impl Words<'_> {
    /// Where the secret ends that begins where the value does, if it is one.
    fn secret_end(&self, value: Value) -> Option<usize> {
        let text = self.text;
        let said = text.str(value.start, value.end);
        if says_nothing(said) || is_type(said) {
            return None;
        }
        let name = text.str(self.name.0, self.name.1).to_ascii_lowercase();
        let perhaps = self.telling == Telling::Perhaps;
        if is_count(&name, said) || (perhaps && !looks_like_one(&name, said, value.joint)) {
            return None;
        }
        if value.quoted {
            return (!is_sentence(said)).then_some(value.end);
        }
        if said.starts_with('/') && said.matches('/').count() > 1 && value.joint != Joint::Tight
            || is_code(text, value, said)
        {
            return None;
        }
        match value.joint {
            Joint::Tight if self.is_flag() && is_prose(said) => None,
            Joint::Tight => Some(self.connection_string_end(value)),
            Joint::Loose => (!is_prose(said)).then_some(value.end),
            Joint::Colon => self.colon_end(value, said),
        }
    }

    fn is_flag(&self) -> bool {
        self.text.before(self.name.0) == b'-' && !matches!(self.text.at(self.name.1), b'=' | b':')
    }

    /// In `Key=a b;Key=c` a value ends at the semicolon.
    fn connection_string_end(&self, value: Value) -> usize {
        let text = self.text;
        if text.at(value.end) != b' ' && text.at(value.end) != b'&' && text.at(value.end) != b',' {
            return value.end;
        }
        let end = text
            .run(value.start, |byte| {
                !matches!(byte, b';' | b'\n' | b'"' | b'\'' | b'=')
            })
            .min(value.start + 128);
        let next = text.run(end + 1, |byte| is_word(byte) || byte == b' ');
        let first = text.run_back(self.name.0, 1, |byte| byte == b';') < self.name.0;
        if text.at(end) == b';' && (text.at(next) == b'=' || first) {
            end
        } else {
            value.end
        }
    }

    /// After a colon and a blank: a value, or the rest of a sentence.
    fn colon_end(&self, value: Value, said: &str) -> Option<usize> {
        let text = self.text;
        let parser = [
            &b"unexpected"[..],
            b"expected",
            b"unknown",
            b"invalid",
            b"unrecognized",
            b"illegal",
            b"bad",
            b"next",
            b"parse",
            b"unsupported",
            b"missing",
        ]
        .iter()
        .any(|word| text.word_before(self.name.0).eq_ignore_ascii_case(word));
        if is_mixed(said) {
            return (!parser || said.len() >= 12).then_some(value.end);
        }
        // one word of letters: the last of its line, or a field among others
        let after = text.skip_blanks(value.end);
        let ends = matches!(text.at(after), 0 | b'\n' | b'\r' | b'}' | b']')
            || (text.at(value.end) == b',' && {
                let next = text.run(text.skip_blanks(value.end + 1), is_word);
                matches!(text.at(next), b':' | b'=') && next > value.end + 1
            });
        let lower = said
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte >= 0x80);
        (ends && lower && !parser && !is_prose(said)).then_some(value.end)
    }
}

/// Whether the value of a field is a secret by the field's name.
pub(in crate::privacy) fn is_secret(telling: Telling, name: &str, said: &str) -> bool {
    if says_nothing(said) || is_count(&name.to_ascii_lowercase(), said) {
        return false;
    }
    telling == Telling::Secret || looks_like_one(name, said, Joint::Tight)
}

/// `tokens: 4096` counts them.
fn is_count(name: &str, said: &str) -> bool {
    let digits = said.bytes().all(|byte| byte.is_ascii_digit());
    let list = || {
        said.bytes().all(|byte| {
            byte.is_ascii_digit() || matches!(byte, b'[' | b']' | b',' | b' ' | b'_' | b'.')
        })
    };
    (digits && name.contains("token") && said.len() < 6) || (name.ends_with("tokens") && list())
}

/// Whether the value of a name that may tell a secret looks like one.
fn looks_like_one(name: &str, said: &str, joint: Joint) -> bool {
    let name = name.to_ascii_lowercase();
    let digits = said.bytes().filter(u8::is_ascii_digit).count();
    let number = digits == said.len();
    if name.ends_with("pass") || name.ends_with("pw") {
        return !number && (joint == Joint::Tight || is_mixed(said));
    }
    if name.ends_with("pin") {
        return number && (4..=8).contains(&digits);
    }
    if name.ends_with("hash") || name == "key" || name.ends_with("nonce") {
        // hashes of content are harmless, those of passwords are named so
        let hex = said.bytes().all(|byte| byte.is_ascii_hexdigit());
        return said.len() >= 20 && digits > 0 && !hex && joint == Joint::Tight;
    }
    said.len() >= 6 && digits > 0 && !number && joint != Joint::Colon
}

/// Digits, marks, or capitals within: no word of a language.
fn is_mixed(said: &str) -> bool {
    let bytes = said.as_bytes();
    if bytes.iter().any(u8::is_ascii_digit) {
        return true;
    }
    if bytes.iter().any(|byte| {
        matches!(
            byte,
            b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*' | b'+' | b'=' | b'~' | b'/' | b'?'
        )
    }) {
        return !(bytes.contains(&b'/')
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'-' | b'_')));
    }
    // `UnexpectedEof` is a name, `aBcDeF` is none
    let letters = bytes.iter().all(u8::is_ascii_alphabetic);
    let camel = letters
        && bytes.first().is_some_and(u8::is_ascii_uppercase)
        && !bytes
            .windows(2)
            .any(|pair| pair[0].is_ascii_uppercase() && pair[1].is_ascii_uppercase());
    let inner = bytes
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    inner && !camel
}

/// Words that go on with a sentence.
fn is_prose(said: &str) -> bool {
    const WORDS: &[&str] = &[
        "a",
        "absent",
        "and",
        "any",
        "argument",
        "bad",
        "be",
        "been",
        "but",
        "can",
        "cannot",
        "could",
        "denied",
        "did",
        "does",
        "empty",
        "error",
        "expected",
        "expired",
        "failed",
        "failure",
        "field",
        "flag",
        "for",
        "forbidden",
        "found",
        "from",
        "given",
        "has",
        "if",
        "in",
        "incorrect",
        "instead",
        "invalid",
        "is",
        "it",
        "malformed",
        "may",
        "mismatch",
        "mismatched",
        "missing",
        "must",
        "needs",
        "not",
        "of",
        "ok",
        "on",
        "only",
        "option",
        "or",
        "provided",
        "refused",
        "rejected",
        "required",
        "requires",
        "revoked",
        "set",
        "should",
        "string",
        "the",
        "this",
        "to",
        "too",
        "unauthorized",
        "undefined",
        "unexpected",
        "unknown",
        "unset",
        "unsupported",
        "used",
        "using",
        "valid",
        "value",
        "was",
        "when",
        "will",
        "with",
        "without",
        "wrong",
        "generated",
        "created",
        "updated",
        "rotated",
        "loaded",
        "reading",
        "decode",
        "parse",
        "parsing",
        "timeout",
        "unavailable",
        "str",
        "text",
        "integer",
        "number",
        "bytes",
        "path",
        "env",
        "file",
        "prompt",
        "interactive",
    ];
    let word = said.trim_end_matches([',', '.', ':', ';', '!', '?']);
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// More than one word, one of them such: what a validator says of a field.
fn is_sentence(said: &str) -> bool {
    const WORDS: &[&str] = &[
        "is", "must", "should", "cannot", "can't", "required", "invalid", "missing", "not", "may",
        "too", "has", "at", "expired", "be", "does", "failed", "needs", "was",
    ];
    let words = said.split(' ').filter(|word| !word.is_empty());
    let plain = said.bytes().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b' ' | b'.' | b',' | b'\'' | b'`' | b':' | b'(' | b')' | b'-'
            )
    });
    plain
        && words.clone().count() > 1
        && words
            .clone()
            .any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// `String`, `Option`, `u64`: the type of a field.
fn is_type(said: &str) -> bool {
    const TYPES: &[&str] = &[
        "String",
        "Option",
        "Box",
        "Arc",
        "Rc",
        "Cow",
        "Vec",
        "Secret",
        "SecretString",
        "SecretBox",
        "HashMap",
        "Result",
        "Token",
        "Password",
        "Hash",
        "Self",
        "bool",
        "char",
        "str",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "f32",
        "f64",
        "impl",
        "dyn",
        "TEXT",
        "VARCHAR",
        "BYTEA",
        "text",
        "varchar",
        "string",
        "integer",
        "password",
        "token",
        "secret",
    ];
    let path = said.contains("::") && said.bytes().all(|byte| is_word(byte) || byte == b':');
    TYPES.contains(&said) || path
}

/// `config.password`, `read()`, `&self.token`, `"..".into()`: a program, not a value.
fn is_code(text: Text<'_>, value: Value, said: &str) -> bool {
    let name = said
        .bytes()
        .all(|byte| is_word(byte) || matches!(byte, b'.' | b':' | b'?' | b'!'));
    let call = name && matches!(text.at(value.end), b'(' | b'[');
    let inside = said.find(['(', '{', '[']).is_some_and(|open| {
        open > 0
            && said.get(..open).is_some_and(|before| {
                before
                    .bytes()
                    .all(|byte| is_word(byte) || matches!(byte, b'.' | b':' | b'!'))
                    && value.joint != Joint::Tight
            })
    });
    let field = name
        && said.contains('.')
        && said
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'.'))
        && matches!(text.at(value.end), b';' | b',' | b')' | b'\n' | 0)
        && value.joint != Joint::Tight;
    call || inside
        || field
        || said.starts_with('{')
        || said.starts_with('&')
        || said.starts_with('*') && said.len() > 1 && name
}

fn identified(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let by = if text.says_in_any_case(hit.end, "password ") {
        hit.end + 9
    } else {
        hit.end
    };
    let word = text.run(by, is_word);
    let by = if text.says_in_any_case(text.skip_blanks(word), "by ") {
        text.skip_blanks(word) + 3
    } else {
        by
    };
    if let Some(open) = quote(text, by) {
        let end = quoted_end(text, open, by);
        if !says_nothing(text.str(open.end, end)) {
            found.take(open.end, end, FILTERED);
        }
    }
}
