//! What is said to a server, and piped to a command.

use super::flags::Word;
use crate::privacy::rules::assignments::is_mixed;
use crate::privacy::rules::{Found, Hit, Look};
use crate::privacy::text::{NEAR, Text, is_base64};
use std::iter;

pub(super) fn protocol(look: Look<'_>, hit: Hit, found: &mut Found) {
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
            _ if text
                .str(hit.start.saturating_sub(8), hit.start)
                .contains("HELLO ") =>
            {
                word(first.next)
            }
            _ => None,
        }),
        "AUTH\" \"" | "auth\" \"" => word(hit.end - 1).map(|first| {
            let second = word(first.next).filter(|second| text.before(second.start) == b'"');
            second.unwrap_or(first)
        }),
        "LOGIN " if is_tag(text.word_before(hit.start)) => word(hit.end)
            .filter(|user| text.before(user.end) != b':')
            .and_then(|user| word(user.next)),
        "LOGIN " => word(hit.end)
            .filter(|user| text.before(user.start) == b'"' && text.at(user.end) == b'"')
            .and_then(|user| word(user.next).filter(|word| text.before(word.start) == b'"')),
        "PASS " => {
            let start = hit.start
                - if text.ends_with(hit.start, "C: ") {
                    3
                } else {
                    0
                };
            let line = text.before(start) == b'\n' || text.ends_with(start, "\\n");
            let lines = text.str(hit.start.saturating_sub(128), hit.start);
            let follows = line && lines.contains("USER ");
            let mut words = lines.split(' ').rev().skip(1);
            let beside = words.next().is_some_and(|user| !user.is_empty());
            let beside = beside && words.next().is_some_and(|word| word == "USER");
            word(hit.end).filter(|_| follows || beside || text.ends_with(hit.start, "> "))
        }
        "SETUSER " => {
            let line = text.str(hit.end, text.run_within(hit.end, 128, |byte| byte != b'\n'));
            line.find(" >")
                .and_then(|at| word(hit.end + at + " >".len()))
                .filter(|word| text.before(word.start) == b'>')
        }
        "334 UGFzc3dvcmQ6" | "334 VXNlcm5hbWU6" => answer(text, hit.end),
        _ => None,
    };
    if let Some(secret) = secret.filter(mixed) {
        secret.take(text, found);
    }
}

/// The line of base64 that follows, behind what says whose it is.
fn answer(text: Text<'_>, end: usize) -> Option<Word> {
    let marks = |byte: u8| matches!(byte, b'\r' | b'\n' | b'\\' | b'>' | b' ' | b'"');
    let line = text.run_within(end, 16, marks);
    let line = text.run_within(text.skip_escape(line), 16, marks);
    let line = text.run_within(text.skip_escape(line), 16, marks);
    let start = line + if text.says(line, "C: ") { 3 } else { 0 };
    let end = text.run_within(start, NEAR, is_base64);
    (end >= start + 4).then_some(Word {
        start,
        end,
        next: end,
    })
}

/// The words of a command line that stand behind a position.
fn words(text: Text<'_>, start: usize) -> impl Iterator<Item = Word> {
    let end = text.run_within(start, NEAR, |byte| {
        !matches!(byte, b'\n' | b';' | b'|' | b'&')
    });
    let mut at = start;
    iter::from_fn(move || {
        let word = Word::at(text, at);
        at = word.next.max(at + 1);
        (word.end > word.start && word.end <= end).then_some(word)
    })
}

/// `net use Z: \\srv\share X /user:jane`, `net user jane X /add`.
pub(super) fn net(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let is_flag = |word: &Word| text.at(word.start) == b'/';
    if text.says_in_any_case(hit.end, "r ") {
        let mut words = words(text, hit.end + 2).skip(1);
        let password = words.next().filter(|password| !is_flag(password));
        if let Some(password) = password.filter(|_| words.next().is_some_and(|next| is_flag(&next)))
        {
            password.take(text, found);
        }
        return;
    }
    if text.at(hit.end) != b' ' {
        return;
    }
    let mut words = words(text, hit.end).peekable();
    while let Some(word) = words.next() {
        found.until = found.until.max(word.end);
        let asks = text.says(word.start, "\\\\") || text.says_in_any_case(word.start, "/user:");
        if let Some(password) = words.next_if(|next| asks && !is_flag(next)) {
            password.take(text, found);
        }
    }
}

/// `secrets set NAME=X`
pub(super) fn set(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    for word in words(text, hit.end) {
        let name = text.run_within(word.start, NEAR, is_upper_word);
        if name > word.start && name < word.end && text.at(name) == b'=' {
            Word::at(text, name + 1).take(text, found);
        }
        found.until = found.until.max(word.end);
    }
}

/// A letter of a variable's name.
fn is_upper_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// `echo X | sudo -S`, `echo user:X | chpasswd`.
pub(super) fn piped(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let command = text.str(hit.start + 2, hit.end);
    let asks = text.run_within(hit.end, 16, |byte| byte != b'\n' && byte != b'|');
    if command == "sudo " && !text.str(hit.end, asks).contains("-S") {
        return;
    }
    let end = text.run_back(hit.start, 4, |byte| byte == b' ');
    let line = text.run_back(end, 128, |byte| {
        !matches!(byte, b'\n' | b'|' | b';' | b'&' | b'`')
    });
    let line = text.letter_end(line);
    let within = text.str(line, end);
    let Some(echo) = ["echo ", "printf "]
        .iter()
        .filter_map(|word| Some(within.rfind(word)? + word.len()))
        .max()
    else {
        return;
    };
    let first = line + echo;
    let mut word = Word::at(text, first);
    // `-n`, `'%s\n'`
    while word.end > word.start && word.next < end && matches!(text.at(word.start), b'-' | b'%') {
        word = Word::at(text, word.next);
    }
    if command == "chpasswd" {
        let user = text.run_within(word.start, NEAR, |byte| byte != b':');
        word.start = if user < word.end { user + 1 } else { word.end };
    }
    if word.next >= end {
        word.take(text, found);
    }
}

/// `a1`: what a client of IMAP tells its commands by.
fn is_tag(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_alphabetic) && word.last().is_some_and(u8::is_ascii_digit)
}
