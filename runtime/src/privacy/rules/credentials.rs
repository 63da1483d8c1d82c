//! `Authorization` and what else proves who is asking, in every spelling.

use super::assignments::{says_nothing, value_after};
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::text::{NEAR, Text, is_base64, is_dashed};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "authorization header",
        source: "RFC 9110, 11.6.2",
        class: Class::Secret,
        starts: Starts::Literals(&["authorization"]),
        find: Find::With(header),
        takes: &[
            (
                "Authorization: Bearer abcdef123456.xyz",
                "Authorization: Bearer [Filtered]",
            ),
            (
                r#"{"authorization": "Basic dXNlcjpwYXNz", "a": "b"}"#,
                r#"{"authorization": "Basic [Filtered]", "a": "b"}"#,
            ),
            (
                "authorization: s3cr3t-thing\nhost: h",
                "authorization: [Filtered]\nhost: h",
            ),
            (
                "Authorization: AWS4-HMAC-SHA256 Credential=AK/2/s3, Signature=ab12",
                "Authorization: AWS4-HMAC-SHA256 Credential=[Filtered]/2/s3, Signature=[Filtered]",
            ),
            (
                r#"("proxy-authorization", Some("Digest a=\"b\""))"#,
                r#"("proxy-authorization", Some("Digest a=\"[Filtered]\""))"#,
            ),
        ],
        leaves: &[
            "authorization failed",
            "missing header `authorization`",
            "authorization: required",
            "Authorization: Bearer",
        ],
    },
    Rule {
        name: "credentials after their scheme",
        source: "RFC 6750, RFC 7617",
        class: Class::Secret,
        starts: Starts::Literals(&["bearer", "basic", "negotiate"]),
        find: Find::With(scheme),
        takes: &[
            ("sent Bearer abcdef123456.xyz)", "sent Bearer [Filtered])"),
            ("Basic%20dXNlcjpwYXNz", "Basic%20[Filtered]"),
        ],
        leaves: &[
            "basic authentication failed",
            "bearer token expired",
            "Basic understanding",
            "digest sha256:0123456789abcdef",
        ],
    },
];

/// The schemes after which the credentials follow.
#[rustfmt::skip] // a table
const SCHEMES: &[&str] = &[
    "AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA256", "SharedAccessSignature", "GoogleLogin",
    "SharedKeyLite", "SharedKey", "Negotiate", "ApiKey", "Api-Key", "Bearer", "Basic", "Digest",
    "OAuth", "Token", "GenieKey", "Splunk", "Hawk", "NTLM", "DPoP", "Bot", "AWS", "Key", "JWT",
];

/// Schemes whose credentials are names with values.
const WITH_PARAMETERS: &[&str] = &[
    "AWS4-HMAC-SHA256",
    "AWS4-ECDSA-P256-SHA256",
    "Digest",
    "GoogleLogin",
    "Hawk",
    "OAuth",
    "SharedAccessSignature",
];

/// Schemes whose credentials are who, a colon, and a signature.
const SIGNED: &[&str] = &["AWS", "SharedKey", "SharedKeyLite"];

/// Parameters that open nothing.
#[rustfmt::skip] // a table
const HARMLESS: &[&str] = &[
    "algorithm", "charset", "headers", "nc", "oauth_signature_method", "oauth_timestamp",
    "oauth_version", "qop", "realm", "se", "signedheaders", "skn", "sr", "stale", "ts", "type",
    "uri", "username", "version",
];

fn header(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.run_back(hit.start, 32, is_dashed);
    let name = text.slice(start, hit.start);
    if name.last().is_some_and(u8::is_ascii_alphanumeric) || is_dashed(text.at(hit.end)) {
        return;
    }
    let Some(value) = value_after(text, start, hit.end) else {
        return;
    };
    let from = value.start;
    let end = if value.quoted {
        value.end
    } else {
        line_end(text, from).max(value.end)
    };
    let Some((scheme, after)) = scheme_at(text, from, end) else {
        let prose = text
            .slice(from, value.end)
            .iter()
            .all(u8::is_ascii_lowercase);
        let scheme = SCHEMES
            .iter()
            .any(|known| text.str(from, value.end).eq_ignore_ascii_case(known));
        if !says_nothing(text.str(from, value.end)) && !scheme && (value.quoted || !prose) {
            found.take(from, value.end, FILTERED);
        }
        return;
    };
    if WITH_PARAMETERS
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        parameters(text, after, end, found);
        return;
    }
    let last = if value.quoted {
        end
    } else {
        text.run(after, is_value).min(end)
    };
    let signed = SIGNED
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let who = text.run(after, |byte| byte != b':').min(last);
    let secret = if signed && who < last { who + 1 } else { after };
    if !says_nothing(text.str(secret, last)) {
        found.take(secret, last, FILTERED);
    }
}

