//! Hashes of passwords, which say by their beginning how they were made.

use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;

pub(in crate::privacy) const RULES: &[Rule] = &[Rule {
    name: "password hash",
    source: "the format of PHC strings; crypt(5); the documentation of Django of how passwords are kept",
    class: Class::Secret,
    starts: Starts::Literals(&[
        "$2a$",
        "$2b$",
        "$2x$",
        "$2y$",
        "$argon2",
        "$1$",
        "$5$",
        "$6$",
        "$7$",
        "$y$",
        "$apr1$",
        "$scrypt$",
        "$pbkdf2",
        "pbkdf2_sha",
        "{SSHA",
        "SCRAM-SHA-",
    ]),
    find: Find::With(hash),
    takes: &[
        (
            "no match for $2b$12$0123456789abcdefghijABCDEFGHIJ0123456789abcdefghijABC.",
            "no match for [Filtered].",
        ),
        (
            "(\"jane\", \"$argon2id$v=19$m=65536,t=2,p=1$gZiV0M1gPc22ElAH$CWOrkoo7oJBQ0iyh7uJ0LO2a\")",
            "(\"jane\", \"[Filtered]\")",
        ),
        (
            "root:$6$saltsalt$0123456789abcdefghijABCDEFGHIJ0123:19000",
            "root:[Filtered]:19000",
        ),
        (
            "pbkdf2_sha256$600000$abcdefghij$0123456789abcdefghijABCDEFGHIJ=",
            "[Filtered]",
        ),
        (
            "is SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVka2V5:c2VydmVya2V5, not",
            "is [Filtered], not",
        ),
        (
            "userPassword {SSHA}0123456789abcdefghijABCDEF==",
            "userPassword [Filtered]",
        ),
    ],
    leaves: &[
        "$1$2",
        "$argon2id$ is not known",
        "SCRAM-SHA-256-PLUS or SCRAM-SHA-512",
        "VALUES ($5$, $6$)",
        "price $2b$",
    ],
}];

fn hash(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let scram = text.says(hit.start, "SCRAM");
    let end = text.run(hit.end, |byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'$' | b'.' | b'/' | b'+' | b'=' | b',' | b'_' | b'-' | b'}'
            )
            || (scram && byte == b':')
    });
    let end = text.run_back(end, 3, |byte| matches!(byte, b'.' | b','));
    let body = text.slice(hit.end, end);
    let mixed = body.iter().any(u8::is_ascii_digit) && body.iter().any(u8::is_ascii_alphabetic);
    if text.begins_word(hit.start) && body.len() >= 24 && mixed {
        found.take(hit.start, end, FILTERED);
    }
    found.until = found.until.max(end);
}
