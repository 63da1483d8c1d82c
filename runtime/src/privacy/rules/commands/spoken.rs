//! What is said to a server, and piped to a command.

use super::flags::Word;
use crate::privacy::rules::assignments::is_mixed;
use crate::privacy::rules::{Found, Hit, Look};
use crate::privacy::text::{NEAR, Text, is_base64};

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
            word(hit.end).filter(|_| follows || text.ends_with(hit.start, "> "))
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
