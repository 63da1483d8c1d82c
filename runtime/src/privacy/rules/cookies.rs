//! Cookies, one by one: the names stay, the values go.

use super::assignments::{Value, quote, quoted_end, says_nothing, value_after};
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::text::{NEAR, Text, is_dashed};

pub(in crate::privacy) const RULES: &[Rule] = &[Rule {
    name: "cookie",
    source: "RFC 6265",
    class: Class::Secret,
    starts: Starts::Literals(&["cookie"]),
    find: Find::With(cookie),
    takes: &[
        (
            "Cookie: sid=abc; theme=dark",
            "Cookie: sid=[Filtered]; theme=[Filtered]",
        ),
        (
            "Set-Cookie: sid=a1b2; Path=/; HttpOnly; Max-Age=60",
            "Set-Cookie: sid=[Filtered]; Path=/; HttpOnly; Max-Age=60",
        ),
        (
            r#"{"cookie": "a=b; c=d", "host": "h"}"#,
            r#"{"cookie": "a=[Filtered]; c=[Filtered]", "host": "h"}"#,
        ),
        (
            r"x\nCookie: a=b; c=d\nHost: h",
            r"x\nCookie: a=[Filtered]; c=[Filtered]\nHost: h",
        ),
        (
            "curl -H 'Cookie: a=b' h",
            "curl -H 'Cookie: a=[Filtered]' h",
        ),
        (
            "set-cookie: a=b; Path=/, c=d; Expires=Thu, 01 Jan 2026 00:00:00 GMT, Set-Cookie: e=f; Path=/",
            "set-cookie: a=[Filtered]; Path=/, c=[Filtered]; Expires=Thu, 01 Jan 2026 00:00:00 GMT, Set-Cookie: e=[Filtered]; Path=/",
        ),
        (
            "Cookie: a=b, Cookie: path=s3cr3t, Set-Cookie: c=d; path=/x",
            "Cookie: a=[Filtered], Cookie: path=[Filtered], Set-Cookie: c=[Filtered]; path=/x",
        ),
        (
            r#"Cookie: prefs={"a": 1, "b": [2]}; q="x y"; sid=abc"#,
            "Cookie: prefs=[Filtered]; q=[Filtered]; sid=[Filtered]",
        ),
        (
            r#"got (Cookie: a=b; c=d) and "e=f; g=h""#,
            r#"got (Cookie: a=[Filtered]; c=[Filtered]) and "e=f; g=h""#,
        ),
        (
            "cookie: a=b in the first, and cookie: \"c=d e\" in the second",
            "cookie: a=[Filtered] in the first, and cookie: \"c=[Filtered]\" in the second",
        ),
        (
            r#"{"set-cookie": ["a=b; Path=/", "c=d e"], "n": 1}"#,
            r#"{"set-cookie": ["a=[Filtered]; Path=/", "c=[Filtered]"], "n": 1}"#,
        ),
        (
            "Cookie { name: \"id\", value: \"x1y2\", path: None }, Cookie { cookie_string: None, name: Concrete(\"id\"), value: Concrete(\"x3\") }",
            "Cookie { name: \"id\", value: \"[Filtered]\", path: None }, Cookie { cookie_string: None, name: Concrete(\"id\"), value: Concrete(\"[Filtered]\") }",
        ),
    ],
    leaves: &[
        "Cookie { name: \"id\" }, Field { value: \"x1y2\" }",
        "no cookie named `sid`",
        "cookie: missing",
        "Set-Cookie: sid=; Path=/",
        "cookie: missing, retries=3",
    ],
}];

/// What a server says of a cookie besides its value.
const ATTRIBUTES: &[&str] = &[
    "path",
    "domain",
    "expires",
    "max-age",
    "samesite",
    "priority",
    "version",
    "comment",
    "secure",
    "httponly",
    "partitioned",
];

/// Who says what the cookies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Client,
    Server,
}

