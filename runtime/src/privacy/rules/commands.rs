//! Passwords that commands, and the commands of protocols, are given by their place.

use super::assignments::{is_mixed, is_prose, says_nothing};
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::text::{NEAR, Text};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "password of a command",
        source: "mysql(1), sshpass(1), redis-cli(1), mongosh(1), docker-login(1), ldapsearch(1), sqlcmd, zip(1), unzip(1), 7z(1), az(1)",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "mysql",
            "mariadb",
            "sshpass",
            "ssh-keygen",
            "snmp",
            "cqlsh",
            "redis-cli",
            "mongo",
            "docker login",
            "docker\" \"login",
            "podman login",
            "podman\" \"login",
            "registry login",
            "ldapsearch",
            "ldapmodify",
            "ldapadd",
            "ldapwhoami",
            "sqlcmd",
            "zip",
            "unzip",
            "7z a",
            "7z\" \"a",
            "7z e",
            "7z\" \"e",
            "7z x",
            "7z\" \"x",
            "az login",
            "az\" \"login",
        ]),
        find: Find::With(command),
        takes: &[
            (
                "mysqldump -uroot -phunter2 shop; mysql -h db -p'a b' -e x",
                "mysqldump -uroot -p[Filtered] shop; mysql -h db -p'[Filtered]' -e x",
            ),
            (
                r#""/usr/bin/mysql" "-uroot" "-phunter2" "shop""#,
                r#""/usr/bin/mysql" "-uroot" "-p[Filtered]" "shop""#,
            ),
            (
                r#"Command { program: "redis-cli", args: ["-a", "hunter2", "PING"] }"#,
                r#"Command { program: "redis-cli", args: ["-a", "[Filtered]", "PING"] }"#,
            ),
            (
                "sshpass -p hunter2 ssh -p 2222 app@db",
                "sshpass -p [Filtered] ssh -p 2222 app@db",
            ),
            (
                "docker login reg.example -u ci -p \"a b\" && docker login",
                "docker login reg.example -u ci -p \"[Filtered]\" && docker login",
            ),
            (
                "ssh-keygen -q -N hunter2 -f k; snmpwalk -v2c -c hunter2 h; cqlsh -u a -p hunter2 h",
                "ssh-keygen -q -N [Filtered] -f k; snmpwalk -v2c -c [Filtered] h; cqlsh -u a -p [Filtered] h",
            ),
            ("7z x -phunter2 a.7z", "7z x -p[Filtered] a.7z"),
            (
                "zip -r -P hunter2 a.zip a; unzip -P hunter2 a.zip",
                "zip -r -P [Filtered] a.zip a; unzip -P [Filtered] a.zip",
            ),
            (
                r#""docker" "login" "-u" "ci" "-p" "a b" "reg"; "7z" "a" "-pa b" "x.7z""#,
                r#""docker" "login" "-u" "ci" "-p" "[Filtered]" "reg"; "7z" "a" "-p[Filtered]" "x.7z""#,
            ),
        ],
        leaves: &[
            "mysql -u root -p shop",
            "mysql: the option -port is unknown",
            "redis-cli -p 6379 -a $REDIS_PASSWORD PING",
            "docker login needs -p or --password-stdin",
            "mongosh --port 27017 -u app -p",
            "mysql_port -p1",
            "gzip -P hunter2, a zip of -P hunter2",
        ],
    },
    Rule {
        name: "password of a protocol's command",
        source: "the documentation of Redis of AUTH; RFC 4954; RFC 9051, 6.2.3; RFC 1939",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "auth ",
            "auth\" \"",
            "login ",
            "pass ",
            "requirepass",
            "masterauth",
        ]),
        find: Find::With(protocol),
        takes: &[
            (
                "sent AUTH default hunter2 to cache",
                "sent AUTH default [Filtered] to cache",
            ),
            (
                r#"[0 127.0.0.1:5000] "AUTH" "app" "hunter2""#,
                r#"[0 127.0.0.1:5000] "AUTH" "app" "[Filtered]""#,
            ),
            (
                "> AUTH PLAIN AGJvYgBzM2NyM3Q= <",
                "> AUTH PLAIN [Filtered] <",
            ),
            ("a1 LOGIN jane hunter2\r\n", "a1 LOGIN jane [Filtered]\r\n"),
            (
                "USER jane\r\nPASS hunter2\r\n",
                "USER jane\r\nPASS [Filtered]\r\n",
            ),
            (
                r#""CONFIG" "SET" "requirepass" "hunter2""#,
                r#""CONFIG" "SET" "requirepass" "[Filtered]""#,
            ),
            ("masterauth hunter2", "masterauth [Filtered]"),
        ],
        leaves: &[
            "250-AUTH PLAIN LOGIN CRAM-MD5",
            "AUTH failed for user42",
            "PASS tests/ui/a1.rs",
            "USER is gone, PASS 12 tests",
            "LOGIN as user42, step 2 LOGIN page v2, a2 LOGIN failed: user42",
            "requirepass is not set",
            "no auth scheme2",
        ],
    },
];

