//! Tokens that say by their beginning whose they are. Bounded on the left only: what follows may be
//! anything, `)`, `,`, `&`, `"`.

mod issuers;

pub(in crate::privacy) use issuers::RULES;

use super::{Found, Hit, Look};
use crate::privacy::text::{
    Letters, Text, humps, is_alphanumeric, is_base64, is_dashed, is_dotted, is_hex, is_word,
    is_words,
};

const PUT: &str = "[token]";

/// A token that is one of these beginnings and letters.
pub(super) fn find(
    text: Text<'_>,
    starts: &[&str],
    hit: Hit,
    letters: Letters,
    least: usize,
    found: &mut Found,
) {
    let written = text.str(hit.start, hit.end);
    if !starts.contains(&written) || !text.begins_word(hit.start) {
        return;
    }
    let end = text.run(hit.end, letters);
    // a full stop or a dash at the end belongs to the sentence
    let end = text.run_back(end, 3, |byte| matches!(byte, b'.' | b'-' | b'%'));
    let end = end.max(hit.end);
    let body = text.slice(hit.end, end);
    if body.len() >= least && is_random(body) {
        found.take(hit.start, end, PUT);
    }
    // what begins inside is shorter and no more random
    found.until = found.until.max(end);
}

/// Made by chance: digits and letters in no word's order.
fn is_random(body: &[u8]) -> bool {
    let digits = body.iter().any(u8::is_ascii_digit);
    (digits || humps(body) > 2) && !is_words(body)
}

fn is_braintree(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'$'
}

fn is_upper_dashed(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-'
}

fn is_uuid(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b'-'
}

fn jwt(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if !text.says(hit.start, "eyJ") || !text.begins_word(hit.start) {
        return;
    }
    let header = text.run(hit.start, is_dashed);
    if header - hit.start < 10 {
        return;
    }
    let dot = text.run_within(header, 2, |byte| byte == b'=');
    if text.at(dot) == b'.' {
        let end = text.run(dot, |byte| is_dotted(byte) || byte == b'=');
        let end = text.run_back(end, 3, |byte| byte == b'.');
        if end >= header + 6 {
            found.take(hit.start, end, "[jwt]");
            return;
        }
    }
    // cut short, it may begin at another dash, and nothing else does
    let known = ["eyJhbGci", "eyJ0eXAi", "eyJraWQi", "eyJlbmMi", "eyJjdHki"];
    let first = (hit.start..header - 9).find(|start| {
        text.begins_word(*start) && known.iter().any(|known| text.says(*start, known))
    });
    if let Some(start) = first.filter(|start| header - start >= 20) {
        found.take(start, header, "[jwt]");
    }
    found.until = found.until.max(header);
}

/// One in thirty holds no digit.
fn aws_letters(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let end = text.run_within(hit.end, 17, |byte| byte.is_ascii_uppercase());
    let alone = text.begins_word(hit.start) && !is_word(text.at(end));
    if text.says(hit.start, "AKIA") && end == hit.end + 16 && alone {
        found.take(hit.start, end, PUT);
    }
}

fn azure_secret(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let Some(start) = hit.start.checked_sub(4) else {
        return;
    };
    if !text.says(hit.start, "Q~")
        || !text.at(hit.start - 1).is_ascii_digit()
        || !text.begins_word(start)
    {
        return;
    }
    let end = text.run(hit.end, |byte| is_dotted(byte) || byte == b'~');
    let end = text.run_back(end, 3, |byte| byte == b'.');
    if end >= hit.end + 28 {
        found.take(start, end, PUT);
    }
}

/// What keys of Azure hold behind what was made by chance.
#[rustfmt::skip] // a table
const MARKS: &[&str] = &[
    "ACDb", "AIoT", "APIM", "AZDO", "AzCa", "AzFu", "AzSe", "JQQJ9", "+ABa", "+ACR", "+AEh", "+AMC",
    "+ARm", "+ASb", "+ASt",
];

fn azure_marked(look: Look<'_>, hit: Hit, found: &mut Found) {
    const LEAST: usize = 33;
    let text = look.text;
    let letters = |byte: u8| is_dashed(byte) || matches!(byte, b'+' | b'/');
    let start = text.run_back(hit.start, 80, letters);
    let end = text.run(hit.end, letters);
    let mark = text.str(hit.start, hit.end);
    if MARKS.contains(&mark)
        && hit.start - start >= LEAST
        && end - hit.end >= 4
        && is_random(text.slice(start, end))
    {
        found.take(start, text.run_within(end, 2, |byte| byte == b'='), PUT);
    }
    found.until = found.until.max(end);
}