fn cookie(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.skip_escape(text.run_back(hit.start, 16, is_dashed));
    let by = match text.str(start, hit.start) {
        "" => By::Client,
        set if set.eq_ignore_ascii_case("set-") || set.eq_ignore_ascii_case("set_") => By::Server,
        _ => return,
    };
    if text.says(hit.end, " {") {
        fields(text, hit.end + 2, found);
        return;
    }
    let plural = usize::from(matches!(text.at(hit.end), b's' | b'2'));
    let Some(value) = value_after(text, start, hit.end + plural) else {
        return;
    };
    let end = if value.quoted && text.at(value.start) == b'[' {
        let mut at = value.start + 1;
        while at < value.end
            && let Some(open) = quote(text, text.run_within(at, 128, is_between))
        {
            let end = quoted_end(text, open, open.end - 1).min(value.end);
            pairs(look, open.end, end, by, found);
            at = quote(text, end).map_or(value.end, |close| close.end);
        }
        value.end
    } else if value.quoted {
        pairs(look, value.start, value.end, by, found);
        value.end
    } else {
        bare_pairs(look, start, value, by, found)
    };
    found.until = found.until.max(end);
}

/// What stands between the texts of a list.
fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b',' | b'\n')
}

/// Takes the value that a `Cookie { name: .., value: .. }` of `Debug` shows.
fn fields(text: Text<'_>, start: usize, found: &mut Found) {
    const VALUE: &str = "value: ";
    let end = text.run_within(start, NEAR, |byte| byte != b'}');
    found.until = found.until.max(end);
    let within = text.slice(start, end).windows(VALUE.len());
    let Some(at) = within.into_iter().position(|part| part == VALUE.as_bytes()) else {
        return;
    };
    let name = start + at;
    let value = value_after(text, name, name + VALUE.len() - 2);
    if let Some(value) = value.filter(|value| value.quoted) {
        found.take(value.start, value.end, FILTERED);
    }
}

/// Takes the values out of `a=b; c=d` where nothing else stands.
pub(super) fn pairs(look: Look<'_>, from: usize, end: usize, by: By, found: &mut Found) {
    let text = look.text;
    // behind `"""` there is nothing but the header's value, which a name may be missing in
    let whole = text.ends_with(from, "\"\"\"");
    let (mut at, mut by) = (from, by);
    while at < end {
        (at, by) = header_name(text, at, by);
        let pair = text.run_within(at, end.saturating_sub(at), |byte| byte != b';');
        let equals = text.run_within(at, pair - at, |byte| byte != b'=');
        if is_attribute(text.str(at, equals), by) {
            at = folded(text, equals, pair).unwrap_or(pair + 1);
            continue;
        }
        let value = if equals < pair { equals + 1 } else { at };
        let may_stay = equals < pair && look.names.allow(text.str(at, equals));
        if (equals < pair || whole) && !may_stay && !says_nothing(text.str(value, pair)) {
            found.take(value, pair, FILTERED);
        }
        at = pair + 1;
    }
}

/// The same amid other things: each value ends with its word. Says where the last one ends.
fn bare_pairs(look: Look<'_>, name: usize, value: Value, by: By, found: &mut Found) -> usize {
    let text = look.text;
    let (mut at, mut by) = (value.start, by);
    let mut pairs = 0;
    loop {
        (at, by) = header_name(text, at, by);
        let equals = text.run_within(at, NEAR, is_name);
        let (end, next) = if is_attribute(text.str(at, equals), by) {
            attribute(text, equals)
        } else if text.at(equals) == b'=' {
            let pair = Pair::new(text, name, equals + 1, by);
            let may_stay = look.names.allow(text.str(at, equals));
            if !may_stay && !says_nothing(text.str(equals + 1, pair.value_end)) {
                found.take(equals + 1, pair.value_end, FILTERED);
            }
            pairs += 1;
            (pair.end, pair.next)
        } else {
            (equals, None)
        };
        at = match next {
            Some(next) => next,
            None if text.at(end) == b';' && end > at => end + 1,
            // a word without a cookie is not looked at again from each of its parts
            None if pairs == 0 => return end.max(value.end),
            None => return end,
        };
    }
}

/// Where an attribute ends, and where the next cookie begins if one is folded behind it.
fn attribute(text: Text<'_>, name_end: usize) -> (usize, Option<usize>) {
    let line = text.run_within(name_end, NEAR, |byte| !matches!(byte, b';' | b'"' | b'\n'));
    let end = if text.at(line) == b';' {
        line
    } else {
        name_end
    };
    (end, folded(text, name_end, line))
}

