//! Names that tell a secret: `db_password` and `apiKey` do, `primary_key` and `monkey` do not.

mod segments;

use segments::Segments;
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
    "csrf", "cvc", "cvv", "cvv2", "jwt", "mnemonic", "otp", "passcode", "passwords", "psk", "pwd",
    "secrets", "ssn", "tokens", "totp", "xsrf",
];

/// The same in other languages. Those that are written without blanks are the end of what stands
/// before them too.
#[rustfmt::skip] // a table
const FOREIGN: &[&str] = &[
    "adgangskode", "contrasena", "contraseña", "geslo", "hasło", "heslo", "jelszó", "kennwort",
    "lozinka", "lösenord", "mot de passe", "motdepasse", "parola", "parolă", "passord", "passwort",
    "salasana", "senha", "wachtwoord", "şifre", "Пароль", "пароль", "סיסמה", "パスワード", "口令",
    "密码", "密碼", "비밀번호", "암호",
];

/// Segments that tell it at the end of a longer one too: `PGPASSWORD`, `clientsecret`.
#[rustfmt::skip] // a table
const ENDS: &[&str] = &[
    "accesskey", "dbpass", "sshpass", "keypass", "storepass", "userpass", "apikey", "authkey", "passphrase",
    "passwd", "password", "bindpw", "rootpw", "privatekey", "secret", "secretkey", "sessionid", "sessid", "token",
    "encryptionkey", "signingkey", "accountkey",
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
    ("backup", "code"), ("backup", "codes"), ("backup", "phrase"), ("card", "number"), ("code", "verifier"), ("consumer", "key"), ("customer", "key"),
    ("credit", "card"), ("decryption", "key"), ("deploy", "key"), ("encryption", "key"),
    ("hmac", "key"), ("integration", "key"), ("license", "key"), ("login", "code"), ("master", "key"), ("mnemonic", "phrase"), ("mfa", "code"), ("passport", "number"),
    ("preshared", "key"), ("private", "key"), ("private", "keys"), ("recovery", "code"), ("recovery", "codes"),
    ("recovery", "phrase"), ("secret", "key"), ("secret", "phrase"), ("security", "code"), ("security", "number"),
    ("seed", "phrase"), ("service", "key"), ("session", "id"), ("session", "key"),
    ("shared", "key"), ("signing", "key"), ("sms", "code"), ("ssh", "key"), ("storage", "key"), ("stream", "key"),
    ("signature", "provided"), ("subscription", "key"), ("verification", "code"),
    ("webhook", "key"),
];

/// Last segments of names that speak about a secret instead of being one: `token_type`.
#[rustfmt::skip] // a table
const ABOUT: &[&str] = &[
    "age", "alg", "algorithm", "arn", "at", "attempts", "audience", "average", "avg", "budget",
    "callback", "changed", "changes", "class", "cmd", "column", "command", "cost", "count",
    "counts", "created", "description", "dir", "disabled", "enabled", "endpoint", "entropy", "env", "error",
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
    "suffix", "sum", "template", "tests", "threshold", "total", "ttl", "txt", "type", "types", "updated",
    "uri", "url", "usage", "used", "valid", "validation", "validator", "var", "variable",
    "version", "view", "window", "words", "writer",
];

/// First segments that do, of what stands behind the last `.`: `has_password`, not `input.password`.
#[rustfmt::skip] // a table
const ABOUT_FIRST: &[&str] = &[
    "bad", "bos", "cls", "continuation", "count", "cursor", "eos", "error", "errors", "expected",
    "failed", "forgot", "has", "hide", "invalid", "is", "lexer", "mask", "max", "min", "missing",
    "no", "not", "num", "pad", "parse", "parser", "peek", "prev", "public", "requires", "sep",
    "show", "stop", "total", "unexpected", "unk", "unknown", "validate", "with", "without",
    "wrong",
];

/// Those of them before what may be the secret itself, if it looks like one: `expected_token` of a
/// webhook, not of a parser.
const MAY_BE_FIRST: &[&str] = &["bad", "expected", "invalid", "unexpected", "wrong"];