fn terraform(look: Look<'_>, hit: Hit, found: &mut Found) {
    let start = look.text.run_back(hit.start, 16, is_alphanumeric);
    let end = look.text.run(hit.end, is_dashed);
    if hit.start - start >= 10 && end - hit.end >= 40 {
        found.take(start, end, PUT);
    }
}

fn webhook(look: Look<'_>, hit: Hit, found: &mut Found) {
    let end = look.text.run(hit.end, |byte| {
        is_base64(byte) || byte == b'@' || byte == b'?' || byte == b'&'
    });
    let end = look.text.run_back(end, 3, |byte| byte == b'.');
    let path = look.text.slice(hit.end, end);
    // a program may have routes of its own that are called like this
    let route = look.text.says(hit.start, "/") && is_words(path);
    if path.len() >= 8 && path.contains(&b'/') && !route {
        found.take(hit.end, end, PUT);
    }
    found.until = found.until.max(end);
}

fn telegram(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.run_back(hit.start, 12, |byte| byte.is_ascii_digit());
    let end = text.run(hit.end, is_dashed);
    if (6..=11).contains(&(hit.start - start))
        && (30..=36).contains(&(end - hit.end))
        && text.says(hit.start, ":AA")
    {
        found.take(start, end, PUT);
    }
}

fn discord(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if text.at(hit.start) != b'.'
        || text.run(hit.end, is_dashed) != hit.end + 6
        || text.at(hit.end + 6) != b'.'
    {
        return;
    }
    let start = text.run_back(hit.start, 40, is_dashed);
    let last = hit.end + 7;
    let end = text.run(last, is_dashed);
    let id = text.slice(start, hit.start);
    if (23..=32).contains(&id.len())
        && end - last >= 27
        && id.iter().any(u8::is_ascii_uppercase)
        && id.iter().any(u8::is_ascii_digit)
    {
        found.take(start, end, PUT);
    }
}

fn mailchimp(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.run_back(hit.start, 40, is_hex);
    let end = text.run(hit.end, |byte| byte.is_ascii_digit());
    if hit.start - start == 32 && (1..=2).contains(&(end - hit.end)) && text.begins_word(start) {
        found.take(start, end, PUT);
    }
}

fn airtable(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if !text.says(hit.start, "pat") || !text.begins_word(hit.start) {
        return;
    }
    let id = text.run_within(hit.end, 15, is_alphanumeric);
    if id - hit.end != 14 || text.at(id) != b'.' {
        return;
    }
    let end = text.run(id + 1, is_hex);
    if end > id + 60 {
        found.take(hit.start, end, PUT);
    }
}

fn asana(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if hit.end != hit.start + 1 || text.at(hit.end) != b'/' || !text.begins_word(hit.start) {
        return;
    }
    let digits = text.run_within(hit.end, 48, |byte| byte.is_ascii_digit() || byte == b'/');
    if digits - hit.end < 14 || text.at(digits) != b':' {
        return;
    }
    let end = text.run(digits + 1, is_hex);
    if end > digits + 30 {
        found.take(hit.start, end, PUT);
    }
}

fn bitwarden(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let begins = text.str(hit.start, hit.end + 1) == "0." && text.begins_word(hit.start);
    let id = text.run_within(hit.end + 1, 37, is_uuid);
    let client = text.run_within(id + 1, 64, is_alphanumeric);
    if begins && id == hit.end + 37 && text.at(id) == b'.' && text.at(client) == b':' {
        let end = text.run(client + 1, |byte| is_base64(byte) && byte != b'.');
        if client > id + 20 && end > client + 16 {
            found.take(hit.start, end, PUT);
        }
    }
}

/// The keys of others begin so behind a `_`.
fn live(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let end = text.run(hit.end, is_alphanumeric);
    let body = text.slice(hit.end, end);
    let begins = text.says(hit.start, "live_") && text.begins_word(hit.start);
    if begins && text.before(hit.start) != b'_' && body.len() >= 30 && is_random(body) {
        found.take(hit.start, end, PUT);
    }
    found.until = found.until.max(end);
}

fn okta(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let end = text.run_within(hit.start, 43, is_dashed);
    let body = text.slice(hit.start, end);
    let mixed = body.iter().any(u8::is_ascii_uppercase) && body.iter().any(u8::is_ascii_lowercase);
    if end == hit.start + 42
        && mixed
        && text.begins_word(hit.start)
        && text.before(hit.start) != b'-'
        && is_random(body)
    {
        found.take(hit.start, end, PUT);
    }
}

fn new_relic(look: Look<'_>, hit: Hit, found: &mut Found) {
    if !look.text.says(hit.start, "NRAL") || is_alphanumeric(look.text.at(hit.end)) {
        return;
    }
    let start = look.text.run_back(hit.start, 40, is_alphanumeric);
    if hit.start - start >= 32 {
        found.take(start, hit.end, PUT);
    }
}
