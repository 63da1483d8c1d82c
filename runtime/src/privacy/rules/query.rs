//! Parameters of URLs that open something: signatures, codes, keys.

use super::assignments::says_nothing;
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::text::{FAR, Text, is_dashed, is_words};

/// What stands before a parameter, in an escaped URL too, and in one that is escaped twice.
const BEFORE: Starts = Starts::Literals(&[
    "?", "&", "#", "&amp;", "\\u0026", "%3F", "%26", "%23", "%253F", "%2526", "%2523", "\"code=",
]);

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "signed URL",
        source: "the documentation of AWS, Google Cloud, Azure, Alibaba and Tencent Cloud of signed URLs; SAML 2.0, bindings",
        class: Class::Secret,
        starts: BEFORE,
        find: Find::With(signed),
        takes: &[
            (
                "https://h/o?X-Amz-Date=2&X-Amz-Signature=0123abcd&x=1",
                "https://h/o?X-Amz-Date=2&X-Amz-Signature=[Filtered]&x=1",
            ),
            (
                "https://h/b?sv=2021&se=2025&sig=abcdef",
                "https://h/b?sv=2021&se=2025&sig=[Filtered]",
            ),
            (
                "/o?OSSAccessKeyId=abc&Expires=1&q-ak=abc&x=1",
                "/o?OSSAccessKeyId=[Filtered]&Expires=1&q-ak=[Filtered]&x=1",
            ),
            (
                "/go?to=%2Fb%3Fse%3D2025%26sig%3Dabcdef%26x%3D1&y=2",
                "/go?to=%2Fb%3Fse%3D2025%26sig%3D[Filtered]%26x%3D1&y=2",
            ),
            (
                "/go?to=%252Fb%253Fsig%253Dabcdef%2526x%253D1",
                "/go?to=%252Fb%253Fsig%253D[Filtered]%2526x%253D1",
            ),
            (
                "/acs?SAMLResponse=PHNhbWxwOlJl&amp;SAMLart=AAQAAMh4&amp;x=1",
                "/acs?SAMLResponse=[Filtered]&amp;SAMLart=[Filtered]&amp;x=1",
            ),
        ],
        leaves: &["signature=", "https://h/?signed=1", "/go?to=%3Fsignal%3D1"],
    },
    Rule {
        name: "code or key in a URL",
        source: "RFC 6749, 4.1.2",
        class: Class::Secret,
        starts: BEFORE,
        find: Find::With(code),
        takes: &[
            ("GET /cb?code=4a7Bc99xQ&x=1", "GET /cb?code=[Filtered]&x=1"),
            (
                "https://h/v1?key=abc123def456ghi",
                "https://h/v1?key=[Filtered]",
            ),
            (
                "/cb?x=1&RelayState=a8f7g6h5#state=af0ifjs1dk",
                "/cb?x=1&RelayState=[Filtered]#state=[Filtered]",
            ),
            (
                "/reset?reset_key=4a7Bc99xQ&mfa_code=123456",
                "/reset?reset_key=[Filtered]&mfa_code=[Filtered]",
            ),
            (
                "/go?to=%2Fcb%3Fcode%3D4a7Bc99xQ%26x%3D1",
                "/go?to=%2Fcb%3Fcode%3D[Filtered]%26x%3D1",
            ),
        ],
        leaves: &[
            "/err?code=404",
            "/list?key=name",
            "/orders?state=shipped",
            "/err?code=E0433",
            "/days?t=2024-01-01",
            "/days?t=2024-01-01T10:30:00Z&st=2024-01-01T10%3A30%3A00Z",
            "/users?key=user_profile_2&state=step-2-done",
            "/share?u=https%3A%2F%2Fexample.com%2Fa1b2",
        ],
    },
    Rule {
        name: "code in a path",
        source: "what links in mails for a new password, an address, or an invitation look like",
        class: Class::Secret,
        starts: ONCE,
        find: Find::With(in_path),
        takes: &[
            (
                "GET /auth/reset/8f9a7b6c5d4e3f2a1b0c?next=/ 410",
                "GET /auth/reset/[Filtered]?next=/ 410",
            ),
            (
                "https://h/invite/aB3dE5fG7hI9jK1l expired",
                "https://h/invite/[Filtered] expired",
            ),
        ],
        leaves: &[
            "/reset/password, /confirm/order/42, /verify/2026-01-02T03-04-05, /invite/team-of-the-year-2026",
            "/confirm/ORDER-2026-000123, /confirm/9f8e7d6c-5b4a-4321-8765-0123456789ab, /reset/0123456789ab, src/reset/a8f5f167f44f4964e6c9.rs",
        ],
    },
];