/// What is given to a cookie.
struct Pair {
    value_end: usize,
    /// Behind what follows the value and is no cookie.
    end: usize,
    /// Where another one begins that no `;` stands before.
    next: Option<usize>,
}

impl Pair {
    fn new(text: Text<'_>, header: usize, start: usize, by: By) -> Self {
        let before = text.before(header);
        let quote = Some(before).filter(|before| matches!(before, b'"' | b'\'' | b'`'));
        let alone = quote.is_some() || matches!(before, 0 | b'\n' | b'\r');
        let value_end = value_end(text, start, quote);
        let next = folded(text, value_end, value_end + 1)
            .filter(|next| alone || by == By::Server || !is_pair(text, *next));
        // more of the value, or of a sentence, if a pair is behind it
        let more = text.run_within(value_end, 64, |byte| {
            Some(byte) != quote && !matches!(byte, b';' | b':' | b'"' | b'\n' | b'\\')
        });
        let more =
            (next.is_none() && text.at(more) == b';' && is_pair(text, text.skip_blanks(more + 1)))
                .then_some(more);
        Self {
            value_end: more.filter(|_| alone).unwrap_or(value_end),
            end: more.unwrap_or(value_end),
            next,
        }
    }
}

/// Behind the name of another header that is folded into this one: `, Set-Cookie: a=b`.
fn header_name(text: Text<'_>, at: usize, by: By) -> (usize, By) {
    let at = text.skip_blanks(at);
    for (name, by) in [("set-cookie:", By::Server), ("cookie:", By::Client)] {
        if text.says_in_any_case(at, name) {
            return (text.skip_blanks(at + name.len()), by);
        }
    }
    (at, by)
}

/// Where the next cookie begins behind a comma between two positions.
fn folded(text: Text<'_>, start: usize, end: usize) -> Option<usize> {
    (start..end)
        .filter(|at| text.at(*at) == b',')
        .map(|comma| text.skip_blanks(comma + 1))
        .find(|next| is_pair(text, *next) || header_name(text, *next, By::Client).0 > *next)
}

fn is_pair(text: Text<'_>, start: usize) -> bool {
    let name = text.run_within(start, 128, is_name);
    name > start && text.at(name) == b'='
}

fn is_attribute(name: &str, by: By) -> bool {
    by == By::Server
        && ATTRIBUTES
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
}

fn is_name(byte: u8) -> bool {
    byte > b' ' && !matches!(byte, b'=' | b';' | b',' | b'"' | b'\'' | b'\\' | b':')
}

/// Where a value ends that no quotes stand around: with its word, or its own quotes or brackets.
fn value_end(text: Text<'_>, start: usize, quote: Option<u8>) -> usize {
    let own = match text.at(start) {
        b'"' => Some(text.run(start + 1, |byte| !matches!(byte, b'"' | b';' | b'\n'))),
        b'{' | b'[' => closing(text, start),
        _ => None,
    };
    if let Some(close) = own.filter(|close| !matches!(text.at(*close), b';' | b'\n' | 0)) {
        return close + 1;
    }
    let word = text.run(start, |byte| {
        byte > b' ' && Some(byte) != quote && !matches!(byte, b';' | b'"' | b'\\')
    });
    let end = folded(text, start, word)
        .map_or(word, |next| text.run_back(next, 8, |byte| byte != b',') - 1);
    // what encloses the header, or ends its sentence
    let mut end = end;
    while end > start && is_outside(text.slice(start, end)) {
        end -= 1;
    }
    end
}

/// Whether the last byte belongs to what stands around.
fn is_outside(value: &[u8]) -> bool {
    let count = |byte: u8| value.split(|other| *other == byte).count() - 1;
    match value.last() {
        Some(b',' | b'.') => true,
        Some(b')') => count(b')') > count(b'('),
        Some(b'}') => count(b'}') > count(b'{'),
        Some(b']') => count(b']') > count(b'['),
        Some(quote @ (b'\'' | b'`')) => count(*quote) % 2 == 1,
        _ => false,
    }
}

/// The bracket that closes this one.
fn closing(text: Text<'_>, start: usize) -> Option<usize> {
    let mut depth = 0;
    (start..start + 256)
        .take_while(|at| !matches!(text.at(*at), b'\n' | 0))
        .find(|at| {
            match text.at(*at) {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            depth == 0
        })
}
