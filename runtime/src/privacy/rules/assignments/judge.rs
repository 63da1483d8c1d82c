//! Whether what is given to a telling name is a secret, or says that there is none, or is prose.

use super::nothing::says_nothing;
use super::quote::quote;
use super::reading::{
    is_about_phrase, is_code, is_line, is_list_of_sentences, is_path, is_prose, is_sentence,
    is_type, is_word_list,
};
use super::value::{Joint, Value, is_key_in_bytes};
use crate::privacy::names::{Telling, ends_with, is_foreign, is_pass};
use crate::privacy::text::{NEAR, Text, is_base64, is_upper, is_word, is_words};

/// Words before what a parser calls a token.
#[rustfmt::skip] // a table
const PARSERS: &[&[u8]] = &[
    b"unexpected", b"expected", b"unknown", b"invalid", b"unrecognized", b"illegal", b"bad",
    b"next", b"parse", b"unsupported", b"missing",
];

/// A value, and the name that it is given to.
pub(super) struct Words<'a> {
    pub(super) text: Text<'a>,
    pub(super) telling: Telling,
    pub(super) name: (usize, usize),
}

impl Words<'_> {
    /// Where the secret ends that begins where the value does, if it is one.
    pub(super) fn secret_end(&self, value: Value) -> Option<usize> {
        let text = self.text;
        let said = text.str(value.start, value.end);
        let name = text.str(self.name.0, self.name.1);
        if self.telling == Telling::Perhaps
            && !looks_like_one(name, said, value.joint)
            && !self.is_somebodys_pass(name, said)
            && !is_key_in_bytes(name, said)
        {
            return None;
        }
        let is_none = says_nothing(said) || is_type(said) || is_count(name, said);
        if is_none && !value.goes_on {
            return None;
        }
        if value.joint == Joint::Blank {
            let secret = if value.quoted {
                self.is_told_apart_in_quotes(name, said)
            } else {
                self.is_told_apart(name, said)
            };
            return secret.then_some(value.end);
        }
        let phrase = is_phrase(name);
        if value.quoted {
            if ends_with(name, "token") && is_lexed(text, value.start) {
                return None;
            }
            let prose = if said.starts_with('[') {
                is_list_of_sentences(said)
            } else if phrase {
                is_about_phrase(said)
            } else {
                // a variable of the environment is given no message
                is_sentence(said) && !self.is_variable(name)
            };
            return (!prose).then_some(value.end);
        }
        if is_path(said) || is_code(text, value, said) || is_line(name, said) {
            return None;
        }
        let line = name.contains('-') && ends_with(name, "signature");
        if value.joint == Joint::Tight && line && text.at(value.end) == b',' {
            // `t=1492774577,v1=5257a8`
            let pairs = text.run_within(value.end, NEAR, |byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b',' | b'=' | b'_')
            });
            return Some(pairs);
        }
        let secret = match value.joint {
            Joint::Tight => !(is_prose(said) && (self.is_flag() || self.is_header() || phrase)),
            Joint::Loose => !is_prose(said),
            Joint::Colon if is_foreign(name) => is_mixed(said),
            // of an assembler
            Joint::Colon if ends_with(name, "mnemonic") && text.at(value.end) != b' ' => false,
            Joint::Colon => (phrase && !is_prose(said)) || self.is_after_colon(value, said),
            Joint::Is => is_mixed(said) && said.len() > 3,
            Joint::Blank => false,
        };
        secret.then(|| self.end(value, name))
    }

    /// Where a secret ends that is not quoted.
    fn end(&self, value: Value, name: &str) -> usize {
        let text = self.text;
        let value = value.whole(text, self.name.0);
        match value.joint {
            Joint::Is | Joint::Blank => value.end,
            _ if is_phrase(name) => self.phrase_end(value),
            // the region and the service of AWS follow the key's id
            Joint::Tight if ends_with(name, "credential") => {
                let said = text.str(value.start, value.end);
                let slash = said.find('/').or_else(|| said.find("%2F"));
                slash.map_or(value.end, |slash| value.start + slash)
            }
            Joint::Tight => self.connection_string_end(value),
            Joint::Loose | Joint::Colon => value.end,
        }
    }

    /// `user: "app", pass: "x"`, `db_pass: "x"`: a pass is of much, but not beside a user.
    fn is_somebodys_pass(&self, name: &str, said: &str) -> bool {
        let text = self.text;
        let start = text.run_back(self.name.0, 128, |byte| !matches!(byte, b'{' | b'}'));
        let before = text.str(start, self.name.0);
        let user = || {
            before.match_indices("user").any(|(at, word)| {
                let name = text.run_within(start + at + word.len(), 16, is_word);
                let close = quote(text, name).map_or(name, |close| close.end);
                matches!(text.at(close), b':' | b'=')
            })
        };
        let number = said.bytes().all(|byte| byte.is_ascii_digit());
        let pass = ends_with(name, "pass") || ends_with(name, "pw");
        pass && !number && (is_pass(name) || user())
    }

    /// What stands a blank behind its name, and can be nothing else.
    fn is_told_apart(&self, name: &str, said: &str) -> bool {
        let digits = said.bytes().all(|byte| byte.is_ascii_digit());
        if ends_with(name, "otp") || ends_with(name, "pin") {
            return digits && (4..=8).contains(&said.len());
        }
        // `denied for app with password x1y2z3`
        let word = self.text.word_before(self.name.0);
        if word.eq_ignore_ascii_case(b"with") && ends_with(name, "password") {
            let number = said.bytes().any(|byte| byte.is_ascii_digit());
            return number && said.len() >= 6 && !said.contains(['.', '/', '(']);
        }
        let hex = said.len() >= 32 && said.bytes().all(|byte| byte.is_ascii_hexdigit());
        // as secrets of second factors are
        let upper = said.len() >= 16 && said.bytes().all(is_upper) && is_mixed(said);
        is_random(said) || ((hex || upper) && !digits && self.telling == Telling::Secret)
    }

    /// The same of what is quoted: `token "x7-k2p9-q4m1"`, not what a parser calls a token.
    fn is_told_apart_in_quotes(&self, name: &str, said: &str) -> bool {
        let digits = said.bytes().filter(u8::is_ascii_digit).count();
        let token = ends_with(name, "token") || ends_with(name, "key");
        let random = said.len() >= 12 && digits > 2 && !said.contains(' ');
        (is_phrase(name) && is_word_list(said))
            || (self.telling == Telling::Secret && token && random)
                && (name.contains(' ') || !self.is_parsed())
                && !is_words(said.as_bytes())
    }

    /// Whether the word before says that the name is that of a piece of a text.
    fn is_parsed(&self) -> bool {
        let word = self.text.word_before(self.name.0);
        PARSERS.iter().any(|known| word.eq_ignore_ascii_case(known))
    }

    /// `DB_PASSWORD=".."`
    fn is_variable(&self, name: &str) -> bool {
        self.text.at(self.name.1) == b'='
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9'))
    }

    /// `X-Auth-Token: `
    fn is_header(&self) -> bool {
        let (start, end) = self.name;
        self.text.slice(start, end).contains(&b'-') && self.text.says(end, ": ")
    }

    fn is_flag(&self) -> bool {
        self.text.before(self.name.0) == b'-' && !matches!(self.text.at(self.name.1), b'=' | b':')
    }

    /// In `Key=a b;Key=c` a value ends at the semicolon.
    fn connection_string_end(&self, value: Value) -> usize {
        let text = self.text;
        if !matches!(text.at(value.end), b' ' | b'&' | b',') || text.says(value.end, "&amp;") {
            return value.end;
        }
        let end = text.run_within(value.start, 128, |byte| {
            !matches!(byte, b';' | b'\n' | b'"' | b'\'' | b'=')
        });
        let next = text.run_within(end + 1, NEAR, |byte| is_word(byte) || byte == b' ');
        let first = text.run_back(self.name.0, 1, |byte| byte == b';') < self.name.0;
        if text.at(end) == b';' && (text.at(next) == b'=' || first) {
            end
        } else {
            value.end
        }
    }

    /// A passphrase is of many words: the rest of the line, or up to the next name, unless it is a
    /// sentence.
    fn phrase_end(&self, value: Value) -> usize {
        let text = self.text;
        if text.at(value.end) != b' ' || self.is_flag() {
            return value.end;
        }
        let end = text.run_within(value.end, NEAR, |byte| {
            !matches!(
                byte,
                b'\n'
                    | b'\r'
                    | b','
                    | b';'
                    | b'"'
                    | b'\''
                    | b'`'
                    | b'='
                    | b'&'
                    | b')'
                    | b'}'
                    | b'|'
                    | b'\\'
            )
        });
        let end = if text.at(end) == b'=' {
            text.run_back(end, NEAR, |byte| byte != b' ')
                .max(value.end + 1)
                - 1
        } else {
            end
        };
        if value.joint != Joint::Tight && is_about_phrase(text.str(value.start, end)) {
            return value.end;
        }
        text.run_back(end, 3, |byte| matches!(byte, b' ' | b'.'))
            .max(value.end)
    }

    /// After a colon and a blank: a value, or the rest of a sentence.
    fn is_after_colon(&self, value: Value, said: &str) -> bool {
        let text = self.text;
        let parser = self.is_parsed();
        // `API key`: as likely a subject
        let spaced = text.slice(self.name.0, self.name.1).contains(&b' ');
        if is_mixed(said) {
            return if spaced {
                said.len() >= 4
            } else {
                !parser || said.len() >= 12
            };
        }
        // one word of letters: the last of its line, or a field among others
        let after = text.skip_blanks(value.end);
        let ends = matches!(text.at(after), 0 | b'\n' | b'\r' | b'}' | b']')
            || (text.at(value.end) == b',' && {
                let next = text.run_within(text.skip_blanks(value.end + 1), NEAR, is_word);
                matches!(text.at(next), b':' | b'=') && next > value.end + 1
            });
        // the name of a secret may be given, that of a password hardly
        let name = text.str(self.name.0, self.name.1);
        let dash = ends_with(name, "password") || ends_with(name, "passwd");
        let lower = said
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte >= 0x80 || (dash && byte == b'-'));
        ends && lower && !parser && !spaced && !is_prose(said)
    }
}