/// Names of parameters that are secret whatever they hold.
#[rustfmt::skip] // a table
const SIGNED: &[&str] = &[
    "__cld_token__", "__gda__", "__token__", "access_sig", "accesskeyid", "api_sig",
    "awsaccesskeyid", "bcdn_token", "client_assertion", "code_verifier", "googleaccessid", "hdnea",
    "hdntl", "hdnts", "hmac", "id_token_hint", "key-pair-id", "logout_token", "oauth_signature",
    "oauth_verifier", "ossaccesskeyid", "q-ak", "q-signature", "samlart", "samlrequest",
    "samlresponse", "security-token", "sig", "signature", "x-amz-credential",
    "x-amz-security-token", "x-amz-signature", "x-cos-security-token", "x-goog-credential",
    "x-goog-signature", "x-obs-security-token", "x-oss-access-key-id", "x-oss-credential",
    "x-oss-security-token", "x-oss-signature", "x-tos-credential", "x-tos-security-token",
    "x-tos-signature",
];

/// What stands in a path before what opens something once.
const ONCE: Starts = Starts::Literals(&[
    "/reset/",
    "/reset-password/",
    "/reset_password/",
    "/password-reset/",
    "/verify/",
    "/verify-email/",
    "/confirm/",
    "/confirmation/",
    "/activate/",
    "/activation/",
    "/invite/",
    "/invites/",
    "/invitation/",
    "/invitations/",
    "/magic/",
    "/magic-link/",
    "/unsubscribe/",
]);

/// Names of parameters that may hold a code.
#[rustfmt::skip] // a table
const CODES: &[&str] = &[
    "activate", "activation", "activation_code", "activation_key", "appid", "assertion", "auth",
    "auth_code", "authcode", "code", "confirm", "confirmation", "confirmation_code",
    "confirmation_key", "device_code", "hash", "invitation", "invitation_code", "invite",
    "invite_code", "invite_key", "k", "key", "login_code", "login_ticket", "magic", "magic_code",
    "magic_link", "nonce", "oauth_nonce", "oobcode", "policy", "relaystate", "reset", "reset_code",
    "reset_hash", "reset_key", "resetkey", "sess", "session", "session_state", "sid", "st",
    "state", "t", "ticket", "u", "user_code", "verification", "verification_key", "verifier",
    "verify",
];

/// The same for names that are mostly given something else, unless it is as long as a hash.
const HASHES: &[&str] = &["digest", "mac", "s", "share", "sign", "unsubscribe"];

/// Names of parameters that hold a few digits.
#[rustfmt::skip] // a table
const FEW: &[&str] = &[
    "2fa", "2fa_code", "login_code", "mfa", "mfa_code", "otp", "otp_code", "pin", "reset_code",
    "sms_code", "totp", "user_code",
];

/// A parameter where it stands.
struct Parameter<'a> {
    name: &'a str,
    start: usize,
    /// How often its URL is escaped, as what begins each escape.
    escape: &'static str,
}

