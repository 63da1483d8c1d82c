//! What is no secret by how it reads: prose, a type, a path, a piece of a program.

use super::judge::is_mixed;
use super::value::{Joint, Value};
use crate::privacy::text::{Text, is_dotted, is_word};

/// Words that go on with a sentence.
#[rustfmt::skip] // a table
const PROSE: &[&str] = &[
    "a", "absent", "accepted", "after", "already", "also", "and", "any", "argument", "as", "async",
    "at", "auto", "automatic", "await", "bad", "be", "because", "been", "before", "but", "by",
    "bytes", "can", "cannot", "comma", "const", "could", "created", "decode", "denied", "did",
    "does", "during", "empty", "encrypted", "end", "env", "eof", "error", "expected", "expired",
    "external", "failed", "failure", "field", "file", "flag", "for", "forbidden", "found", "from",
    "generated", "given", "has", "here", "how", "i", "identifier", "if", "in", "incorrect",
    "inherited", "instead", "integer", "interactive", "invalid", "is", "it", "its", "keychain",
    "keyring", "keyword", "let", "literal", "loaded", "malformed", "managed", "mandatory", "may",
    "mismatch", "mismatched", "missing", "must", "mut", "needs", "new", "newline", "no", "not",
    "number", "of", "ok", "on", "only", "operator", "option", "optional", "or", "our", "parse",
    "parsing", "path", "plaintext", "prompt", "provided", "reading", "refused", "rejected",
    "required", "requires", "return", "revoked", "rotated", "s", "semicolon", "set", "should",
    "so", "start", "stdin", "str", "string", "t", "text", "than", "that", "the", "then", "there",
    "they", "this", "timeout", "to", "too", "unauthorized", "unavailable", "unchanged",
    "undefined", "unexpected", "unknown", "unset", "unsupported", "updated", "used", "using",
    "valid", "value", "vault", "was", "we", "what", "when", "which", "whitespace", "who", "why",
    "will", "with", "without", "would", "wrong", "you", "your",
];

pub(in crate::privacy::rules) fn is_prose(said: &str) -> bool {
    let word = said.trim_end_matches([',', '.', ':', ';', '!', '?']);
    PROSE.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// More than one word, one of them such: what a validator says of a field.
pub(super) fn is_sentence(said: &str) -> bool {
    const WORDS: &[&str] = &[
        "is", "must", "should", "cannot", "can't", "required", "invalid", "missing", "not", "may",
        "too", "has", "at", "expired", "be", "does", "failed", "needs", "was",
    ];
    let words = said.split(' ').filter(|word| !word.is_empty());
    let plain = said.bytes().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b' ' | b'.' | b',' | b'\'' | b'`' | b':' | b'(' | b')' | b'-'
            )
    });
    plain
        && words.clone().count() > 1
        && words
            .clone()
            .any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// `["is too short", "must hold a digit"]`: the same of each.
pub(super) fn is_list_of_sentences(said: &str) -> bool {
    let inside = said.trim_start_matches('[').trim_end_matches(']');
    let mut parts = inside.split('"');
    let between = |part: &str| part.bytes().all(|byte| matches!(byte, b',' | b' ' | b'\n'));
    let mut texts = 0;
    loop {
        if !parts.next().is_some_and(between) {
            return false;
        }
        match parts.next() {
            Some(text) if is_sentence(text) => texts += 1,
            Some(_) => return false,
            None => return texts > 0,
        }
    }
}

/// Words of the lists that phrases are made from, which know neither `is` nor `the`.
pub(super) fn is_word_list(said: &str) -> bool {
    let is_one = |word: &str| {
        (3..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    said.split(' ').count() >= 6 && said.split(' ').all(is_one)
}

/// What is said of a passphrase that may itself be of many words.
pub(super) fn is_about_phrase(said: &str) -> bool {
    const WORDS: &[&str] = &["must", "should", "cannot", "required", "invalid"];
    let begins = said.split(' ').next().is_some_and(is_prose);
    let says = said.split(' ').any(|word| WORDS.contains(&word));
    is_sentence(said) && (begins || (says && !is_word_list(said)))
}

/// `String`, `Option`, `u64`: the types of fields.
#[rustfmt::skip] // a table
const TYPES: &[&str] = &[
    "String", "Option", "Box", "Arc", "Rc", "Cow", "Vec", "Secret", "SecretString", "SecretBox",
    "HashMap", "Result", "Token", "Password", "Hash", "Self", "bool", "char", "str", "u8", "u16",
    "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "impl",
    "dyn", "TEXT", "VARCHAR", "BYTEA", "text", "varchar", "string", "integer", "password", "token",
    "secret",
];

pub(super) fn is_type(said: &str) -> bool {
    let said = said.trim_matches(['[', ']', '{', '(', '<', '>']);
    let path = said.contains("::") && said.bytes().all(|byte| is_word(byte) || byte == b':');
    let plain = said.trim_end_matches(['!', '?', ';', ',']);
    TYPES.contains(&plain) || path
}

/// Where a secret lies, not the secret: `/run/secrets/db`, `./password.txt`.
pub(super) fn is_path(said: &str) -> bool {
    const ROOTS: &[&str] = &[
        "/run/",
        "/etc/",
        "/var/",
        "/opt/",
        "/mnt/",
        "/usr/",
        "/tmp/",
        "/home/",
        "/root/",
        "/dev/",
        "/secrets/",
        "/vault/",
        "/proc/",
    ];
    // from here a word alone may be anything
    const HERE: &[&str] = &["./", "../", "~/", "@./"];
    let here = HERE.iter().find_map(|root| said.strip_prefix(root));
    let rooted = ROOTS.iter().any(|root| said.starts_with(root));
    (rooted || here.is_some_and(|rest| rest.contains(['/', '.'])))
        && said.bytes().all(|byte| {
            is_dotted(byte) || byte >= 0x80 || matches!(byte, b'/' | b'@' | b'~' | b'[' | b'+')
        })
}

/// `token.rs:12:5`: a line of a file that is called like a secret.
pub(super) fn is_line(name: &str, said: &str) -> bool {
    #[rustfmt::skip] // a table
    const SOURCES: &[&str] = &[
        "rs", "c", "cc", "cpp", "cs", "go", "h", "hpp", "java", "js", "json", "jsx", "kt", "php",
        "proto", "py", "rb", "sql", "swift", "toml", "ts", "tsx", "yaml", "yml",
    ];
    let source = name
        .rsplit_once('.')
        .is_some_and(|(_, end)| SOURCES.contains(&end));
    source
        && said
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':')
}

/// What begins with a bracket, unless it looks like a secret in one.
fn is_expression(said: &str) -> bool {
    said.strip_prefix(['{', '(', '[', '<'])
        .is_some_and(|inside| inside.len() < 6 || !is_mixed(inside))
}

/// `config.password`, `read()`, `vec![..]`: a program, not a value.
pub(super) fn is_code(text: Text<'_>, value: Value, said: &str) -> bool {
    let is_path = |said: &str| {
        said.bytes()
            .all(|byte| is_word(byte) || matches!(byte, b'.' | b':' | b'!'))
    };
    let call = || {
        let open = said.find(['(', '{', '[']).filter(|open| *open > 0);
        open.is_some_and(|open| said.get(..open).is_some_and(is_path))
    };
    let field = || {
        said.contains('.')
            && said
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'.'))
            && matches!(text.at(value.end), b';' | b',' | b')' | b'\n' | 0)
    };
    value.joint != Joint::Tight && (call() || field() || is_expression(said))
}