/// The scheme that stands here, and where its credentials begin.
fn scheme_at(text: Text<'_>, from: usize, end: usize) -> Option<(&str, usize)> {
    let word = text.run(from, is_dashed).min(end);
    let after = if text.says_in_any_case(word, "%20") {
        word + 3
    } else {
        text.run(word, |byte| matches!(byte, b' ' | b'+'))
    };
    let scheme = text.str(from, word);
    let known = SCHEMES
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let credentials = text.slice(after, text.run(after, is_value).min(end));
    let likely = scheme.len() < 16
        && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
        && credentials.len() >= 8
        && credentials.iter().any(u8::is_ascii_digit);
    ((known || likely) && after > word && word > from).then_some((scheme, after))
}

/// Takes the values out of `a="b", c=d`.
fn parameters(text: Text<'_>, start: usize, end: usize, found: &mut Found) {
    let mut at = start;
    while at < end {
        at = text.run(at, |byte| matches!(byte, b' ' | b',' | b'&' | b';'));
        let equals = text.run(at, is_dashed).min(end);
        let name = text.str(at, equals);
        if text.at(equals) != b'=' {
            let last = text.run(equals, is_value).min(end);
            if last > at && !says_nothing(text.str(at, last)) {
                found.take(at, last, FILTERED);
            }
            at = last.max(at + 1);
            continue;
        }
        let mark = text.run(equals + 1, |byte| byte == b'\\');
        let (from, last) = if text.at(mark) == b'"' {
            (
                mark + 1,
                text.run(mark + 1, |byte| !matches!(byte, b'"' | b'\\'))
                    .min(end),
            )
        } else {
            let ends = |byte: u8| byte > b' ' && !matches!(byte, b',' | b'&' | b'"' | b'\'');
            (equals + 1, text.run(equals + 1, ends).min(end))
        };
        // the region and the service of AWS follow the key's id
        let secret = if name.eq_ignore_ascii_case("Credential") {
            text.run(from, |byte| byte != b'/').min(last)
        } else {
            last
        };
        let harmless = HARMLESS
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
        if !harmless && !says_nothing(text.str(from, secret)) {
            found.take(from, secret, FILTERED);
        }
        at = text
            .run(last, |byte| matches!(byte, b'"' | b'\\'))
            .max(last + 1);
    }
}

fn is_value(byte: u8) -> bool {
    byte > b' '
        && !matches!(
            byte,
            b'"' | b'\'' | b',' | b';' | b')' | b'}' | b']' | b'<' | b'>' | b'`' | b'\\'
        )
}

/// The end of a header that is not quoted: of its line, or of what encloses it.
fn line_end(text: Text<'_>, start: usize) -> usize {
    let end = text.run_within(start, NEAR, |byte| {
        !matches!(byte, b'\n' | b'\r' | b'\'' | b'`' | b'}' | b']')
    });
    let within = text.slice(start, end);
    // what follows a header without quotes is often the next one
    let next = within
        .windows(2)
        .position(|part| part == b"\\n" || part == b"\\r");
    text.run_back(next.map_or(end, |next| start + next), 8, |byte| {
        matches!(byte, b' ' | b'.' | b',' | b')')
    })
}

fn scheme(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if !text.begins_word(hit.start) {
        return;
    }
    let start = if text.says_in_any_case(hit.end, "%20") {
        hit.end + 3
    } else {
        let blanks = text.run(hit.end, |byte| matches!(byte, b' ' | b'+'));
        text.run(blanks, |byte| matches!(byte, b'"' | b'\'' | b'`'))
    };
    if start == hit.end {
        return;
    }
    let end = text.run(start, |byte| is_base64(byte) && byte != b'%');
    let end = text.run_back(end, 3, |byte| byte == b'.');
    let value = text.slice(start, end);
    let digits = value.iter().any(u8::is_ascii_digit);
    let mixed = value
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    if value.len() >= 6
        && (digits || mixed || value.ends_with(b"="))
        && !value.starts_with(b"realm=")
    {
        found.take(start, end, FILTERED);
    }
}