fn parameter(look: Look<'_>, hit: Hit) -> Option<Parameter<'_>> {
    let text = look.text;
    let (start, escape) = match text.at(hit.start) {
        b'"' => (hit.start + 1, ""),
        b'%' if text.says(hit.start, "%25") => (hit.end, "%25"),
        b'%' => (hit.end, "%"),
        _ => (hit.end, ""),
    };
    let end = text.run_within(start, 32, is_dashed);
    let sign = if escape.is_empty() { "=" } else { "3D" };
    let begins = text.says(end, escape) && text.says_in_any_case(end + escape.len(), sign);
    let name = text.str(start, end);
    (begins && !look.names.allow(name)).then(|| Parameter {
        name,
        start: end + escape.len() + sign.len(),
        escape,
    })
}

impl Parameter<'_> {
    fn is_any_of(&self, names: &[&str]) -> bool {
        names
            .iter()
            .any(|name| self.name.eq_ignore_ascii_case(name))
    }

    /// Where the value ends, at such letters at the latest.
    fn end(&self, text: Text<'_>, marks: &[u8]) -> usize {
        let is_mark = |at: usize| {
            let code = at + self.escape.len();
            !self.escape.is_empty()
                && text.says(at, self.escape)
                && ["20", "22", "23", "26", "27", "3F"]
                    .iter()
                    .any(|mark| text.says_in_any_case(code, mark))
        };
        let ends =
            |at: usize| !is_value(text.at(at)) || marks.contains(&text.at(at)) || is_mark(at);
        let far = self.start + FAR;
        let end = (self.start..far).find(|at| ends(*at)).unwrap_or(far);
        text.run_back(end, 3, |byte| matches!(byte, b'.' | b':'))
    }

    fn take(&self, text: Text<'_>, found: &mut Found) {
        let end = self.end(text, &[]);
        if !says_nothing(text.str(self.start, end)) {
            found.take(self.start, end, FILTERED);
        }
        found.until = found.until.max(end);
    }
}

fn is_value(byte: u8) -> bool {
    byte > b' '
        && !matches!(
            byte,
            b'&' | b'"'
                | b'\''
                | b'`'
                | b'<'
                | b'>'
                | b'#'
                | b')'
                | b']'
                | b'}'
                | b','
                | b';'
                | b'\\'
                | b'|'
        )
}

fn signed(look: Look<'_>, hit: Hit, found: &mut Found) {
    if let Some(parameter) = parameter(look, hit)
        && parameter.is_any_of(SIGNED)
    {
        parameter.take(look.text, found);
    }
}

/// A word there is none of the kind: it is as long as a code, and mixed.
fn code(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let Some(parameter) = parameter(look, hit) else {
        return;
    };
    let least = if parameter.is_any_of(HASHES) {
        16
    } else if parameter.is_any_of(CODES) {
        8
    } else {
        usize::MAX
    };
    let few = parameter.is_any_of(FEW);
    let phone = parameter.is_any_of(&["phone"]);
    if least == usize::MAX && !few && !phone {
        return;
    }
    let value = text.slice(parameter.start, parameter.end(text, b"?"));
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    if (value.len() >= least && digits > 0 && is_code(value))
        || (few && digits >= 4)
        || (phone && digits >= 7)
    {
        parameter.take(text, found);
    }
}

/// What is made by chance, and no number of an order or a UUID.
fn in_path(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let end = text.run(hit.end, is_dashed);
    let value = text.slice(hit.end, end);
    // `ORDER-2026-000123`
    let mut parts = value.split(|byte| matches!(byte, b'-' | b'_'));
    let number = parts.all(|part| {
        part.iter().all(u8::is_ascii_digit) || part.iter().all(u8::is_ascii_alphabetic)
    });
    let uuid = value.len() == 36 && value.split(|byte| *byte == b'-').count() == 5;
    if value.len() >= 16
        && !number
        && !uuid
        && text.at(end) != b'.'
        && is_code(value)
        && value.iter().any(u8::is_ascii_digit)
    {
        found.take(hit.end, end, FILTERED);
    }
    found.until = found.until.max(end);
}

fn is_code(value: &[u8]) -> bool {
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let time = |byte: &u8| byte.is_ascii_digit() || b"-:.+TZ%AB".contains(byte);
    let is_time = value.get(4) == Some(&b'-') && value.iter().all(time);
    letters && !is_time && !value.starts_with(b"http") && !is_words(value)
}
