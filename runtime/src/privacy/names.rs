//! Names that tell a secret: `db_password` and `apiKey` do, `primary_key` and `monkey` do not.

use std::borrow::Cow;

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// Nothing.
    Nothing,
    /// It may be a secret, if it looks like one.
    Perhaps,
    /// It is a secret.
    Secret,
}

/// Segments that tell it alone.
#[rustfmt::skip] // a table
const ALONE: &[&str] = &[
    "authorization", "bearer", "cookie", "cookies", "cred", "credential", "credentials", "creds",
    "csrf", "csrfmiddlewaretoken", "cvc", "cvv", "cvv2", "jwt", "mnemonic", "otp", "passcode",
    "passphrase", "passwd", "password", "passwords", "passwort", "psk", "pwd", "secret", "secrets",
    "ssn", "token", "tokens", "totp", "xsrf",
];

/// Segments that tell it at the end of a longer one too: `PGPASSWORD`, `clientsecret`.
#[rustfmt::skip] // a table
const ENDS: &[&str] = &[
    "accesskey", "dbpass", "keypass", "storepass", "userpass", "apikey", "authkey", "passphrase",
    "passwd", "password", "privatekey", "secret", "secretkey", "sessionid", "sessid", "token",
    "encryptionkey", "signingkey", "accountkey", "sharedaccesskey",
];

/// Segments that tell it if the value looks like a secret.
#[rustfmt::skip] // a table
const PERHAPS: &[&str] = &[
    "auth", "hash", "hmac", "key", "nonce", "pass", "pin", "pw", "salt", "session", "sid", "sig",
    "signature",
];

/// Two segments that tell it together.
#[rustfmt::skip] // a table
const PAIRS: &[(&str, &str)] = &[
    ("access", "code"), ("access", "key"), ("access", "keys"), ("account", "key"),
    ("account", "number"), ("aes", "key"), ("api", "key"), ("api", "keys"), ("app", "key"),
    ("application", "key"), ("auth", "code"), ("auth", "key"), ("authorization", "code"),
    ("backup", "code"), ("backup", "codes"), ("card", "number"), ("consumer", "key"),
    ("credit", "card"), ("decryption", "key"), ("deploy", "key"), ("encryption", "key"),
    ("hmac", "key"), ("integration", "key"), ("license", "key"), ("master", "key"),
    ("private", "key"), ("private", "keys"), ("recovery", "code"), ("recovery", "codes"),
    ("recovery", "phrase"), ("secret", "key"), ("security", "code"), ("security", "number"),
    ("seed", "phrase"), ("service", "key"), ("session", "id"), ("session", "key"),
    ("shared", "key"), ("signing", "key"), ("ssh", "key"), ("storage", "key"),
    ("subscription", "key"), ("verification", "code"), ("webhook", "key"),
];

/// Last segments of names that speak about a secret instead of being one: `token_type`.
#[rustfmt::skip] // a table
const ABOUT: &[&str] = &[
    "age", "alg", "algorithm", "arn", "at", "attempts", "audience", "average", "avg", "budget",
    "callback", "changed", "changes", "class", "cmd", "column", "command", "cost", "count",
    "counts", "created", "dir", "disabled", "enabled", "endpoint", "entropy", "env", "error",
    "errors", "estimate", "exp", "expiration", "expire", "expired", "expires", "expiry", "field",
    "file", "filename", "flow", "format", "from", "generator", "hashing", "header", "help",
    "helper", "hint", "id", "ids", "in", "index", "input", "interval", "invalid", "issued",
    "issuer", "kind", "kinds", "label", "left", "len", "length", "lifetime", "limit", "line",
    "loader", "manager", "mask", "max", "maximum", "mean", "message", "middleware", "min",
    "minimum", "missing", "mode", "model", "name", "names", "on", "options", "param", "parameter",
    "params", "parser", "path", "pattern", "per", "policy", "pos", "position", "prefix", "present",
    "price", "prompt", "provider", "rate", "ratio", "reader", "ref", "regex", "remaining",
    "request", "required", "requirement", "requirements", "reset", "resolver", "response",
    "retries", "retry", "rotated", "rotation", "rule", "rules", "scheme", "scope", "scopes",
    "score", "second", "seconds", "seen", "service", "set", "setting", "settings", "size",
    "source", "span", "speed", "state", "status", "stdin", "store", "strategy", "strength",
    "suffix", "sum", "template", "tests", "threshold", "total", "ttl", "type", "types", "updated",
    "uri", "url", "usage", "used", "valid", "validation", "validator", "var", "variable",
    "version", "view", "window", "words", "writer",
];

