//! Who logs in where: the part of a URL before its host.

use super::assignments::says_nothing;
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::text::{FAR, NEAR, Text, is_word};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "credentials in a URL",
        source: "RFC 3986, 3.2.1",
        class: Class::Secret,
        starts: Starts::Literals(&["://", ":\\/\\/", "%3A%2F%2F"]),
        find: Find::With(userinfo),
        takes: &[
            (
                "postgres://app:hunter2@db.internal:5432/shop",
                "postgres://app:[Filtered]@db.internal:5432/shop",
            ),
            ("amqp://u:p@ss@mq/1", "amqp://u:[Filtered]@mq/1"),
            (
                "redis://:pw@localhost:6379/0",
                "redis://:[Filtered]@localhost:6379/0",
            ),
            (
                "postgres://app:p/w#x?y@db:5432/shop",
                "postgres://app:[Filtered]@db:5432/shop",
            ),
            (
                "mongodb://u:p@h1:1,h2:2/?replicaSet=a",
                "mongodb://u:[Filtered]@h1:1,h2:2/?replicaSet=a",
            ),
            (
                "https://0123456789abcdef0123456789abcdef@o1.ingest.example/1",
                "https://[Filtered]@o1.ingest.example/1",
            ),
        ],
        leaves: &[
            "https://example.com/a?page=2",
            "https://example.com:8080/@scope/pkg",
            "ssh://git@github.com/org/repo",
            "https://medium.com/@someone/post",
            "postgres://app@db.internal/shop",
        ],
    },
    Rule {
        name: "credentials before a host and a port",
        source: "RFC 3986, 3.2, as clients show where they connect to",
        class: Class::Secret,
        starts: Starts::Literals(&["@"]),
        find: Find::With(authority),
        takes: &[
            (
                "connecting to app:hunter2@proxy:3128 failed",
                "connecting to app:[Filtered]@proxy:3128 failed",
            ),
            (
                r#"authority: Some("app:p@ss:w@db:5432"), (u:x@mq:5671)"#,
                r#"authority: Some("app:[Filtered]@db:5432"), (u:[Filtered]@mq:5671)"#,
            ),
        ],
        leaves: &[
            "app@proxy:3128",
            "at 12:30@proxy:3128",
            "redis:7@sha256:1234567890abcdef",
            "postgres://app:[Filtered]@db:5432/shop",
            "npm:react@18.2.0",
            "a: b@proxy:3128",
            "app:x@proxy:3128a",
            "shop::load@worker:17",
        ],
    },
    Rule {
        name: "credentials in an escaped URL",
        source: "RFC 3986, 2.1 and 3.2.1",
        class: Class::Secret,
        starts: Starts::Literals(&["%3A%2F%2F", "%253A%252F%252F"]),
        find: Find::With(escaped_userinfo),
        takes: &[
            (
                "/go?to=https%3A%2F%2Fapp%3Ahunter2%40db%2Fx%40y&n=1",
                "/go?to=https%3A%2F%2Fapp%3A[Filtered]%40db%2Fx%40y&n=1",
            ),
            (
                "amqp%253a%252f%252fapp%253ap%2540ss%2540mq%252fv",
                "amqp%253a%252f%252fapp%253a[Filtered]%2540mq%252fv",
            ),
            (
                "to=https%3A%2F%2Fs3cr3t%40github.com%2Forg",
                "to=https%3A%2F%2F[Filtered]%40github.com%2Forg",
            ),
        ],
        leaves: &[
            "/go?to=https%3A%2F%2Fdb%3A8080%2F%40scope%2Fpkg",
            "/go?to=ssh%3A%2F%2Fgit%40github.com%2Forg",
        ],
    },
];

/// What ends a URL in a text.
pub(super) fn is_url(byte: u8) -> bool {
    byte > b' ' && !matches!(byte, b'"' | b'<' | b'>' | b'`' | b'\'' | 0x7f)
}

/// What may stand in the name of a host.
fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 0x80
}

fn userinfo(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if !text.before(hit.start).is_ascii_alphanumeric() {
        return;
    }
    let start = hit.end;
    let end = url_end(text, hit);
    let Some(at) = last_at(text, start, end) else {
        cut_short(text, start, end, found);
        return;
    };
    let scheme = scheme_before(text, hit.start);
    let user = text.run(start, |byte| byte != b':' && byte != b'@');
    if user >= at {
        // a key instead of a user: as in a DSN, or a token for a repository
        if is_key(text.slice(start, at), scheme) {
            found.take(start, at, FILTERED);
        }
        return;
    }
    if is_key(text.slice(start, user), "") {
        found.take(start, user, FILTERED);
    }
    let secret = text.slice(user + 1, at);
    if !says_nothing(text.str(user + 1, at)) && !secret.is_empty() {
        found.take(user + 1, at, FILTERED);
    }
}

/// The same where nothing stands before the user.
fn authority(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let host = text.run_within(hit.end, NEAR, is_host);
    let port = text.run_within(host + 1, 6, |byte| byte.is_ascii_digit());
    let is_port = text.at(host) == b':' && (2..=5).contains(&port.saturating_sub(host + 1));
    if host == hit.end || !is_port || is_word(text.at(port)) {
        return;
    }
    let is_login = |byte: u8| is_url(byte) && !matches!(byte, b'/' | b'(' | b')' | b',' | b'=');
    let start = text.run_back(hit.start, NEAR, is_login);
    let login = text.str(start, hit.start);
    let Some((user, password)) = login.split_once(':') else {
        return;
    };
    let is_user =
        user.starts_with(|letter: char| letter.is_alphabetic()) && user.bytes().all(is_host);
    if is_user && !password.starts_with(':') && !password.ends_with(':') && !says_nothing(password)
    {
        found.take(hit.start - password.len(), hit.start, FILTERED);
    }
}

