//! `INSERT INTO t (a, password) VALUES ('x', 'y'), ('z', 'w')`: the name stands as far before its
//! value as the list is long.

use super::quote::{quote, quoted_end};
use super::says_nothing;
use crate::privacy::FILTERED;
use crate::privacy::names::Telling;
use crate::privacy::rules::{Found, Hit, Look};
use crate::privacy::text::{FAR, NEAR, Text};

pub(super) fn inserted(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let mut open = skip_blanks(text, hit.end);
    if text.at(open) != b'(' {
        return;
    }
    let Some(columns) = columns(text, hit.start) else {
        return;
    };
    let tells = |column: &str| {
        let name = column.trim_matches([' ', '"', '`', '[', ']', '\n', '\r', '\t', '\\']);
        look.names.telling(name) == Telling::Secret
    };
    if !columns.split(',').any(tells) {
        return;
    }
    while text.at(open) == b'(' {
        let mut at = open + 1;
        for column in columns.split(',') {
            let told = tells(column);
            let start = skip_blanks(text, at);
            let end = expression_end(text, start, if told { FAR } else { NEAR });
            if told {
                take(text, start, end, found);
            }
            if text.at(end) != b',' {
                at = end;
                break;
            }
            at = end + 1;
        }
        if text.at(at) != b')' {
            return;
        }
        found.until = found.until.max(at);
        let comma = skip_blanks(text, at + 1);
        open = skip_blanks(text, comma + 1);
        if text.at(comma) != b',' {
            return;
        }
    }
}

/// Takes a value: what is quoted, or all that it is made of.
fn take(text: Text<'_>, start: usize, end: usize, found: &mut Found) {
    if let Some(open) = quote(text, start) {
        let close = quoted_end(text, open, start);
        let rest = text.str(close, end);
        if !rest.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            if !says_nothing(text.str(open.end, close)) {
                found.take(open.end, close, FILTERED);
            }
            return;
        }
    }
    let value = text.str(start, end);
    if !says_nothing(value) && !value.trim_end().ends_with("()") {
        found.take(start, end, FILTERED);
    }
}

/// The `,` or the `)` behind a value that begins here, which may hold some of its own.
pub(super) fn expression_end(text: Text<'_>, start: usize, far: usize) -> usize {
    let (mut at, mut depth) = (start, 0_u32);
    while at < text.len() && at < start + far {
        if let Some(open) = quote(text, at) {
            at = quoted_end(text, open, at).max(open.end);
            // the quote that closes it
            at = quote(text, at).map_or(at, |close| close.end);
            continue;
        }
        match text.at(at) {
            b'(' => depth += 1,
            b',' | b')' if depth == 0 => break,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    at
}

fn skip_blanks(text: Text<'_>, start: usize) -> usize {
    let mut at = start;
    loop {
        at = text.run(at, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        if text.at(at) != b'\\' || !matches!(text.at(at + 1), b'n' | b'r' | b't') {
            return at;
        }
        at += 2;
    }
}

/// What stands between the parentheses before `VALUES`.
fn columns(text: Text<'_>, values: usize) -> Option<&str> {
    let close = text.run_back(values, 64, |byte| {
        matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
    });
    let close = if text.ends_with(close, "\\n") {
        close - 2
    } else {
        close
    };
    let close = close
        .checked_sub(1)
        .filter(|close| text.at(*close) == b')')?;
    let open = text.run_back(close, NEAR, |byte| byte != b'(' && byte != b')');
    (text.before(open) == b'(').then(|| text.str(open, close))
}
