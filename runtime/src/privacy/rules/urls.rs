//! Who logs in where: the part of a URL before its host, and the same without a scheme.

use super::{Class, Find, Found, Hit, Look, Rule, Starts, cookies};
use crate::privacy::FILTERED;
use crate::privacy::text::{FAR, Text, is_word};

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
        name: "credentials before a host in brackets",
        source: "the documentation of Go's drivers for MySQL",
        class: Class::Secret,
        starts: Starts::Literals(&["@tcp(", "@unix(", "@tcp6(", "@cloudsql(", "@udp("]),
        find: Find::With(before_at),
        takes: &[(
            "dsn app:s3cr3t@tcp(db:3306)/shop",
            "dsn app:[Filtered]@tcp(db:3306)/shop",
        )],
        leaves: &["app@tcp(db:3306)/shop"],
    },
    Rule {
        name: "credentials of Oracle",
        source: "the documentation of Oracle's Easy Connect",
        class: Class::Secret,
        starts: Starts::Literals(&["@//", ":thin:", "sqlplus ", "ORA-", "DPI-", "DPY-"]),
        find: Find::With(oracle),
        takes: &[
            (
                "sqlplus scott/tiger@//db:1521/orcl",
                "sqlplus scott/[Filtered]@//db:1521/orcl",
            ),
            (
                "ORA-01017: denied for hr/tiger@PDB1",
                "ORA-01017: denied for hr/[Filtered]@PDB1",
            ),
            (
                "jdbc:oracle:thin:scott/tiger@db:1521:orcl",
                "jdbc:oracle:thin:scott/[Filtered]@db:1521:orcl",
            ),
        ],
        leaves: &["jdbc:oracle:thin:@//db:1521/orcl"],
    },
    Rule {
        name: "credentials of a command",
        source: "curl(1), wget(1)",
        class: Class::Secret,
        starts: Starts::Literals(&["curl "]),
        find: Find::With(curl),
        takes: &[
            (
                "curl -s -u app:hunter2 https://h/",
                "curl -s -u app:[Filtered] https://h/",
            ),
            ("curl --user 'app:a b' h", "curl --user 'app:[Filtered]' h"),
        ],
        leaves: &["curl -u app https://h/", "curl -s https://h:80/"],
    },
];

/// What ends a URL in a text.
fn is_url(byte: u8) -> bool {
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
    let end = url_end(text, start);
    let Some(at) = last_at(text, start, end) else {
        cut_short(text, start, found);
        return;
    };
    let scheme = text.str(
        text.run_back(hit.start, 16, |byte| {
            is_word(byte) || matches!(byte, b'+' | b'-' | b'.')
        }),
        hit.start,
    );
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
    if !super::assignments::says_nothing(text.str(user + 1, at)) && !secret.is_empty() {
        found.take(user + 1, at, FILTERED);
    }
}

/// `postgres://app:hun…`: a URL that ends inside its password.
fn cut_short(text: Text<'_>, start: usize, found: &mut Found) {
    let user = text.run(start, is_word);
    let end = text.run(user + 1, |byte| {
        is_url(byte) && !matches!(byte, b'/' | b'?' | b',' | b')') && byte < 0x80
    });
    let secret = text.run_back(end, 3, |byte| byte == b'.').max(user + 1);
    let said = text.slice(user + 1, secret);
    let cut = text.says(secret, "…") || text.says(secret, "...");
    let mixed = said.iter().any(u8::is_ascii_digit) && said.iter().any(u8::is_ascii_alphabetic);
    if user > start && text.at(user) == b':' && cut && mixed && said.len() > 5 {
        found.take(user + 1, secret, FILTERED);
    }
}

/// Where a URL ends, at the latest where the next one begins.
fn url_end(text: Text<'_>, start: usize) -> usize {
    let mut end = start;
    while is_url(text.at(end)) && !text.says(end, "://") && end - start < FAR {
        end += 1;
    }
    end
}

