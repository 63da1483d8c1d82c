//! Private keys, whole or cut short, also with their line ends escaped.

use super::assignments::value_after;
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::text::{FAR, Text, is_dashed, is_hex, is_word};

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
            "Private-Lines: 2\nAAAAgQ\nBBBB\nPrivate-MAC: 1f, n",
            "Private-Lines: [key], n",
        )],
        leaves: &["Private-Lines"],
    },
    Rule {
        name: "private key in base64",
        source: "the documentation of Kubernetes of secrets and of kubeconfig",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "LS0tLS1CRUdJTiBQUklWQVRFIEtF",
            "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBL",
            "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtF",
            "LS0tLS1CRUdJTiBEU0EgUFJJVkFURSBL",
            "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZ",
            "LS0tLS1CRUdJTiBFTkNSWVBURUQgUFJJVkFURSBL",
            "LS0tLS1CRUdJTiBQR1AgUFJJVkFURSBL",
        ]),
        find: Find::With(encoded),
        takes: &[(
            "client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFb3c= n",
            "client-key-data: [key] n",
        )],
        leaves: &[
            "certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJ",
            "begins with LS0tLS1CRUdJTiBQUklWQVRFIEtF",
        ],
    },
    Rule {
        name: "private key of JOSE",
        source: "RFC 7517; RFC 7518, 6",
        class: Class::Secret,
        starts: Starts::Literals(&["kty"]),
        find: Find::With(jwk),
        takes: &[
            (
                r#"{"d":"870MB6gfuTJ4HtUnUvYMyJpr","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tL"}"#,
                r#"{"d":"[key]","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tL"}"#,
            ),
            (
                r#"Jwk { kty: "oct", k: Some("AyM1SysPpbyDfgZld3umj1"), kid: "k" }"#,
                r#"Jwk { kty: "oct", k: Some("[key]"), kid: "k" }"#,
            ),
            (
                r#"{\"kty\":\"RSA\",\"e\":\"AQAB\",\"p\":\"83i-7IvMGXoMXCskv73T\"}"#,
                r#"{\"kty\":\"RSA\",\"e\":\"AQAB\",\"p\":\"[key]\"}"#,
            ),
        ],
        leaves: &[
            r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZpt","e":"AQAB"}"#,
            r#"{"d": "short", "kty": "EC"}, {"d": "870MB6gfuTJ4HtUnUvYMyJpr"}"#,
        ],
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
        .map_or(end, |at| {
            let mac = look.text.skip_blanks(start + at + 12);
            look.text.run(mac, is_hex)
        });
    if end > start {
        found.take(start, end, PUT);
    }
}

/// `-----BEGIN .. PRIVATE KEY-----`, all of it in base64.
fn encoded(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let written = text.str(hit.start, hit.end);
    if !written.starts_with("LS0tLS1CRUdJTi") || !text.begins_word(hit.start) {
        return;
    }
    let end = text.run(hit.end, is_base64);
    if end >= hit.end + 16 {
        found.take(hit.start, end, PUT);
    }
    found.until = found.until.max(end);
}

/// How long the fields of a key of 4096 bits are.
const LONGEST_JWK: usize = 4096;

/// The fields of a key that are not public, beside its type.
fn jwk(look: Look<'_>, hit: Hit, found: &mut Found) {
    const FIELDS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "k"];
    let text = look.text;
    let inside = |byte: u8| byte != b'{' && byte != b'}';
    let start = text.run_back(hit.start, LONGEST_JWK, inside);
    let end = text.run_within(hit.end, LONGEST_JWK, inside);
    let mut at = start;
    while at < end {
        let name = text.run_within(at, end - at, |byte| !is_word(byte));
        let close = text.run_within(name, 64, is_word);
        at = close.max(name + 1);
        if !FIELDS.contains(&text.str(name, close)) {
            continue;
        }
        let Some(value) = value_after(text, name, close).filter(|value| value.quoted) else {
            continue;
        };
        if value.end >= value.start + 20 && text.run(value.start, is_dashed) == value.end {
            found.take(value.start, value.end, PUT);
        }
        at = at.max(value.end);
    }
    found.until = found.until.max(end);
}