/// First segments that do.
#[rustfmt::skip] // a table
const ABOUT_FIRST: &[&str] = &[
    "bad", "bos", "check", "cls", "continuation", "count", "cursor", "eos", "error", "errors",
    "expected", "failed", "forgot", "has", "hide", "input", "invalid", "is", "lexer", "mask",
    "max", "min", "missing", "next", "no", "not", "num", "output", "pad", "page", "parse",
    "parser", "peek", "prev", "public", "requires", "sep", "show", "stop", "total", "unexpected",
    "unk", "unknown", "use", "validate", "verify", "with", "without", "wrong",
];

/// What the scanner looks for in a text: each name above holds one of these.
#[rustfmt::skip] // a table
const WORDS: &[&str] = &[
    "auth", "bearer", "card", "code", "cookie", "cred", "csrf", "cvc", "cvv", "hash", "hmac",
    "jwt", "key", "mnemonic", "nonce", "number", "otp", "pass", "phrase", "psk", "pin", "pw",
    "salt", "secret", "sess", "sid", "sig", "ssn", "token", "xsrf",
];

/// The names of this program: what is said above, and what its settings add and take away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    allow: Vec<String>,
    deny: Vec<String>,
}

impl Names {
    /// Names that are no secret although they look so, and names that are.
    pub(crate) fn new<T: AsRef<str>>(allow: &[T], deny: &[T]) -> Self {
        let own = |names: &[T]| names.iter().map(|name| plain(name.as_ref())).collect();
        Self {
            allow: own(allow),
            deny: own(deny),
        }
    }

    /// What to look for in a text.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let own = self.deny.iter().filter_map(|name| name.rsplit('_').next());
        WORDS.iter().copied().chain(own)
    }

    /// What a name tells, matched by whole segments.
    pub(super) fn telling(&self, name: &str) -> Telling {
        let segments = segments(name);
        if !self.allow.is_empty() || !self.deny.is_empty() {
            let whole = segments.join("_");
            if self.allow.contains(&whole) {
                return Telling::Nothing;
            }
            if self
                .deny
                .iter()
                .any(|own| whole == *own || ends_with_segments(&whole, own))
            {
                return Telling::Secret;
            }
        }
        of_segments(&segments)
    }
}

/// A name without what stands where something was taken out of it.
pub(super) fn without_placeholders(name: &str) -> Cow<'_, str> {
    let mut left = Cow::Borrowed(name);
    if name.contains('[') {
        for placeholder in crate::scrub::PLACEHOLDERS {
            if left.contains(placeholder) {
                left = left.replace(placeholder, "").into();
            }
        }
    }
    left
}

/// Whether a name says that its value is a version: `app.version`.
pub(super) fn is_version(name: &str) -> bool {
    let last = segments(name).pop();
    last.is_some_and(|last| {
        ["version", "release", "oid", "build", "revision"].contains(&last.as_str())
    })
}

/// A name as settings compare it: `apiKey`, `API-KEY` and `api_key` are one.
fn plain(name: &str) -> String {
    segments(name).join("_")
}

fn ends_with_segments(whole: &str, own: &str) -> bool {
    whole
        .strip_suffix(own)
        .is_some_and(|rest| rest.ends_with('_'))
}