/// The `@` before the host, if there is one. A password may hold one too, and all else that should
/// be escaped there.
fn last_at(text: Text<'_>, start: usize, end: usize) -> Option<usize> {
    let authority = text
        .run(start, |byte| {
            is_url(byte) && !matches!(byte, b'/' | b'?' | b'#')
        })
        .min(end);
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
    let colon = text.run(start, is_user);
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

/// `user:password` before the `@` of the hit.
fn before_at(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.run_back(hit.start, 256, |byte| is_url(byte) && byte != b'=');
    let user = text.run(start, |byte| byte != b':' && byte != b'@');
    if user + 1 < hit.start && !text.says(user + 1, FILTERED) {
        found.take(user + 1, hit.start, FILTERED);
    }
}

/// `user/password` before an `@`.
fn oracle(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if !matches!(text.at(hit.start), b'@' | b':') {
        return oracle_in_line(text, hit.end, found);
    }
    let (start, at) = if text.at(hit.start) == b'@' {
        (
            text.run_back(hit.start, 256, |byte| {
                is_url(byte) && !matches!(byte, b':' | b'=' | b'(')
            }),
            hit.start,
        )
    } else {
        let at = text.run(hit.end, |byte| is_url(byte) && byte != b'@');
        (hit.end, at)
    };
    let user = text.run(start, is_word);
    if text.at(at) == b'@'
        && user > start
        && text.at(user) == b'/'
        && user + 1 < at
        && !text.says(user + 1, FILTERED)
    {
        found.take(user + 1, at, FILTERED);
    }
}

/// `user/password@service` in a line that speaks of Oracle.
fn oracle_in_line(text: Text<'_>, start: usize, found: &mut Found) {
    let line = text.run(start, |byte| byte != b'\n');
    let mut at = start;
    while at < line {
        at = text.run(at, |byte| {
            matches!(byte, b' ' | b'(' | b'"' | b'\'' | b'`' | b'[')
        });
        let word = text.run(at, |byte| byte > b' ').min(line);
        let user = text.run(at, is_word);
        let host = text.run(user, |byte| byte != b'@').min(word);
        let service =
            text.at(host) == b'@' && (is_word(text.at(host + 1)) || text.at(host + 1) == b'/');
        if user > at
            && text.at(user) == b'/'
            && user + 1 < host
            && service
            && !text.says(user + 1, FILTERED)
        {
            found.take(user + 1, host, FILTERED);
        }
        at = word + 1;
    }
    found.until = found.until.max(line);
}

/// `-u user:password` and `-b name=cookie` of a command.
fn curl(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let line = text.run(hit.end, |byte| byte != b'\n').min(hit.end + FAR);
    let within = text.slice(hit.end, line);
    // the blank before the first flag is the command's own
    let from = hit.end - 1;
    for flag in [
        " -u ",
        " --user ",
        " -U ",
        " --proxy-user ",
        " --user=",
        " -b ",
        " --cookie ",
    ] {
        let place = text
            .slice(from, line)
            .windows(flag.len())
            .position(|part| part == flag.as_bytes());
        let Some(place) = place else {
            continue;
        };
        let mut start = from + place + flag.len();
        let quote = text.at(start);
        let quoted = matches!(quote, b'"' | b'\'');
        start += usize::from(quoted);
        let end = text
            .run(
                start,
                |byte| if quoted { byte != quote } else { is_url(byte) },
            )
            .min(line);
        if matches!(flag, " -b " | " --cookie ") {
            cookies::pairs(text, start, end, true, found);
            continue;
        }
        let user = text.run(start, |byte| byte != b':').min(end);
        if user + 1 < end && !text.says(user + 1, FILTERED) && !text.says(user + 1, "//") {
            found.take(user + 1, end, FILTERED);
        }
    }
    found.until = found.until.max(hit.end + within.len());
}
