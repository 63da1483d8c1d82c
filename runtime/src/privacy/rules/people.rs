//! What belongs to a person: email address, telephone number, social security number.

use super::money::is_number_start;
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::text::{Text, is_word};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "email address",
        source: "RFC 5322, 3.4.1, as people write it",
        class: Class::Identity,
        starts: Starts::Literals(&["@", "%40", "%2540"]),
        find: Find::With(email),
        takes: &[
            (
                "no account for jane.doe+x@example.com.",
                "no account for [email].",
            ),
            ("<jäne@exämple.de>", "<[email]>"),
            ("yuki.s@example.jp。", "[email]。"),
            ("?to=jane%40example.com&x", "?to=[email]&x"),
            (
                "?next=%2Fin%3Fto%3Djane%2540example.com%26x",
                "?next=%2Fin%3Fto%3D[email]%26x",
            ),
            ("\"jane doe\"@example.com", "[email]"),
            (
                "smtps://jane%40example.com:pw@mail:465, mysql://jane%40example.com@db.internal/x",
                "smtps://[email]:[Filtered]@mail:465, mysql://[email]@db.internal/x",
            ),
        ],
        leaves: &[
            "git@github.com:org/repo",
            "logo@2x.png",
            "serde@1.0.200",
            "ssh://git@github.com/org/repo",
            "actions/checkout@v4",
            "react@18.2.0-beta.next",
            "@scope/pkg",
            "app@localhost",
            "https://cdn.example/npm/vue@3.4.21/dist",
            "sprite@3x.min.png",
            "bg@1.5x-3fd0a9.jpg",
        ],
    },
    Rule {
        name: "telephone number",
        source: "ITU-T E.164",
        class: Class::Personal,
        starts: Starts::Literals(&["+", "%2B"]),
        find: Find::With(phone),
        takes: &[
            ("sms to +4915112345678 failed", "sms to [phone] failed"),
            ("call +1 (415) 555-0100.", "call [phone]."),
            (
                "+4915112345678 4, +4915112345678 1234 5678, +49 151 12345678 200 300",
                "[phone] 4, [phone] 1234 5678, [phone] 200 300",
            ),
            (
                "+1-415-555-0100 2024-01-01 +14155550100,500",
                "[phone] 2024-01-01 [phone],500",
            ),
        ],
        leaves: &[
            "2024-01-01T00:00:00+00:00",
            "+1 more",
            "1e+12345678",
            "x+12345678",
            "+00123456789",
            "v1.0+20240101123456",
        ],
    },
    Rule {
        name: "social security number",
        source: "the rules of the Social Security Administration for valid numbers",
        class: Class::Personal,
        starts: Starts::Digits,
        find: Find::With(ssn),
        takes: &[("ssn 219-09-9999,", "ssn [ssn],")],
        leaves: &[
            "000-12-3456",
            "666-12-3456",
            "912-12-3456",
            "219-00-9999",
            "219-09-0000",
            "1219-09-9999",
            "219-09-99990",
            "219-09-9999-1",
        ],
    },
];

/// What files are called, not hosts.
#[rustfmt::skip] // a table
const FILES: &[&str] = &[
    "avif", "bmp", "css", "gif", "gz", "html", "ico", "jpeg", "jpg", "js", "json", "lock", "map",
    "md", "min", "mjs", "pdf", "png", "rs", "service", "sock", "socket", "svg", "tgz", "toml",
    "ts", "txt", "wasm", "webp", "yaml", "yml", "zip",
];

fn is_local(byte: u8) -> bool {
    is_word(byte)
        || matches!(
            byte,
            b'.' | b'%' | b'+' | b'-' | b'\'' | b'!' | b'#' | b'$' | b'*' | b'~'
        )
        || byte >= 0x80
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-') || byte >= 0x80
}

fn email(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = if text.before(hit.start) == b'"' {
        quoted_local(text, hit.start)
    } else {
        Some(local(text, hit.start))
    };
    let Some(start) = start.filter(|start| *start < hit.start) else {
        return;
    };
    let end = domain_end(text, hit.end);
    let (local, domain) = (text.str(start, hit.start), text.str(hit.end, end));
    if !is_domain_name(domain)
        || !local
            .bytes()
            .any(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80)
    {
        return;
    }
    let path = text.at(end) == b':'
        && !matches!(text.at(end + 1), b' ' | b'\n' | 0)
        && !text.at(end + 1).is_ascii_digit();
    if local == "git"
        || (path && text.at(end + 1) != b'"' && ["hg", "svn", "gitlab", "ssh"].contains(&local))
        || is_user_of_url(text, start, hit)
    {
        return;
    }
    found.take(start, end, "[email]");
}

/// Whether the `@` stands before the host of a URL. Who logs in there may be known by an address, in
/// which it is escaped.
fn is_user_of_url(text: Text<'_>, start: usize, hit: Hit) -> bool {
    let escaped = text.at(hit.start) == b'%';
    let follows = text.ends_with(start, "%40");
    !escaped && (follows || text.ends_with(start, "://"))
}

