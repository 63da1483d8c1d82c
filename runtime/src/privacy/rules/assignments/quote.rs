//! Quotes around a value, however they are escaped.

use crate::privacy::text::{FAR, Text};

/// A quote, with the backslashes that escape it.
#[derive(Debug, Clone, Copy)]
pub(in crate::privacy::rules) struct Quote {
    pub(in crate::privacy::rules) end: usize,
    pub(super) letter: u8,
    escapes: usize,
}

pub(in crate::privacy::rules) fn quote(text: Text<'_>, start: usize) -> Option<Quote> {
    for (entity, letter) in [
        ("&quot;", b'"'),
        ("%22", b'"'),
        ("%27", b'\''),
        ("&#34;", b'"'),
        ("\\x22", b'"'),
        ("\\u0022", b'"'),
    ] {
        if text.says(start, entity) {
            return Some(Quote {
                end: start + entity.len(),
                letter: if letter == b'"' { b'&' } else { b'%' },
                escapes: entity.len(),
            });
        }
    }
    let mark = text.run(start, |byte| byte == b'\\').min(start + 15);
    let letter = text.at(mark);
    matches!(letter, b'"' | b'\'' | b'`').then_some(Quote {
        end: mark + 1,
        letter,
        escapes: mark - start,
    })
}

/// Where a quoted value ends: at the same quote, equally escaped. Cut short, with its line; as far as
/// is looked if its end is not seen.
pub(in crate::privacy::rules) fn quoted_end(text: Text<'_>, open: Quote, start: usize) -> usize {
    if matches!(open.letter, b'&' | b'%') {
        let entity = text.slice(start, open.end);
        let within = text.slice(open.end, open.end + FAR);
        let close = within.windows(entity.len()).position(|part| part == entity);
        return open.end + close.unwrap_or(within.len());
    }
    let mut at = open.end;
    loop {
        at = text.run(at, |byte| byte != open.letter && byte != b'\\');
        let mark = text.run(at, |byte| byte == b'\\');
        if text.at(mark) == open.letter && mark - at <= open.escapes {
            // SQL doubles a quote inside
            if open.letter == b'\'' && open.escapes == 0 && text.at(mark + 1) == b'\'' {
                at = mark + 2;
                continue;
            }
            return at;
        }
        if mark >= text.len() {
            // cut short: what follows its line is something else
            return text.run(open.end, |byte| byte != b'\n' && byte != b'\r');
        }
        if mark >= open.end + FAR {
            // it may end anywhere behind
            return open.end + FAR;
        }
        at = mark + 1;
    }
}

/// The inside of `"""` and `'''`.
pub(super) fn triple_quoted(text: Text<'_>, start: usize) -> Option<(usize, usize)> {
    let mark = ["\"\"\"", "'''"]
        .into_iter()
        .find(|mark| text.says(start, mark))?;
    let from = start + mark.len();
    let within = text.slice(from, from + FAR);
    let close = within
        .windows(mark.len())
        .position(|part| part == mark.as_bytes());
    Some((from, from + close.unwrap_or(within.len())))
}