/// How a command is given its password.
enum Given {
    /// `-pX`
    Attached,
    /// `-p X`
    Apart,
    /// Either.
    Both,
}

/// The flag of a command, by how its name begins.
fn flag_of(command: &str) -> (u8, Given) {
    match command.split([' ', '"']).next().unwrap_or_default() {
        "mysql" | "mariadb" | "7z" => (b'p', Given::Attached),
        "redis-cli" => (b'a', Given::Apart),
        "ldapsearch" | "ldapmodify" | "ldapadd" | "ldapwhoami" => (b'w', Given::Both),
        "ssh-keygen" => (b'N', Given::Apart),
        "snmp" => (b'c', Given::Both),
        "sqlcmd" => (b'P', Given::Both),
        "zip" | "unzip" => (b'P', Given::Apart),
        "docker" | "podman" | "registry" | "az" => (b'p', Given::Apart),
        _ => (b'p', Given::Both),
    }
}

/// A word of a command line, without its quotes.
struct Word {
    start: usize,
    end: usize,
    next: usize,
}

impl Word {
    fn at(text: Text<'_>, at: usize) -> Self {
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

    fn take(&self, text: Text<'_>, found: &mut Found) {
        let said = text.str(self.start, self.end);
        if !says_nothing(said) && !is_prose(said) && !said.starts_with('-') {
            found.take(self.start, self.end, FILTERED);
        }
    }
}

fn command(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let (flag, given) = flag_of(text.str(hit.start, hit.end));
    // `mysqldump`, `mongosh`
    let name = text.run_within(hit.end, 16, |byte| byte.is_ascii_lowercase());
    let name = name + if text.says(name, ".exe") { 4 } else { 0 };
    let quoted = text.at(name) == b'"';
    let mut at =
        text.skip_blanks(name + usize::from(quoted) + usize::from(text.at(name + 1) == b','));
    at += if text.says(at, "args: ") { 6 } else { 0 };
    let verb = text.slice(hit.start, hit.end).contains(&b' ');
    let first = Word::at(text, at);
    if !text.begins_word(hit.start) || at == name || !(verb || text.at(first.start) == b'-') {
        return;
    }
    let end = text.run_within(at, 2 * NEAR, |byte| {
        !matches!(byte, b'\n' | b';' | b'|' | b'&')
    });
    while at < end {
        let word = Word::at(text, at);
        at = word.next.max(at + 1);
        if text.at(word.start) != b'-' || text.at(word.start + 1) != flag {
            continue;
        }
        let value = word.start + 2;
        let quote = matches!(text.at(value), b'"' | b'\'') && word.next == word.end;
        let attached = word.end > value || quote;
        match given {
            Given::Attached | Given::Both if attached => {
                let value = if quote {
                    Word::at(text, value)
                } else {
                    Word {
                        start: value,
                        ..word
                    }
                };
                // `-port` of another command
                if text.str(value.start, value.end) != "ort" {
                    value.take(text, found);
                }
            }
            Given::Apart | Given::Both if !attached => Word::at(text, word.next).take(text, found),
            _ => continue,
        }
        break;
    }
    found.until = found.until.max(at.min(end));
}

fn protocol(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let word = |at: usize| {
        let word = Word::at(text, at);
        (word.end > word.start).then_some(word)
    };
    let mixed = |word: &Word| is_mixed(text.str(word.start, word.end));
    if !text.begins_word(hit.start) {
        return;
    }
    let secret = match text.str(hit.start, hit.end) {
        "requirepass" | "masterauth" => {
            let close = hit.end + usize::from(text.at(hit.end) == b'"');
            word(close).filter(|_| text.at(close) == b' ')
        }
        "AUTH " => word(hit.end).and_then(|first| match text.str(first.start, first.end) {
            "default" | "PLAIN" | "LOGIN" | "XOAUTH2" | "OAUTHBEARER" => word(first.next),
            _ => None,
        }),
        "AUTH\" \"" | "auth\" \"" => word(hit.end - 1).map(|first| {
            let second = word(first.next).filter(|second| text.before(second.start) == b'"');
            second.unwrap_or(first)
        }),
        "LOGIN " if is_tag(text.word_before(hit.start)) => word(hit.end)
            .filter(|user| text.before(user.end) != b':')
            .and_then(|user| word(user.next)),
        "PASS " => {
            let line = text.before(hit.start) == b'\n' || text.ends_with(hit.start, "\\n");
            let lines = text.str(hit.start.saturating_sub(128), hit.start);
            let follows = line && lines.contains("USER ");
            word(hit.end).filter(|_| follows || text.ends_with(hit.start, "> "))
        }
        _ => None,
    };
    if let Some(secret) = secret.filter(mixed) {
        secret.take(text, found);
    }
}

/// `a1`: what a client of IMAP tells its commands by.
fn is_tag(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_alphabetic) && word.last().is_some_and(u8::is_ascii_digit)
}