/// Whether the value of a field is a secret by the field's name.
pub(in crate::privacy) fn is_secret(telling: Telling, name: &str, said: &str) -> bool {
    if says_nothing(said) || is_count(name, said) {
        return false;
    }
    telling == Telling::Secret || looks_like_one(name, said, Joint::Tight)
}

/// `Ident("` and the like before a value: what a lexer calls a token.
fn is_lexed(text: Text<'_>, start: usize) -> bool {
    const KINDS: &[&str] = &[
        "Ident",
        "Identifier",
        "Keyword",
        "Lit",
        "Literal",
        "Op",
        "Operator",
        "Punct",
        "Symbol",
        "Word",
    ];
    let open = text.run_back(start, 16, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
    let Some(open) = open.checked_sub(1).filter(|open| text.at(*open) == b'(') else {
        return false;
    };
    let kind = text.run_back(open, 16, is_word);
    KINDS.contains(&text.str(kind, open))
}

/// What is made by chance, and no word, hash, or name of a thing: `x7k2p9q4m1n8b5v3c6z0`.
fn is_random(said: &str) -> bool {
    let padded = said.ends_with('=') && said.len() >= 40 && is_mixed(said);
    if padded && said.bytes().all(|byte| is_base64(byte) && byte != b'%') {
        return true;
    }
    let said = said.trim_end_matches('=');
    let count = |is: fn(&u8) -> bool| said.bytes().filter(is).count();
    said.len() >= 20
        && count(u8::is_ascii_alphanumeric) == said.len()
        && count(u8::is_ascii_digit) > 1
        && count(u8::is_ascii_hexdigit) < said.len()
        && !is_words(said.as_bytes())
}

/// Names of secrets that are made of words.
fn is_phrase(name: &str) -> bool {
    ends_with(name, "phrase") || ends_with(name, "mnemonic")
}

/// `tokens: 4096` counts them.
fn is_count(name: &str, said: &str) -> bool {
    let digits = said.bytes().all(|byte| byte.is_ascii_digit());
    let list = || {
        said.bytes().all(|byte| {
            byte.is_ascii_digit() || matches!(byte, b'[' | b']' | b',' | b' ' | b'_' | b'.' | b'/')
        })
    };
    // what a parser made, unless one of its texts looks like more
    let parsed = || {
        let mut texts = said.split(['"', '\'']).skip(1).step_by(2);
        said.starts_with('[') && !texts.any(|text| text.len() >= 12 && is_mixed(text))
    };
    (digits && said.len() < 3)
        || (digits && (ends_with(name, "token") || ends_with(name, "tokens")) && said.len() < 6)
        || (ends_with(name, "tokens") && (list() || parsed()))
        || (name.eq_ignore_ascii_case("token") && said.len() < 3)
        // an attribute of HTML
        || (name.eq_ignore_ascii_case("accesskey") && said.len() < 2)
}

/// `key`, `KEY2`
fn is_key(name: &str) -> bool {
    let word = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    word.eq_ignore_ascii_case("key")
}

/// Whether the value of a name that may tell a secret looks like one.
fn looks_like_one(name: &str, said: &str, joint: Joint) -> bool {
    let digits = said.bytes().filter(u8::is_ascii_digit).count();
    let number = digits == said.len();
    if ends_with(name, "pass") || ends_with(name, "pw") {
        return !number && (joint == Joint::Tight || is_mixed(said));
    }
    if ends_with(name, "pin") {
        return number && (4..=8).contains(&digits);
    }
    if ends_with(name, "hash") || is_key(name) || ends_with(name, "nonce") {
        // hashes of content are harmless, those of passwords are named so
        let hex = said.bytes().all(|byte| byte.is_ascii_hexdigit());
        let path = said.contains([':', '/']);
        return said.len() >= 20 && digits > 0 && !hex && !path && joint == Joint::Tight;
    }
    // of Vault; elsewhere it is the name of a secret
    if ends_with(name, "id") && !ends_with(name, "sid") {
        let mark = |(at, byte): (usize, u8)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        };
        return said.len() == 36 && said.bytes().enumerate().all(mark);
    }
    // `expected_token`: a parser's, or a client's
    if ends_with(name, "token") {
        return is_random(said);
    }
    // `session:42:profile` is a key of Redis, `session=0x7ffe3c` a pointer
    let key = (said.contains(':') && is_words(said.as_bytes()))
        || (said.starts_with("0x") && said.len() <= "0x".len() + 16);
    let words = joint == Joint::Loose && said.contains(' ');
    said.len() >= 6 && digits > 0 && !number && joint != Joint::Colon && !key && !words
}

/// Digits, marks, or capitals within: no word of a language.
pub(in crate::privacy::rules) fn is_mixed(said: &str) -> bool {
    let bytes = said.as_bytes();
    if bytes.iter().any(u8::is_ascii_digit) {
        return true;
    }
    if bytes.iter().any(|byte| {
        matches!(
            byte,
            b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*' | b'+' | b'=' | b'~' | b'/' | b'?'
        )
    }) {
        return !(bytes.contains(&b'/')
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'-' | b'_')));
    }
    // `UnexpectedEof` is a name, `aBcDeF` is none
    let letters = bytes.iter().all(u8::is_ascii_alphabetic);
    let camel = letters
        && bytes.first().is_some_and(u8::is_ascii_uppercase)
        && !bytes
            .windows(2)
            .any(|pair| pair[0].is_ascii_uppercase() && pair[1].is_ascii_uppercase());
    let inner = bytes
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    inner && !camel
}
