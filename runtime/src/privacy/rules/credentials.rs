//! `Authorization` and what else proves who is asking, in every spelling.

use super::assignments::{Value, says_nothing, value_after};
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::text::{Text, is_base64, is_dashed};

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
                "Authorization: AWS4-HMAC-SHA256 [Filtered]",
            ),
            (
                r#"("proxy-authorization", Some("Digest a=\"b\""))"#,
                r#"("proxy-authorization", Some("Digest [Filtered]"))"#,
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
const SCHEMES: &[&str] = &[
    "AWS4-ECDSA-P256-SHA256",
    "AWS4-HMAC-SHA256",
    "SharedAccessSignature",
    "GoogleLogin",
    "SharedKeyLite",
    "SharedKey",
    "Negotiate",
    "ApiKey",
    "Api-Key",
    "Bearer",
    "Basic",
    "Digest",
    "OAuth",
    "Token",
    "GenieKey",
    "Splunk",
    "Hawk",
    "NTLM",
    "DPoP",
    "Bot",
    "AWS",
    "Key",
    "JWT",
];

fn header(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.run_back(hit.start, 32, is_dashed);
    if text
        .slice(start, hit.start)
        .last()
        .is_some_and(u8::is_ascii_alphanumeric)
        || is_dashed(text.at(hit.end))
    {
        return;
    }
    let Some(value) = value_after(text, start, hit.end) else {
        return;
    };
    let Value {
        start: from,
        end,
        quoted,
        ..
    } = value;
    let end = if quoted {
        end
    } else {
        line_end(text, from).max(end)
    };
    let Some(scheme) = SCHEMES
        .iter()
        .find(|scheme| text.says_in_any_case(from, scheme))
    else {
        if !says_nothing(text.str(from, end))
            && (quoted
                || !text
                    .slice(from, value.end)
                    .iter()
                    .all(u8::is_ascii_lowercase))
        {
            found.take(from, if quoted { end } else { value.end }, FILTERED);
        }
        return;
    };
    let after = from + scheme.len();
    let credentials = if text.says_in_any_case(after, "%20") {
        after + 3
    } else {
        text.run(after, |byte| matches!(byte, b' ' | b'+'))
    };
    if credentials == after && text.at(after) != b':' && after < end {
        // no scheme after all: a value that begins like one
        found.take(from, value.end.max(after), FILTERED);
        return;
    }
    let single = [
        "Bearer",
        "Basic",
        "Token",
        "Bot",
        "ApiKey",
        "Negotiate",
        "Splunk",
        "JWT",
        "Key",
    ];
    let end = if quoted || !single.contains(scheme) {
        end
    } else {
        text.run(credentials, is_value).min(end)
    };
    if !says_nothing(text.str(credentials, end)) {
        found.take(credentials, end, FILTERED);
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
    let end = text.run(start, |byte| {
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
