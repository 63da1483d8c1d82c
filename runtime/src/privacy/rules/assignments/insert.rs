//! `INSERT INTO t (a, password) VALUES ('x', 'y')`: the name stands as far before its value as the
//! list is long.

use super::quote::{quote, quoted_end};
use super::says_nothing;
use crate::privacy::FILTERED;
use crate::privacy::names::Telling;
use crate::privacy::rules::{Found, Hit, Look};
use crate::privacy::text::{NEAR, Text};

pub(super) fn inserted(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let Some(columns) = columns(text, hit.start) else {
        return;
    };
    let mut at = hit.end;
    for column in columns.split(',') {
        at = text.skip_blanks(at);
        let (start, end, next) = match quote(text, at) {
            Some(open) => {
                let end = quoted_end(text, open, at);
                (
                    open.end,
                    end,
                    text.run(end, |byte| byte != b',' && byte != b')'),
                )
            }
            None => {
                let end = text.run(at, |byte| byte != b',' && byte != b')');
                (at, end, end)
            }
        };
        let name = column.trim_matches([' ', '"', '`', '[', ']', '\n']);
        if look.names.telling(name) == Telling::Secret && !says_nothing(text.str(start, end)) {
            found.take(start, end, FILTERED);
        }
        if text.at(next) != b',' {
            return;
        }
        at = next + 1;
    }
}

/// What stands between the parentheses before `VALUES`.
fn columns(text: Text<'_>, values: usize) -> Option<&str> {
    let close = text.run_back(values, 8, |byte| matches!(byte, b' ' | b'\n'));
    let close = close
        .checked_sub(1)
        .filter(|close| text.at(*close) == b')')?;
    let open = text.run_back(close, NEAR, |byte| byte != b'(' && byte != b')');
    (text.before(open) == b'(').then(|| text.str(open, close))
}