/// The same where all of the URL is escaped, once or twice.
fn escaped_userinfo(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let mark = if text.says(hit.start, "%25") {
        "%25"
    } else {
        "%"
    };
    let says = |at: usize, codes: &[&str]| {
        let code = at + mark.len();
        text.says(at, mark) && codes.iter().any(|known| text.says_in_any_case(code, known))
    };
    let start = hit.end;
    let (mut user, mut host, mut at) = (None, None, start);
    while is_url(text.at(at))
        && !matches!(text.at(at), b'&' | b'/' | b'?' | b'#')
        && !says(at, &["2F", "3F", "23", "26"])
        && at < start + NEAR
    {
        if user.is_none() && says(at, &["3A"]) {
            user = Some(at);
        } else if says(at, &["40"]) {
            host = Some(at);
        }
        at += 1;
    }
    let Some(host) = host else {
        return;
    };
    let user = user.filter(|user| *user < host);
    let secret = match user {
        Some(user) => user + mark.len() + 2,
        None if is_key(text.slice(start, host), scheme_before(text, hit.start)) => start,
        None => return,
    };
    if !says_nothing(text.str(secret, host)) {
        found.take(secret, host, FILTERED);
    }
}

/// `postgres://app:hun…`: a URL that ends inside its password.
fn cut_short(text: Text<'_>, start: usize, end: usize, found: &mut Found) {
    let user = text.run_within(start, end - start, is_word);
    if user == start || text.at(user) != b':' {
        return;
    }
    let end = text.run_within(user + 1, end - user, |byte| {
        is_url(byte) && !matches!(byte, b'/' | b'?' | b',' | b')') && byte < 0x80
    });
    let secret = text.run_back(end, 3, |byte| byte == b'.').max(user + 1);
    let said = text.slice(user + 1, secret);
    let cut = text.says(secret, "…") || text.says(secret, "...");
    let mixed = said.iter().any(u8::is_ascii_digit) && said.iter().any(u8::is_ascii_alphabetic);
    if cut && mixed && said.len() > 5 {
        found.take(user + 1, secret, FILTERED);
    }
}

fn scheme_before(text: Text<'_>, end: usize) -> &str {
    let start = text.run_back(end, 16, |byte| {
        is_word(byte) || matches!(byte, b'+' | b'-' | b'.')
    });
    text.str(start, end)
}

/// Where a URL ends, at the latest where the next one begins.
fn url_end(text: Text<'_>, hit: Hit) -> usize {
    let mark = text.str(hit.start, hit.end);
    let begins_next = |at: usize| {
        matches!(text.at(at), b':' | b'%')
            && (text.says(at, "://") || text.says_in_any_case(at, mark))
    };
    let far = hit.end + FAR;
    (hit.end..far)
        .find(|at| !is_url(text.at(*at)) || begins_next(*at))
        .unwrap_or(far)
}

/// The `@` before the host, if there is one. A password may hold one too, and all else that should
/// be escaped there.
fn last_at(text: Text<'_>, start: usize, end: usize) -> Option<usize> {
    let authority = text.run_within(start, end - start, |byte| {
        is_url(byte) && !matches!(byte, b'/' | b'?' | b'#')
    });
    let last = |from: usize, to: usize| {
        text.slice(from, to)
            .iter()
            .rposition(|byte| *byte == b'@')
            .map(|at| from + at)
    };
    if let Some(at) = last(start, authority) {
        let host = text.slice(at + 1, authority);
        let whole =
            host.contains(&b'.') || has_port(host) || host.contains(&b'%') || authority == end;
        let later =
            last(authority, end).filter(|later| !whole && is_authority(text, *later + 1, end));
        return Some(later.unwrap_or(at));
    }
    // `app:p/w@db`: a password with a slash, unless it is a port that stands before the slash
    let is_user = |byte: u8| is_url(byte) && !matches!(byte, b':' | b'@' | b'/' | b'?' | b'#');
    let colon = text.run_within(start, end - start, is_user);
    let port = text.slice(colon + 1, authority);
    if text.at(colon) != b':'
        || colon >= authority
        || (!port.is_empty() && port.iter().all(u8::is_ascii_digit))
    {
        return None;
    }
    last(authority, end).filter(|at| is_authority(text, at + 1, end))
}

/// `db:5432`
fn has_port(host: &[u8]) -> bool {
    let mut parts = host.rsplitn(2, |byte| *byte == b':');
    let port = parts.next().unwrap_or_default();
    parts.next().is_some() && !port.is_empty() && port.iter().all(u8::is_ascii_digit)
}

/// Whether a host stands here, and then a port, a path, or nothing more.
fn is_authority(text: Text<'_>, start: usize, end: usize) -> bool {
    let host = text.run(start, is_host).min(end);
    host > start
        && (host == end || matches!(text.at(host), b':' | b'/' | b'?' | b',' | b')' | b';'))
}

/// Whether what stands where a user would is a key.
fn is_key(user: &[u8], scheme: &str) -> bool {
    let hex = user.len() >= 16 && user.iter().all(u8::is_ascii_hexdigit);
    let mixed = user.len() >= 20
        && user.iter().any(u8::is_ascii_digit)
        && user.iter().any(u8::is_ascii_alphabetic);
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    hex || mixed || (web && !user.is_empty() && user != b"git" && user != b"[Filtered]")
}