/// Where the part before the `@` begins.
fn local(text: Text<'_>, end: usize) -> usize {
    let mut start = text.run_back(end, 80, is_local);
    // escapes are no letters of it: `\n`, `%3D`
    if text.before(start) == b'\\' && matches!(text.at(start), b'n' | b'r' | b't') {
        start += 1;
    }
    let mark = text.run_within(start, 4, |byte| byte.is_ascii_digit());
    if mark < end && text.ends_colour(mark + 1) {
        start = mark + 1;
    }
    let within = text.slice(start, end);
    if let Some(escape) = within.iter().rposition(|byte| *byte == b'%') {
        let hex = within
            .get(escape + 1..escape + 3)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let plus = text.says_in_any_case(start + escape, "%2B");
        if hex && !plus {
            start += escape + 3;
        }
    }
    text.run(start, |byte| {
        matches!(
            byte,
            b'\'' | b'.' | b'-' | b'*' | b'#' | b'!' | b'$' | b'~' | b'+'
        )
    })
    .min(end)
}

fn quoted_local(text: Text<'_>, end: usize) -> Option<usize> {
    let close = end.checked_sub(1)?;
    let open = text
        .run_back(close, 64, |byte| byte != b'"' && byte != b'\n')
        .checked_sub(1)?;
    (text.at(open) == b'"' && close > open + 1).then_some(open)
}

fn domain_end(text: Text<'_>, start: usize) -> usize {
    let end = text.run(start, is_domain).min(start + 254);
    // marks of other scripts end it as those of ours do
    let within = text.str(start, end);
    let mark =
        within.find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '.' | '-'));
    let end = start + mark.unwrap_or(within.len());
    text.run_back(end, 8, |byte| matches!(byte, b'.' | b'-'))
}

/// Labels, the last of letters, and no version and no file.
fn is_domain_name(domain: &str) -> bool {
    let Some((rest, last)) = domain.rsplit_once('.') else {
        return false;
    };
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let version = rest.contains('.') && rest.split('.').take(2).all(is_number);
    let file = FILES.iter().any(|file| last.eq_ignore_ascii_case(file));
    // `logo@2x.png`, `logo@1.5x-3fd0a9.png`
    let scaled = file && domain.starts_with(|letter: char| letter.is_ascii_digit());
    let whole = file && !rest.contains('.') && !["md", "rs", "zip"].contains(&last);
    let is_label = |label: &str| !label.is_empty() && !label.starts_with('-');
    domain.split('.').all(is_label)
        && last.chars().count() >= 2
        && (last.chars().all(char::is_alphabetic) || last.starts_with("xn--"))
        && !version
        && !scaled
        && !whole
}

fn phone(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let before = text.before(hit.start);
    if before.is_ascii_alphanumeric() && !text.begins_word(hit.start)
        || matches!(before, b')' | b']' | b'+' | b'_' | b'.')
    {
        return;
    }
    if !(b'1'..=b'9').contains(&text.at(hit.end)) {
        return;
    }
    if let Some(end) = phone_end(text, hit.end)
        && !is_word(text.at(end))
    {
        found.take(hit.start, end, "[phone]");
    }
}

/// Where a number of 8 to 15 digits ends: with one of its groups, since what follows may be another
/// number.
fn phone_end(text: Text<'_>, start: usize) -> Option<usize> {
    let (mut at, mut digits, mut end) = (start, 0, None);
    loop {
        let first = digits == 0;
        let group = text.run_within(at, 16, |byte| byte.is_ascii_digit());
        digits += group - at;
        if digits > 15 {
            return end;
        }
        if digits >= 8 {
            end = Some(group);
        }
        // one that is written without blanks, or of the length that all of North America's have
        let whole = (first && digits >= 10) || (text.at(start) == b'1' && digits == 11);
        let mark = |byte: u8| matches!(byte, b' ' | b'-' | b'.' | b'(' | b')' | b'/');
        at = text.run_within(group, 2, mark);
        if whole || at == group || !text.at(at).is_ascii_digit() {
            return end;
        }
    }
}

fn ssn(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let digits = |start: usize, count: usize| {
        let end = text.run(start, |byte| byte.is_ascii_digit());
        (end - start == count).then(|| text.str(start, end))
    };
    let (Some(area), Some(group), Some(serial)) = (
        digits(hit.start, 3),
        digits(hit.start + 4, 2),
        digits(hit.start + 7, 4),
    ) else {
        return;
    };
    let marks = (text.at(hit.start + 3), text.at(hit.start + 6));
    let end = hit.start + 11;
    let alone = is_number_start(text, hit.start)
        && text.before(hit.start) != b'-'
        && !is_word(text.at(end))
        && !(matches!(text.at(end), b'-' | b'.') && text.at(end + 1).is_ascii_digit());
    if marks == (b'-', b'-')
        && alone
        && !["000", "666"].contains(&area)
        && !area.starts_with('9')
        && group != "00"
        && serial != "0000"
    {
        found.take(hit.start, end, "[ssn]");
    }
}
