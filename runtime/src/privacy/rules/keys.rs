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

/// Where the body of a key ends: at the `-----` of its end, else where base64 does.
fn body_end(text: Text<'_>, start: usize) -> usize {
    let close = text.run(start, |byte| is_body(byte) || byte == b'-');
    let within = text.slice(start, close);
    if let Some(end) = within.windows(9).position(|part| part == b"-----END ") {
        return start + end;
    }
    // cut short: lines of base64
    let lines = text.run(start, |byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'+' | b'/' | b'=' | b'\\' | b'\n' | b'\r' | b'.')
    });
    text.run_back(lines, 8, |byte| matches!(byte, b'\n' | b'\r' | b'\\'))
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
