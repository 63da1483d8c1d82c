//! Passwords of users of databases, by their place.

use super::quote::{quote, quoted_end};
use super::says_nothing;
use crate::privacy::FILTERED;
use crate::privacy::rules::{Found, Hit, Look};
use crate::privacy::text::{NEAR, is_word};

pub(super) fn identified(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if !text.begins_word(hit.start) {
        return;
    }
    let by = if text.says_in_any_case(hit.end, "password ") {
        hit.end + 9
    } else {
        hit.end
    };
    // `SET PASSWORD FOR 'app'@'%' = 'x'`
    let by = if text.says_in_any_case(hit.start, "set ") {
        let user = text.run_within(by, NEAR, |byte| byte != b'=' && byte != b'\n');
        text.skip_blanks(user + 1)
    } else {
        by
    };
    let word = text.run(by, is_word);
    let by = if text.says_in_any_case(text.skip_blanks(word), "by ") {
        text.skip_blanks(word) + 3
    } else {
        by
    };
    if let Some(open) = quote(text, by) {
        let end = quoted_end(text, open, by);
        if !says_nothing(text.str(open.end, end)) {
            found.take(open.end, end, FILTERED);
        }
    }
}

/// `host:port:database:user:password`, after the name of the file.
pub(super) fn pgpass(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let line = text.run_within(hit.end, NEAR, |byte| byte != b'\n');
    let within = text.str(hit.end, line);
    for word in within.split([' ', '"', '\'', '`', '(', ')']) {
        let mut parts = word.splitn(5, ':').skip(1);
        let (Some(port), Some(_), Some(user), Some(password)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let port =
            port == "*" || (port.len() > 1 && port.bytes().all(|byte| byte.is_ascii_digit()));
        if port && !user.is_empty() && !says_nothing(password) {
            // a part of the same text, which may have been cut
            let start = password.as_ptr().addr() - within.as_ptr().addr() + hit.end;
            let end = text.run(start, |byte| {
                byte > b' ' && !matches!(byte, b'"' | b'\'' | b'`' | b')')
            });
            found.take(start, end, FILTERED);
        }
    }
    found.until = found.until.max(line);
}
