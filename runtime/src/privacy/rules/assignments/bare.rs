//! Values without quotes.

use super::nothing::references_end;
use crate::privacy::text::{NEAR, Text, is_dotted, is_word};

/// How many marks behind a value belong to the sentence.
pub(super) const MOST_MARKS: usize = 3;

/// Where a value without quotes ends, so far as that can be seen.
pub(super) fn bare_end(text: Text<'_>, name: usize, start: usize, far: usize) -> usize {
    // the fragment of a URL is not part of its last parameter
    let mark = if matches!(text.before(name), b'?' | b'&') {
        b'#'
    } else {
        b' '
    };
    let end = text.run_within(start, far, |byte| {
        byte > b' '
            && byte != mark
            && !matches!(
                byte,
                b'"' | b'\''
                    | b'`'
                    | b','
                    | b';'
                    | b'&'
                    | b')'
                    | b'}'
                    | b']'
                    | b'<'
                    | b'>'
                    | b'|'
                    | 0x7f
            )
    });
    // escapes end it too: `\n`, and `%26` where what joins name and value is escaped as well
    let joint = text.run_within(name, NEAR, is_dotted);
    let escape = (start..end).find(|at| match text.at(*at) {
        b'\\' => matches!(text.at(at + 1), b'n' | b'r' | b't'),
        b'%' if text.at(joint) == b'=' => false,
        b'%' => ["%26", "%22", "%2526", "%2522"]
            .iter()
            .any(|mark| text.says(*at, mark)),
        _ => false,
    });
    let end = escape.unwrap_or(end);
    text.run_back(end, MOST_MARKS, |byte| matches!(byte, b'.' | b':' | b'\\'))
}

/// The same, whatever mark it begins with; `None` if the mark opens an object, a list, or a call.
pub(super) fn opened_end(text: Text<'_>, name: usize, start: usize, far: usize) -> Option<usize> {
    let references = references_end(text, start);
    if references > start {
        return Some(bare_end(text, name, references, far));
    }
    let open = start + usize::from(text.at(start) == b'$');
    let close = match text.at(open) {
        b'[' => b']',
        b'{' => b'}',
        b'(' => b')',
        b'<' => b'>',
        _ => return Some(bare_end(text, name, start, far)),
    };
    if open == start && opens_structure(text, open) {
        return None;
    }
    let end = bare_end(text, name, open + 1, far);
    Some(if text.at(end) == close {
        bare_end(text, name, end + 1, far)
    } else {
        end
    })
}

/// `{"a": 1}`, `{a: 1}`, `[u8; 32]`, `[a-z]+`, `(see below)`, `</a>`, and what holds nothing.
fn opens_structure(text: Text<'_>, start: usize) -> bool {
    // `[[x`
    let opened = text.run_within(start + 1, 4, |byte| matches!(byte, b'[' | b'{' | b'('));
    let start = opened - 1;
    let inside = text.skip_blanks(opened);
    let first = text.at(inside);
    if !(first.is_ascii_alphanumeric() || first >= 0x80) {
        // a mark, the end of the line
        return first <= b' '
            || b"\"'\\[]{}()<>^".contains(&first)
            || (text.at(start) == b'<' && matches!(first, b'/' | b'!' | b'?'));
    }
    let word = text.run_within(inside, NEAR, |byte| is_word(byte) || byte == b'-');
    let next = text.skip_blanks(word);
    match text.at(start) {
        b'{' => inside > start + 1 || matches!(text.at(next), b':' | b'='),
        b'[' => text.at(word) == b';' || is_range(text, inside),
        _ => text.at(word) == b' ' && !text.slice(inside, word).iter().any(u8::is_ascii_digit),
    }
}

/// `a-z`, `0-9` and the like of a pattern.
fn is_range(text: Text<'_>, start: usize) -> bool {
    ["a-z", "0-9", "a-f"]
        .iter()
        .any(|range| text.says_in_any_case(start, range))
}
