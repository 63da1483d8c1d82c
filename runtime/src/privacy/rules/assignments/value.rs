//! What is given to a name, whatever joins the two.

use crate::privacy::text::{FAR, NEAR, Text, is_word};

/// What is given to a name.
#[derive(Debug, Clone, Copy)]
pub(in crate::privacy::rules) struct Value {
    pub(in crate::privacy::rules) start: usize,
    pub(in crate::privacy::rules) end: usize,
    /// It stands between quotes, which are not part of it.
    pub(in crate::privacy::rules) quoted: bool,
    pub(super) joint: Joint,
}

/// What joins a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// `=` and the like without blanks, a flag, a tag of XML: nothing but a value follows.
    Tight,
    /// `=`, `=>`, with blanks.
    Loose,
    /// `:` and a blank: prose looks like this too.
    Colon,
    /// `is`: prose, unless what follows is no word.
    Is,
}

/// The value that is given to the name that stands here.
pub(in crate::privacy::rules) fn value_after(
    text: Text<'_>,
    name: usize,
    end: usize,
) -> Option<Value> {
    let close = quote(text, end);
    let quoted_name = close.is_some();
    let mut at = close.map_or(end, |close| close.end);
    at += usize::from(text.at(at) == b']' && text.before(name) == b'[');
    // `String("password"): String("..")`
    at += usize::from(quoted_name && text.at(at) == b')' && text.at(at + 1) == b':');
    if let Some(close) = close
        && let Some(value) = named_value(text, close.end)
    {
        at = value;
    }
    if matches!(text.at(at), b'>' | b' ') && opens_tag(text, name) {
        let start = text.run(at, |byte| !matches!(byte, b'>' | b'<' | b'\n')) + 1;
        let end = text.run(start, |byte| byte != b'<' && byte != b'\n');
        let value = Value {
            start,
            end,
            quoted: true,
            joint: Joint::Tight,
        };
        return (end > start && text.says(end, "</") && text.before(start) == b'>')
            .then_some(value);
    }
    let named = Named {
        start: name,
        end: at,
        quote: close.map(|close| close.letter),
    };
    let (joint, mut start) = joint(text, named)?;
    start = text.run(start, |byte| {
        matches!(byte, b' ' | b'\t') || (quoted_name && matches!(byte, b'\n' | b'\r'))
    });
    start = wrapper(text, start);
    if text.at(start) == b'b' && matches!(text.at(start + 1), b'"' | b'\'') {
        start += 1;
    }
    for triple in ["\"\"\"", "'''"] {
        if text.says(start, triple) {
            let from = start + triple.len();
            let within = text.slice(from, from + FAR);
            let close = within
                .windows(triple.len())
                .position(|part| part == triple.as_bytes());
            let end = from + close.unwrap_or(within.len());
            return Some(Value {
                start: from,
                end,
                quoted: true,
                joint,
            });
        }
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
    if joint == Joint::Tight && text.at(start) == b'{' {
        return braces(text, named, start);
    }
    if text.at(start) == b'[' {
        let end = text.run_within(start + 1, NEAR, |byte| !matches!(byte, b']' | b'\n')) + 1;
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
    let bare = bare_end(text, named, start);
    (bare > start).then_some(Value {
        start,
        end: bare,
        quoted: false,
        joint,
    })
}

/// A name where it stands: up to where what joins it may begin.
#[derive(Debug, Clone, Copy)]
struct Named {
    start: usize,
    end: usize,
    quote: Option<u8>,
}

/// `PWD={a;b}` of ODBC, not the `{name}` of a template.
fn braces(text: Text<'_>, named: Named, start: usize) -> Option<Value> {
    let end = text.run(start + 1, |byte| {
        !matches!(byte, b'}' | b'{' | b'"' | b'\n')
    });
    let within = text.slice(start + 1, end);
    let among = text.before(named.start) == b';' || text.at(end + 1) == b';';
    let value = Value {
        start: start + 1,
        end,
        quoted: true,
        joint: Joint::Tight,
    };
    (text.at(end) == b'}' && among && !within.is_empty()).then_some(value)
}

/// A quote, with the backslashes that escape it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    pub(super) end: usize,
    letter: u8,
    escapes: usize,
}

pub(super) fn quote(text: Text<'_>, start: usize) -> Option<Quote> {
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

/// Where a quoted value ends: at the same quote, equally escaped. Cut short, with its line.
pub(super) fn quoted_end(text: Text<'_>, open: Quote, start: usize) -> usize {
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
            // cut short: what follows its line is something else
            return text.run(open.end, |byte| byte != b'\n' && byte != b'\r');
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
fn joint(text: Text<'_>, named: Named) -> Option<(Joint, usize)> {
    let Named {
        start: name,
        end: at,
        quote: name_quote,
    } = named;
    let blanks = text.run(at, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    let is_quoted = name_quote.is_some_and(|quote| quote != b'`');
    for sign in ["=>", "->", ":=", "===", "==", "=", "%3D"] {
        if text.says_in_any_case(blanks, sign) {
            let end = blanks + sign.len();
            return equals(text, at, blanks, end, is_quoted);
        }
    }
    if text.says_in_any_case(blanks, "%3A") {
        return Some((Joint::Tight, blanks + 3));
    }
    if text.at(blanks) == b':' && text.at(blanks + 1) != b':' {
        let end = blanks + 1;
        let header = text.slice(name, at).contains(&b'-') && name_quote.is_none();
        let follows = matches!(text.at(end), b' ' | b'\t' | b'\n' | b'\r');
        let joint = if is_quoted || header || !follows {
            Joint::Tight
        } else {
            Joint::Colon
        };
        return Some((joint, end));
    }
    if text.at(blanks) == b',' && name_quote.is_some() {
        return pair(text, name, blanks);
    }
    // `Password("..")`, as `Debug` shows it
    if text.at(at) == b'(' && text.at(name).is_ascii_uppercase() && quote(text, at + 1).is_some() {
        return Some((Joint::Tight, at + 1));
    }
    if blanks == at || name_quote.is_some() {
        return None;
    }
    if text.says_in_any_case(blanks, "is ") {
        return Some((Joint::Is, blanks + 3));
    }
    let label = text.str(name, at);
    let password = ["password", "passwd", "pwd"]
        .iter()
        .any(|word| label.eq_ignore_ascii_case(word));
    let flag = text.before(name) == b'-' && !matches!(text.at(blanks), b'-' | b'<' | b'[');
    let sql = password && matches!(text.at(blanks), b'\'' | b'"');
    let netrc = password && text.str(name.saturating_sub(96), name).contains("login ");
    (flag || sql || netrc).then_some((Joint::Tight, blanks))
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
    let flag = text.before(name) == b'-' && text.at(value.end) != b'-';
    let open = text.run_back(name, 4, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
    let pair = matches!(text.before(open), b'(' | b'[');
    (flag || pair).then_some((Joint::Tight, next))
}

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
    "raw",
    "expose",
    "string",
];

/// `Some(`, `String(`, `Secret { inner: ` and the like before a value.
fn wrapper(text: Text<'_>, start: usize) -> usize {
    let mut at = start;
    for _ in 0..4 {
        let end = text.run(at, |byte| is_word(byte) || byte == b':' || byte == b'.');
        let single = text.at(at).is_ascii_uppercase() && !text.slice(at, end).contains(&b':');
        // pretty `Debug` begins a line there
        let next = text.run(end + 1, |byte| matches!(byte, b' ' | b'\n'));
        if end > at && text.at(end) == b'(' && (single || makes_value(text.str(at, end))) {
            at = next;
        } else if text.says(at, "Value { origin: None, kind: ") {
            at += "Value { origin: None, kind: ".len();
        } else if single && text.says(end, " {") {
            let inside = text.run(end + 2, |byte| matches!(byte, b' ' | b'\n'));
            let field = text.run(inside, is_word);
            if !text.says(field, ": ") || !INNER.contains(&text.str(inside, field)) {
                return at;
            }
            at = field + 2;
        } else {
            return at;
        }
    }
    at
}

/// Where a value without quotes ends.
fn bare_end(text: Text<'_>, named: Named, start: usize) -> usize {
    // the fragment of a URL is not part of its last parameter
    let mark = if matches!(text.before(named.start), b'?' | b'&') {
        b'#'
    } else {
        b' '
    };
    let end = text.run(start, |byte| {
        byte > b' '
            && byte != mark
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
