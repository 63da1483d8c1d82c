//! What the flags of commands are given.

use crate::privacy::FILTERED;
use crate::privacy::rules::assignments::{is_prose, says_nothing};
use crate::privacy::rules::{Found, Hit, Look};
use crate::privacy::text::{NEAR, Text};

/// How a command is given its password.
#[derive(Debug, Clone, Copy)]
enum Given {
    /// `-pX`
    Attached,
    /// `-p X`
    Apart,
    /// Either.
    Both,
    /// `-U jane%X`: behind this letter.
    Behind(u8),
    /// So many words behind the flag are none: `-b file jane X`.
    Last(usize),
}

/// The flags of a command, by how its name begins.
fn flags_of(command: &str) -> (&'static [&'static str], Given) {
    match command.split([' ', '"']).next().unwrap_or_default() {
        "mysql" | "mariadb" | "7z" => (&["-p"], Given::Attached),
        "rar" | "unrar" => (&["-hp", "-p"], Given::Attached),
        "xfreerdp" => (&["/p:"], Given::Attached),
        "redis-cli" => (&["-a"], Given::Apart),
        "ldapsearch" | "ldapmodify" | "ldapadd" | "ldapwhoami" => (&["-w"], Given::Both),
        "ssh-keygen" => (&["-N"], Given::Apart),
        "snmp" => (&["-c", "-A", "-X"], Given::Both),
        "sqlcmd" => (&["-P"], Given::Both),
        "zip" | "unzip" | "ipmitool" | "mosquitto_" => (&["-P"], Given::Apart),
        "openssl" => (&["-k"], Given::Apart),
        "nmcli" => (&["password"], Given::Apart),
        "docker" | "podman" | "registry" | "az" => (&["-p"], Given::Apart),
        "smbclient" | "rpcclient" => (&["-U"], Given::Behind(b'%')),
        "lftp" => (&["-u"], Given::Behind(b',')),
        "htpasswd" => (&["-nb", "-b"], Given::Last(2)),
        "mc" => (&["http"], Given::Last(1)),
        _ => (&["-p"], Given::Both),
    }
}

/// A word of a command line, without its quotes.
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) next: usize,
}

impl Word {
    pub(super) fn at(text: Text<'_>, at: usize) -> Self {
        let start = text.run_within(at, NEAR, |byte| matches!(byte, b' ' | b'\t' | b',' | b'['));
        let quote = text.at(start);
        if matches!(quote, b'"' | b'\'') {
            let end = text.run_within(start + 1, NEAR, |byte| byte != quote && byte != b'\n');
            return Self {
                start: start + 1,
                end,
                next: end + 1,
            };
        }
        let end = text.run_within(start, NEAR, |byte| {
            byte > b' ' && !matches!(byte, b'"' | b'\'' | b'`' | b';' | b'|' | b'&' | b')')
        });
        Self {
            start,
            end,
            next: end,
        }
    }

    pub(super) fn take(&self, text: Text<'_>, found: &mut Found) {
        let said = text.str(self.start, self.end);
        if !says_nothing(said) && !is_prose(said) && !said.starts_with('-') {
            found.take(self.start, self.end, FILTERED);
        }
    }
}

pub(super) fn command(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let (flags, given) = flags_of(text.str(hit.start, hit.end));
    // `mysqldump`, `mongosh`
    let name = text.run_within(hit.end, 16, |byte| byte.is_ascii_lowercase());
    let name = name + if text.says(name, ".exe") { 4 } else { 0 };
    let quoted = text.at(name) == b'"';
    let mut at =
        text.skip_blanks(name + usize::from(quoted) + usize::from(text.at(name + 1) == b','));
    at += if text.says(at, "args: ") { 6 } else { 0 };
    let verb = text.slice(hit.start, hit.end).contains(&b' ');
    let first = Word::at(text, at);
    let begins = verb || matches!(text.at(first.start), b'-' | b'/');
    if !text.begins_word(hit.start) || at == name || !begins {
        return;
    }
    let end = text.run_within(at, 2 * NEAR, |byte| {
        !matches!(byte, b'\n' | b';' | b'|' | b'&')
    });
    while at < end {
        let word = Word::at(text, at);
        at = word.next.max(at + 1);
        let flag = flags.iter().find(|flag| text.says(word.start, flag));
        let value = flag.and_then(|flag| value_of(text, &word, flag, given));
        if let Some(value) = value.filter(|value| value.end <= end) {
            value.take(text, found);
            at = value.next.max(at);
            if flags.len() == 1 {
                break;
            }
        }
    }
    found.until = found.until.max(at.min(end));
}

/// What the flag at the beginning of a word is given.
fn value_of(text: Text<'_>, word: &Word, flag: &str, given: Given) -> Option<Word> {
    let value = word.start + flag.len();
    let quote = matches!(text.at(value), b'"' | b'\'') && word.next == word.end;
    let attached = word.end > value || quote;
    let rest = Word {
        start: value,
        ..*word
    };
    match given {
        Given::Attached | Given::Both if quote => Some(Word::at(text, value)),
        // `-port` of another command
        Given::Attached | Given::Both if attached => {
            (text.str(rest.start, rest.end) != "ort").then_some(rest)
        }
        Given::Apart | Given::Both if !attached => Some(Word::at(text, word.next)),
        Given::Behind(mark) => {
            let login = if attached {
                rest
            } else {
                Word::at(text, word.next)
            };
            let user = text.run_within(login.start, NEAR, |byte| byte != mark);
            (user < login.end).then(|| Word {
                start: user + 1,
                ..login
            })
        }
        Given::Last(words) => {
            // `-nb` is given no file
            let words = words - usize::from(flag == "-nb");
            let last = (0..words).fold(word.next, |at, _| Word::at(text, at).next);
            Some(Word::at(text, last))
        }
        _ => None,
    }
}
