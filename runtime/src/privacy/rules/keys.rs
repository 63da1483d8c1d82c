//! Private keys, whole or cut short, also with their line ends escaped.

use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::text::{FAR, Text};

const PUT: &str = "[key]";

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "private key",
        source: "RFC 7468, RFC 4880, the format of OpenSSH",
        class: Class::Secret,
        starts: Starts::Literals(&["PRIVATE KEY-----", "PRIVATE KEY BLOCK-----"]),
        find: Find::With(armoured),
        takes: &[
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\nat 3",
                "[key]\nat 3",
            ),
            (
                r"key: -----BEGIN PRIVATE KEY-----\nMIIEvQ\nabc=\n-----END PRIVATE KEY-----\n",
                r"key: [key]\n",
            ),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz", "[key]"),
            ("...Xk3/abcdEFGH\n-----END EC PRIVATE KEY-----", "[key]"),
            (
                "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 2\n\nlQOYBF\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----.",
                "[key].",
            ),
        ],
        leaves: &[
            "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----",
            "expected PRIVATE KEY, found CERTIFICATE",
            "no line \"-----BEGIN RSA PRIVATE KEY-----\" found",
        ],
    },
    Rule {
        name: "private key of PuTTY",
        source: "the documentation of PuTTY, appendix C",
        class: Class::Secret,
        starts: Starts::Literals(&["Private-Lines:"]),
        find: Find::With(putty),
        takes: &[(
            "Private-Lines: 2\nAAAAgQ\nBBBB\nPrivate-MAC: 1f",
            "Private-Lines: [key] 1f",
        )],
        leaves: &["Private-Lines"],
    },
];

/// `-----BEGIN .. PRIVATE KEY-----`, and what follows up to the end, or what precedes the end.
fn armoured(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let label = text.run_back(hit.start, 32, |byte| {
        byte.is_ascii_uppercase() || byte == b' '
    });
    for start in label..=hit.start {
        if text.ends_with(start, "-----BEGIN ") {
            let body = body_end(text, hit.end);
            let end = text.run(body, |byte| byte == b'-');
            let end = if text.says(end, "END ") {
                let close = text.run(end, |byte| byte.is_ascii_uppercase() || byte == b' ');
                text.run(close, |byte| byte == b'-')
            } else {
                body
            };
            // the words alone are no key
            let said = text
                .slice(hit.end, body)
                .iter()
                .any(u8::is_ascii_alphanumeric);
            if said || end > body {
                found.take(start - "-----BEGIN ".len(), end, PUT);
            }
            return;
        }
        if text.ends_with(start, "-----END ") {
            let end = start - "-----END ".len();
            let first = text.run_back(end, FAR, is_body);
            found.take(first.max(found.until), hit.end, PUT);
            return;
        }
    }
}

/// Base64 and line ends, also escaped, and the headers of PGP.
fn is_body(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'+' | b'/'
                | b'='
                | b'\\'
                | b'\n'
                | b'\r'
                | b' '
                | b'\t'
                | b':'
                | b','
                | b'.'
                | b'|'
                | b'('
                | b')'
                | b'<'
                | b'>'
                | b'@'
        )
}

/// Where the body of a key ends: at the `-----` of its end, else where its lines do.
fn body_end(text: Text<'_>, start: usize) -> usize {
    let within = text.slice(start, start + FAR);
    let dashes = within.windows(5).position(|part| part == b"-----");
    // lines may stand between quotes, as `Debug` prints a list of them
    let is_line = |byte: &u8| is_body(*byte) || matches!(*byte, b'-' | b'"' | b'\'' | b'_');
    if let Some(dashes) = dashes
        && text.says(start + dashes, "-----END ")
        && text.slice(start, start + dashes).iter().all(is_line)
    {
        return start + dashes;
    }
    let (mut at, mut end) = (start, start);
    loop {
        at = line_start(text, at);
        let line = text.run(at, is_base64);
        // `Proc-Type: 4,ENCRYPTED`, `Version: 2`
        let header = text.run(at, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if header > at && text.says(header, ": ") {
            at = text.run(header, |byte| !matches!(byte, b'\n' | b'\r' | b'\\' | b'"'));
            end = at;
            continue;
        }
        let mixed = text
            .slice(at, line)
            .iter()
            .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        let long = line - at >= 16 || (end == start && mixed);
        let short = !text.at(line).is_ascii_alphanumeric() && text.at(line) != b' ' && end > start;
        if line == at || !(long || short) {
            return end;
        }
        (at, end) = (line, line);
    }
}

/// Letters of base64.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Behind a line's end, escaped or not, and what surrounds lines in a list.
fn line_start(text: Text<'_>, start: usize) -> usize {
    let mut at = start;
    loop {
        at = text.run(at, |byte| {
            matches!(
                byte,
                b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b',' | b'.'
            )
        });
        let escape = text.run(at, |byte| byte == b'\\');
        if escape == at || !matches!(text.at(escape), b'n' | b'r' | b't' | b'"') {
            return at;
        }
        at = escape + 1;
    }
}

fn putty(look: Look<'_>, hit: Hit, found: &mut Found) {
    let start = look.text.skip_blanks(hit.end);
    let end = look.text.run(start, is_body);
    let mac = look.text.slice(start, end + 12);
    let end = mac
        .windows(12)
        .position(|part| part == b"Private-MAC:")
        .map_or(end, |at| start + at + 12);
    if end > start {
        found.take(start, end, PUT);
    }
}