fn of_segments(segments: &[String]) -> Telling {
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
        return Telling::Nothing;
    };
    let pair = segments
        .windows(2)
        .any(|pair| PAIRS.iter().any(|(a, b)| pair[0] == *a && pair[1] == *b));
    let last_pair = segments.rchunks(2).next().is_some_and(|pair| {
        pair.len() == 2 && PAIRS.iter().any(|(a, b)| pair[0] == *a && pair[1] == *b)
    });
    let about = (ABOUT.contains(&last.as_str()) && !last_pair)
        || (segments.len() > 1 && ABOUT_FIRST.contains(&first.as_str()));
    if about {
        return Telling::Nothing;
    }
    let alone = segments.iter().enumerate().any(|(place, segment)| {
        let counted = segment == "tokens" && place + 1 < segments.len();
        !counted
            && (ALONE.contains(&segment.as_str()) || ENDS.iter().any(|end| segment.ends_with(end)))
    });
    if pair || alone {
        return Telling::Secret;
    }
    // `primary_key` is none, and so is every other key that is not named above
    if PERHAPS.contains(&last.as_str()) && (last != "key" || segments.len() == 1) {
        return Telling::Perhaps;
    }
    Telling::Nothing
}

/// `dbPassword`, `db_password`, `DB-PASSWORD1` are the segments `db` and `password`; `APIKey` is `api` and `key`.
fn segments(name: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let before = index
            .checked_sub(1)
            .and_then(|before| letters.get(before))
            .copied();
        let next = letters.get(index + 1).copied();
        let after_lower =
            before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        let ends_acronym =
            before.is_some_and(char::is_uppercase) && next.is_some_and(char::is_lowercase);
        if !letter.is_alphanumeric() || (letter.is_uppercase() && (after_lower || ends_acronym)) {
            segments.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(last) = segments.last_mut()
        {
            last.extend(letter.to_lowercase());
        }
    }
    for segment in &mut segments {
        let kept = segment
            .trim_end_matches(|letter: char| letter.is_ascii_digit())
            .len();
        if kept > 0 {
            segment.truncate(kept);
        }
    }
    segments.retain(|segment| !segment.is_empty());
    while segments.len() > 1
        && segments
            .last()
            .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
    {
        segments.pop();
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::{ALONE, ENDS, Names, PAIRS, PERHAPS, Telling, WORDS, segments};

    fn telling(name: &str) -> Telling {
        Names::default().telling(name)
    }

    #[test]
    fn names_are_told_by_whole_segments() {
        for name in [
            "db_password",
            "dbPassword",
            "API-Key",
            "APIKey",
            "x-auth-token",
            "Cookie",
            "PGPASSWORD",
            "token2",
            "AWS_SECRET_ACCESS_KEY",
            "spring.datasource.password",
            "sessionId",
            "clientsecret",
            "refreshToken",
        ] {
            assert_eq!(telling(name), Telling::Secret, "{name}");
        }
        for name in [
            "primary_key",
            "monkey",
            "author",
            "tokenizer",
            "keyboard",
            "token_type",
            "max_tokens",
            "password_file",
            "has_password",
            "secretary",
            "compass",
            "bypass",
            "pass_through_mode",
            "access_key_id",
            "",
        ] {
            assert_eq!(telling(name), Telling::Nothing, "{name}");
        }
        for name in ["db_pass", "auth", "signature", "pin"] {
            assert_eq!(telling(name), Telling::Perhaps, "{name}");
        }
    }

    #[test]
    fn a_program_has_the_last_word() {
        let names = Names::new(&["tokenId", "csrf-token"], &["order_ref"]);
        assert_eq!(names.telling("csrf_token"), Telling::Nothing);
        assert_eq!(names.telling("orderRef"), Telling::Secret);
        assert_eq!(names.telling("shop_order_ref"), Telling::Secret);
        assert_eq!(names.telling("reorder_ref"), Telling::Nothing);
        assert_eq!(names.telling("password"), Telling::Secret);
        assert!(names.words().any(|word| word == "ref"));
    }

    #[test]
    fn each_name_holds_a_word_that_is_looked_for() {
        let last = PAIRS.iter().map(|(_, last)| last);
        for name in ALONE.iter().chain(ENDS).chain(PERHAPS).chain(last) {
            let found = WORDS.iter().any(|word| name.contains(word));
            assert!(
                found || ["credit", "id", "codes"].contains(name) || *name == "passwort",
                "{name}"
            );
        }
    }

    #[test]
    fn segments_follow_case_and_marks() {
        assert_eq!(segments("HTTPServerURL2"), ["http", "server", "url"]);
        assert_eq!(segments("a--b__C"), ["a", "b", "c"]);
        assert_eq!(segments("user[password]"), ["user", "password"]);
        assert_eq!(segments("42"), ["42"]);
    }
}