/// What the scanner looks for in a text: each name above holds one of these.
#[rustfmt::skip] // a table
const WORDS: &[&str] = &[
    "auth", "bearer", "card", "code", "cookie", "cred", "csrf", "cvc", "cvv", "hash", "hmac",
    "jwt", "key", "mnemonic", "nonce", "number", "otp", "pass", "phrase", "psk", "pin", "pw",
    "salt", "secret", "sess", "sid", "sig", "ssn", "token", "xsrf",
    // of other languages
    "adgangskode", "contrase", "geslo", "hasło", "heslo", "jelszó", "kennwort", "lozinka",
    "lösenord", "parola", "parolă", "salasana", "senha", "wachtwoord", "şifre", "Пароль", "пароль",
    "סיסמה", "パスワード", "口令", "密码", "密碼", "비밀번호", "암호",
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
        let own = |names: &[T]| names.iter().map(|name| name.as_ref().to_owned()).collect();
        Self {
            allow: own(allow),
            deny: own(deny),
        }
    }

    /// What to look for in a text.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let own = self
            .deny
            .iter()
            .filter_map(|name| Segments::of(name).last());
        WORDS.iter().copied().chain(own)
    }

    /// Whether the program says that a name is no secret's.
    pub(super) fn allow(&self, name: &str) -> bool {
        // `apiKey`, `API-KEY` and `api_key` are one
        let segments = Segments::of(name);
        self.allow.iter().any(|own| Segments::of(own) == segments)
    }

    /// What a name tells, matched by whole segments.
    pub(super) fn telling(&self, name: &str) -> Telling {
        if self.allow(name) {
            return Telling::Nothing;
        }
        let segments = Segments::of(name);
        if self
            .deny
            .iter()
            .any(|own| segments.ends_with(&Segments::of(own)))
        {
            return Telling::Secret;
        }
        let Some((before, last)) = name.rsplit_once('.') else {
            return told_by(&segments, &segments);
        };
        // what is said of a field
        if ends_with(before, "errors") {
            return Telling::Nothing;
        }
        told_by(&segments, &Segments::of(last))
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

/// Whether a name is two words that tell of a secret together.
pub(super) fn is_pair(name: &str) -> bool {
    matches!(Segments::of(name).parts(), pair @ [_, _] if tells_as_pair(pair))
}

/// Whether a pass is somebody's, or that of what one logs in to: `db_pass`, not `render_pass`.
pub(super) fn is_pass(name: &str) -> bool {
    #[rustfmt::skip] // a table
    const WHOSE: &[&str] = &[
        "admin", "amqp", "app", "auth", "broker", "database", "db", "email", "ftp", "http", "imap",
        "ldap", "login", "mail", "mongo", "mqtt", "my", "mysql", "pg", "postgres", "proxy", "redis",
        "root", "sftp", "smtp", "ssh", "sudo", "user",
    ];
    let segments = Segments::of(name);
    matches!(segments.parts(), [.., whose, last] if is_among(WHOSE, whose) && is_among(&["pass", "pw"], last))
}

/// Whether a name is that of many secrets, which may have names of their own: `secrets: {"db": "x"}`.
pub(super) fn is_plural(name: &str) -> bool {
    match Segments::of(name).parts() {
        [.., last] if is_among(&["passwords", "secrets"], last) => true,
        [.., a, b] => b.eq_ignore_ascii_case("keys") && tells_as_pair(&[a, b]),
        _ => false,
    }
}

/// Whether a name is that of who logs in, and with what: `credentials: ("app", "x")`.
pub(super) fn is_login(name: &str) -> bool {
    const LAST: &[&str] = &[
        "auth",
        "cred",
        "creds",
        "credential",
        "credentials",
        "login",
    ];
    const ENDS: &[&str] = &["userpass", "userpassword"];
    let last = Segments::of(name).last();
    last.is_some_and(|last| is_among(LAST, last)) || ENDS.iter().any(|end| ends_with(name, end))
}

fn tells_as_pair(pair: &[&str]) -> bool {
    let is =
        |(a, b): &(&str, &str)| pair[0].eq_ignore_ascii_case(a) && pair[1].eq_ignore_ascii_case(b);
    PAIRS.iter().any(is)
}

/// Whether a name says that its value is a version: `app.version`.
pub(super) fn is_version(name: &str) -> bool {
    let last = Segments::of(name).last();
    last.is_some_and(|last| is_among(&["version", "release", "oid", "build", "revision"], last))
}

fn is_among(words: &[&str], segment: &str) -> bool {
    words.iter().any(|word| segment.eq_ignore_ascii_case(word))
}

/// What the segments of a name tell, and those of what stands behind its last `.`.
fn told_by(segments: &Segments<'_>, of_last: &Segments<'_>) -> Telling {
    let parts = segments.parts();
    let about_first = match of_last.parts() {
        [first, _, ..] => is_among(ABOUT_FIRST, first),
        _ => false,
    };
    let Some(last) = parts.last() else {
        return Telling::Nothing;
    };
    let last_pair = parts.windows(2).next_back().is_some_and(tells_as_pair);
    if is_among(ABOUT, last) && !last_pair {
        if let [.., secret, id] = parts
            && secret.eq_ignore_ascii_case("secret")
            && id.eq_ignore_ascii_case("id")
        {
            return Telling::Perhaps;
        }
        return Telling::Nothing;
    }
    let alone = parts.iter().enumerate().any(|(place, segment)| {
        let counted = segment.eq_ignore_ascii_case("tokens") && place + 1 < parts.len();
        let ends = || ENDS.iter().any(|end| ends_with(segment, end));
        !counted && (is_among(ALONE, segment) || ends() || is_foreign(segment))
    });
    let secret = alone || parts.windows(2).any(tells_as_pair);
    if about_first {
        let may_be = secret && is_among(MAY_BE_FIRST, of_last.parts()[0]);
        return if may_be {
            Telling::Perhaps
        } else {
            Telling::Nothing
        };
    }
    if secret {
        return Telling::Secret;
    }
    // `primary_key` is none, and so is every other key that is not named above
    let key = last.eq_ignore_ascii_case("key") && parts.len() > 1;
    if is_among(PERHAPS, last) && !key {
        return Telling::Perhaps;
    }
    Telling::Nothing
}

/// Whether a name is told in another language: what a sentence says of it is not known.
pub(super) fn is_foreign(name: &str) -> bool {
    let joined = |word: &&str| !word.is_ascii() && name.ends_with(*word);
    is_among(FOREIGN, name) || FOREIGN.iter().any(joined)
}

/// Whether a name ends so, in any case.
pub(super) fn ends_with(name: &str, end: &str) -> bool {
    name.len()
        .checked_sub(end.len())
        .and_then(|from| name.get(from..))
        .is_some_and(|found| found.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::{ALONE, ENDS, FOREIGN, Names, PAIRS, PERHAPS, Segments, Telling, WORDS};

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
            "input.password",
            "error.context.password",
            "VERIFY_TOKEN",
            "page_access_token",
            "mfa_code",
            "PresharedKey",
            "SignatureProvided",
            "Contraseña",
            "db_senha",
            "ユーザーパスワード",
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
            "form.has_password",
            "errors.password",
            "password.length",
            "",
        ] {
            assert_eq!(telling(name), Telling::Nothing, "{name}");
        }
        for name in [
            "db_pass",
            "auth",
            "signature",
            "pin",
            "expected_token",
            "check.wrongPassword",
        ] {
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
        let names = ALONE.iter().chain(FOREIGN).chain(ENDS).chain(PERHAPS);
        for name in names.chain(last) {
            let found = WORDS.iter().any(|word| name.contains(word));
            assert!(
                found || ["credit", "id", "codes", "provided", "verifier"].contains(name),
                "{name}"
            );
        }
    }

    #[test]
    fn segments_follow_case_and_marks() {
        for (name, parts) in [
            ("HTTPServerURL2", &["HTTP", "Server", "URL"][..]),
            ("a--b__C", &["a", "b", "C"]),
            ("user[password]", &["user", "password"]),
            ("x-hub-signature-256", &["x", "hub", "signature"]),
            ("naïveÉtat", &["naïve", "État"]),
            ("42", &["42"]),
            ("", &[]),
        ] {
            assert_eq!(Segments::of(name).parts(), parts, "{name}");
        }
    }

    #[test]
    fn of_many_segments_the_last_ones_count() {
        let name = format!("{}api_key", "part_".repeat(50));
        assert_eq!(telling(&name), Telling::Secret);
        assert_eq!(Names::new(&[&name], &[]).telling(&name), Telling::Nothing);
    }
}
