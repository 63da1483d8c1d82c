//! Cookies, one by one: the names stay, the values go.

use super::assignments::{says_nothing, value_after};
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::text::{Text, is_dashed};

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
            "curl -H 'Cookie: a=b' h",
            "curl -H 'Cookie: a=[Filtered]' h",
        ),
    ],
    leaves: &[
        "no cookie named `sid`",
        "cookie: missing",
        "Set-Cookie: sid=; Path=/",
    ],
}];

/// What a server says of a cookie besides its value.
const ATTRIBUTES: &[&str] = &[
    "path", "domain", "expires", "max-age", "samesite", "priority", "version", "comment",
];

fn cookie(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.run_back(hit.start, 16, is_dashed);
    let name = text.slice(start, hit.start);
    if !(name.is_empty()
        || name.eq_ignore_ascii_case(b"set-")
        || name.eq_ignore_ascii_case(b"set_"))
    {
        return;
    }
    let plural = usize::from(matches!(text.at(hit.end), b's' | b'2'));
    let Some(value) = value_after(text, start, hit.end + plural) else {
        return;
    };
    let from = value.start;
    let end = if value.quoted {
        value.end
    } else {
        text.run(from, |byte| {
            !matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'}' | b')')
        })
    };
    pairs(text, from, end, value.quoted, found);
    found.until = found.until.max(end.min(from + 4096));
}

/// Takes the values out of `a=b; c=d`; without quotes around, each ends with its word.
pub(super) fn pairs(text: Text<'_>, from: usize, end: usize, quoted: bool, found: &mut Found) {
    let mut at = from;
    while at < end {
        let pair = text.run(at, |byte| byte != b';').min(end);
        let begin = text.skip_blanks(at);
        let equals = text
            .run(begin, |byte| byte != b'=' && byte != b';')
            .min(pair);
        let key = text.str(begin, equals);
        let last = text
            .run(equals + 1, |byte| byte > b' ' && byte != b',')
            .min(pair);
        let close = if quoted { pair } else { last };
        if equals < pair
            && !ATTRIBUTES.iter().any(|name| key.eq_ignore_ascii_case(name))
            && !says_nothing(text.str(equals + 1, close))
        {
            found.take(equals + 1, close, FILTERED);
        }
        at = pair + 1;
    }
}
