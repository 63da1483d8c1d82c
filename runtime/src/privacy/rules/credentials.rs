//! `Authorization` and what else proves who is asking, in every spelling.

use super::assignments::{
    Value, first_of_tuple, references_end, rest_of_tuple, says_nothing, value_after,
};
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::text::{FAR, NEAR, Text, is_base64, is_dashed};

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
                r#"{"authorization": "Basic dXNlcjpwYXNzMTI="}, -H "Authorization: Basic dXNlcjpwYXNzMTI=" h"#,
                r#"{"authorization": "Basic [Filtered]"}, -H "Authorization: Basic [Filtered]" h"#,
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
                "Authorization: Signature keyId=\"k1\",algorithm=\"rsa\",signature=\"ab+c=\"\nhost: h",
                "Authorization: Signature keyId=\"[Filtered]\",algorithm=\"rsa\",signature=\"[Filtered]\"\nhost: h",
            ),
            (
                r#"-H "Authorization: Token token=s3cr3t, nonce=n0" -d x"#,
                r#"-H "Authorization: Token token=[Filtered], nonce=[Filtered]" -d x"#,
            ),
            (
                "-H 'Authorization: Custom one two' -d x",
                "-H 'Authorization: [Filtered]' -d x",
            ),
            (
                "sent Authorization: My-Scheme S3cret status=401",
                "sent Authorization: [Filtered] status=401",
            ),
            (
                "Sent Authorization=Token token=s3cr3t,nonce=\"n 0\", code=2006",
                "Sent Authorization=Token token=[Filtered],nonce=\"[Filtered]\", code=2006",
            ),
            (
                "> Authorization: Custom abcdefgh1 two\n> host: h",
                "> Authorization: Custom [Filtered]\n> host: h",
            ),
            (
                r"x\nAuthorization: SharedKey acct:a1b2c3=\nHost: h",
                r"x\nAuthorization: SharedKey acct:[Filtered]\nHost: h",
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
            "curl -H \"Authorization: Bearer $(gcloud auth print-access-token)\" h",
            "Authorization: Missing bearer token",
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
            (
                r#"value: "Basic dXNlcjpwYXNzMTI=", n, \"Basic dXNlcjpwYXNzMTI=\""#,
                r#"value: "Basic [Filtered]", n, \"Basic [Filtered]\""#,
            ),
            (
                r#"Authorization(Basic { decoded: "app:a b", colon_pos: 3 }), Auth::Basic("app", Some("x1"))"#,
                r#"Authorization(Basic { decoded: "app:[Filtered]", colon_pos: 3 }), Auth::Basic("app", Some("[Filtered]"))"#,
            ),
        ],
        leaves: &[
            "basic authentication failed, to negotiate HTTP/2 support",
            "bearer token expired",
            "Basic understanding",
            r#"Basic("plan", "monthly"), Auth::Basic("app"), Auth::Basic("app", None), Basic { decoded: "app", colon_pos: 3 }, Basic { user: "app:1" }"#,
            "digest sha256:0123456789abcdef",
            "Bearer error=\"invalid_token\", error_description=\"expired\"",
            "Basic charset=\"UTF-8\", Bearer error=\"\"",
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

/// Words that a message about the header begins with.
#[rustfmt::skip] // a table
const PROSE: &[&str] = &[
    "Access", "Bad", "Could", "Denied", "Empty", "Error", "Expected", "Expired", "Failed",
    "Forbidden", "Header", "Incorrect", "Invalid", "Malformed", "Missing", "No", "Not", "Request",
    "Required", "The", "This", "Unauthorized", "Unexpected", "Unknown", "Unsupported", "User",
];

/// Parameters that open nothing.
#[rustfmt::skip] // a table
const HARMLESS: &[&str] = &[
    "algorithm", "charset", "created", "expires", "headers", "nc", "oauth_signature_method",
    "oauth_timestamp", "oauth_version", "qop", "realm", "se", "signedheaders", "skn", "sr", "stale",
    "ts", "type", "uri", "username", "version",
];

fn header(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.skip_escape(text.run_back(hit.start, 32, is_dashed));
    let name = text.slice(start, hit.start);
    if name.last().is_some_and(u8::is_ascii_alphanumeric) || is_dashed(text.at(hit.end)) {
        return;
    }
    if look.names.allow(text.str(start, hit.end)) {
        return;
    }
    let Some(value) = value_after(text, start, hit.end) else {
        return;
    };
    let from = value.start;
    let line = Line::around(text, start);
    let end = match line {
        _ if value.quoted => value.end,
        Line::Quoted { quote, escapes } => quote_end(text, from, quote, escapes),
        Line::Own | Line::None => line_end(text, from).max(value.end),
    };
    let whole = value.quoted || !matches!(line, Line::None);
    let Some((scheme, after)) = scheme_at(text, from, end) else {
        unknown(text, value, end, whole, found);
        return;
    };
    let known = is_one_of(scheme, WITH_PARAMETERS);
    if known || has_parameters(text, scheme, after, end) {
        let end = if known || whole {
            end
        } else {
            joined_end(text, after).min(end)
        };
        parameters(text, after, end, found);
        return;
    }
    let one_word = is_one_of(scheme, SCHEMES) && !value.quoted;
    let last = if whole && !one_word {
        end
    } else {
        text.run(after, is_value).min(end)
    };
    let who = text.run(after, |byte| byte != b':').min(last);
    let secret = if is_one_of(scheme, SIGNED) && who < last {
        who + 1
    } else {
        after
    };
    let command = text.says(secret, "$(") && references_end(text, secret) > secret;
    if !command && !says_nothing(text.str(secret, last)) {
        found.take(secret, last, FILTERED);
    }
}

/// What a header shares its line with.
#[derive(Debug, Clone, Copy)]
enum Line {
    /// Nothing: all up to the line's end is its value.
    Own,
    /// Nothing between these quotes: `-H 'Authorization: ..'`.
    Quoted { quote: u8, escapes: usize },
    /// Perhaps something that is no part of it.
    None,
}

impl Line {
    fn around(text: Text<'_>, start: usize) -> Self {
        let before = text.before(start);
        match before {
            b'"' | b'\'' | b'`' => Self::Quoted {
                quote: before,
                escapes: escapes_before(text, start - 1),
            },
            0 | b'\n' | b'\r' => Self::Own,
            // as `curl -v` prints it
            b' ' if text.ends_with(start, "> ") && start <= 2 => Self::Own,
            b' ' if text.ends_with(start, "\n> ") => Self::Own,
            _ => Self::None,
        }
    }
}

fn escapes_before(text: Text<'_>, quote: usize) -> usize {
    quote - text.run_back(quote, 16, |byte| byte == b'\\')
}

/// Where the next quote stands that is no more escaped than the first, or its line ends.
fn quote_end(text: Text<'_>, start: usize, quote: u8, escapes: usize) -> usize {
    let mut at = start;
    loop {
        at = text.run(at, |byte| byte != quote && byte != b'\n');
        let before = escapes_before(text, at);
        if text.at(at) != quote || at > start + FAR {
            return at;
        }
        if before <= escapes {
            return (at - before).max(start);
        }
        at += 1;
    }
}

/// Takes what stands behind no scheme that is known, unless it is a word of prose.
fn unknown(text: Text<'_>, value: Value, end: usize, whole: bool, found: &mut Found) {
    let first = text.str(value.start, value.end);
    let prose = first.bytes().all(|byte| byte.is_ascii_lowercase()) || is_one_of(first, PROSE);
    if is_one_of(first, SCHEMES) || says_nothing(first) || (!value.quoted && prose) {
        return;
    }
    if whole {
        found.take(value.start, end, FILTERED);
        return;
    }
    // it may be a scheme of the program's own, and the secret the next word
    let next = text.skip_blanks(value.end);
    let last = text.run(next, is_value).min(end);
    let second = text.str(next, last);
    let is_scheme = first
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    let pair = second.contains(['=', ':']);
    let end = if is_scheme && next > value.end && !pair && !says_nothing(second) {
        last
    } else {
        value.end
    };
    found.take(value.start, end, FILTERED);
}

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether `name="value"` follows a scheme, not base64 that ends with `=` before the quote of the whole.
fn has_parameters(text: Text<'_>, scheme: &str, start: usize, end: usize) -> bool {
    let name = text.run_within(start, 32, is_dashed);
    let value = text.run_within(name + 1, 4, |byte| byte == b'\\');
    let bare = text.at(value).is_ascii_alphanumeric()
        && !is_one_of(scheme, &["Bearer", "Basic", "Negotiate", "NTLM"])
        && text
            .slice(start, name)
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'));
    let known = text.at(value) == b'"' || text.says(value, FILTERED);
    name > start && text.at(name) == b'=' && value < end && (known || bare)
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
    let known = is_one_of(scheme, SCHEMES);
    let credentials = text.slice(after, text.run(after, is_value).min(end));
    let long = credentials.len() >= 8 && credentials.iter().any(u8::is_ascii_digit);
    let likely = scheme.len() < 16
        && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (long || text.says(after, FILTERED) || has_parameters(text, scheme, after, end));
    ((known || likely) && after > word && word > from).then_some((scheme, after))
}

/// Where parameters end that stand amid others: `Token token=a, status=401`.
fn joined_end(text: Text<'_>, start: usize) -> usize {
    let mut at = start;
    loop {
        let value = text.run(at, is_dashed) + 1;
        let open = text.run_within(value, 16, |byte| byte == b'\\');
        at = if text.at(open) == b'"' {
            let close = quote_end(text, open + 1, b'"', open - value);
            text.run_within(close, 17, |byte| matches!(byte, b'\\' | b'"'))
        } else {
            text.run(value, is_value)
        };
        let next = text.skip_blanks(at + 1);
        let name = text.run(next, is_dashed);
        let quoted = matches!(text.at(name + 1), b'"' | b'\\');
        if text.at(at) != b',' || text.at(name) != b'=' || !(quoted || next == at + 1) {
            return at;
        }
        at = next;
    }
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
        if !is_one_of(name, HARMLESS) && !says_nothing(text.str(from, secret)) {
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

/// The password of a `Basic("app", "x")` or a `Basic { decoded: "app:x", .. }` of `Debug`.
fn shown(text: Text<'_>, hit: Hit) -> Option<(usize, usize)> {
    if text.str(hit.start, hit.end) != "Basic" {
        return None;
    }
    if text.at(hit.end) == b'(' {
        let before = text.str(hit.start.saturating_sub(24), hit.start);
        let login = ["auth", "cred"].iter().any(|word| {
            before
                .as_bytes()
                .windows(word.len())
                .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        });
        if !login {
            return None;
        }
        return first_of_tuple(text, hit.end).and_then(|user| rest_of_tuple(text, user).last());
    }
    let field = text.run_within(hit.end, NEAR, |byte| matches!(byte, b' ' | b'{' | b'\n'));
    if !text.says(field, "decoded: ") {
        return None;
    }
    let login = value_after(text, field, field + "decoded".len()).filter(|login| login.quoted)?;
    let user = text.run_within(login.start, NEAR, |byte| byte != b':' && byte != b'"');
    (user < login.end).then_some((user + 1, login.end))
}

fn scheme(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if !text.begins_word(hit.start) {
        return;
    }
    if let Some((start, end)) = shown(text, hit) {
        if !says_nothing(text.str(start, end)) {
            found.take(start, end, FILTERED);
        }
        return;
    }
    let start = if text.says_in_any_case(hit.end, "%20") {
        hit.end + 3
    } else {
        let blanks = text.run(hit.end, |byte| matches!(byte, b' ' | b'+'));
        text.run(blanks, |byte| matches!(byte, b'"' | b'\'' | b'`'))
    };
    if start == hit.end || text.says(start, "realm=") {
        return;
    }
    let end = text.run(start, |byte| is_base64(byte) && byte != b'%');
    let end = text.run_back(end, 3, |byte| byte == b'.');
    let value = text.slice(start, end);
    // a challenge: `Bearer error="invalid_token"`, and no quote that closes
    let quoted = text.at(end) == b'"'
        && (text.at(end + 1).is_ascii_alphanumeric() || text.at(end + 1) == b'"');
    if value.ends_with(b"=") && quoted {
        return;
    }
    let digits = value.iter().any(u8::is_ascii_digit);
    let mixed = value
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    // of SPNEGO it is long, in prose one negotiates much
    let least = if text.says_in_any_case(hit.start, "negotiate") {
        16
    } else {
        6
    };
    if value.len() >= least && (digits || mixed || value.ends_with(b"=")) {
        found.take(start, end, FILTERED);
    }
    // a scheme inside has no more behind it
    found.until = found.until.max(end);
}
