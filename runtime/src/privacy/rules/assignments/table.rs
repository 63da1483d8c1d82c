//! Columns of tables: CSV, with tabs or semicolons, of Markdown, of psql. A name stands in the first line,
//! what is given to it in the lines below.

use super::judge::{is_mixed, is_secret};
use super::reading::{is_prose, is_sentence};
use crate::privacy::FILTERED;
use crate::privacy::names::{Telling, ends_with};
use crate::privacy::rules::{Found, Look};
use crate::privacy::text::{FAR, NEAR, Text, is_dotted};

/// How many columns a table has at most.
const MOST_COLUMNS: usize = 64;
const LONGEST_NAME: usize = 48;
/// How much of the first line is looked at, on either side of a name.
const LONGEST_LINE: usize = 512;

/// Takes what stands in the column below a name, if it is one of several in the first line of a table.
pub(super) fn column(
    look: Look<'_>,
    telling: Telling,
    name: (usize, usize),
    found: &mut Found,
) -> Option<()> {
    let text = look.text;
    let mark = mark_beside(text, name)?;
    let until = line_end(text, name.1, LONGEST_LINE);
    if behind_line(text, until) == until {
        return None;
    }
    let from = head(text, name.0);
    let line = text.str(from, until);
    let columns = line.split(mark as char).count();
    let is_head = line.split(mark as char).all(|cell| is_name(cell, mark));
    if !(2..=MOST_COLUMNS).contains(&columns) || !is_head || is_row(text, from, mark, columns) {
        return None;
    }
    let place = marks(text, (from, name.0), mark);
    let named = text.str(name.0, name.1);
    // what stands below other names, or in the rows, is looked at all the same
    let done = found.until;
    let mut row = behind_line(text, until);
    while row > until && row < until + FAR {
        let end = line_end(text, row, NEAR);
        if !is_rule(text.slice(row, end)) {
            let (start, close) = cell(text, (row, end), mark, place, columns)?;
            let said = text.str(start, close);
            if is_given(telling, named, said) {
                found.take(start, close, FILTERED);
                found.until = done;
            }
        }
        let next = behind_line(text, end);
        if next == end {
            break;
        }
        row = next;
    }
    Some(())
}

/// What parts the columns, as it stands beside the name: behind it, or before it if its line ends.
fn mark_beside(text: Text<'_>, (start, end): (usize, usize)) -> Option<u8> {
    let mark = |byte: u8| matches!(byte, b',' | b';' | b'\t').then_some(byte);
    let bar = |byte: u8| (byte == b'|').then_some(byte);
    let close = end + usize::from(text.at(end) == b'"');
    let next = text.skip_blanks(close);
    if let Some(mark) = mark(text.at(close)).or(bar(text.at(next))) {
        return Some(mark);
    }
    if behind_line(text, next) == next {
        return None;
    }
    let open = start - usize::from(text.before(start) == b'"');
    let before = text.run_back(open, LONGEST_NAME, |byte| byte == b' ');
    mark(text.before(open)).or(bar(text.before(before)))
}

/// Where the line that a name stands in begins, behind what is said before it: `bad file: id,password`.
fn head(text: Text<'_>, start: usize) -> usize {
    let line = text.letter_end(text.run_back(start, LONGEST_LINE, |byte| byte != b'\n'));
    let before = text.str(line, start);
    let said = [": \"", ": ", "\\n"];
    let from = said
        .iter()
        .filter_map(|said| Some(before.rfind(said)? + said.len()))
        .max();
    text.skip_blanks(line + from.unwrap_or(0)).min(start)
}

/// Whether the line before has as many columns, so that this is one of its rows and no first line.
fn is_row(text: Text<'_>, from: usize, mark: u8, columns: usize) -> bool {
    let mut start = from;
    for _ in 0..2 {
        let escape = ["\\r\\n", "\\n"].iter();
        let escape = escape.clone().find(|escape| text.ends_with(start, escape));
        let end = escape.map_or_else(
            || text.run_back(start, 2, |byte| matches!(byte, b'\n' | b'\r')),
            |escape| start - escape.len(),
        );
        if end == start {
            return false;
        }
        start = text.run_back(end, LONGEST_LINE, |byte| byte != b'\n');
        if escape.is_some() {
            let before = text.slice(start, end);
            let line = before.windows(2).rposition(|part| part == b"\\n");
            start += line.map_or(0, |line| line + 2);
        }
        if !is_rule(text.slice(start, end)) {
            return marks(text, (start, end), mark) + 1 == columns;
        }
    }
    true
}

fn marks(text: Text<'_>, (start, end): (usize, usize), mark: u8) -> usize {
    text.str(start, end).matches(mark as char).count()
}

/// Where a line ends, also one whose end is escaped.
fn line_end(text: Text<'_>, start: usize, far: usize) -> usize {
    let end = text.run_within(start, far, |byte| !matches!(byte, b'\n' | b'\r'));
    let line = text.slice(start, end);
    let escaped = line
        .windows(2)
        .position(|part| matches!(part, b"\\n" | b"\\r"));
    escaped.map_or(end, |escaped| start + escaped)
}

/// Behind the end of a line; the same position if none ends there.
fn behind_line(text: Text<'_>, end: usize) -> usize {
    ["\r\n", "\n", "\\r\\n", "\\n"]
        .iter()
        .find(|line| text.says(end, line))
        .map_or(end, |line| end + line.len())
}

/// Whether a cell holds the name of a column; those of tables with bars at both ends are empty there.
fn is_name(cell: &str, mark: u8) -> bool {
    let spaced = matches!(mark, b'|' | b'\t');
    let name = if spaced { cell.trim() } else { cell };
    let name = name.trim_matches('"');
    let plain = |byte: u8| is_dotted(byte) || byte >= 0x80;
    if name.is_empty() {
        return mark == b'|';
    }
    name.len() <= LONGEST_NAME
        && name.bytes().all(|byte| plain(byte) || byte == b' ')
        && !name.starts_with(|letter: char| letter.is_ascii_digit() || letter == ' ')
        && !name.ends_with(' ')
}

/// `-----+-----`, between the names and the rows.
fn is_rule(line: &[u8]) -> bool {
    let mark = |byte: &u8| matches!(byte, b'-' | b'+' | b'|' | b':' | b'=' | b' ');
    line.contains(&b'-') && line.iter().all(mark)
}

/// The cell of a row at this place, without blanks and quotes around it, if the row has so many.
fn cell(
    text: Text<'_>,
    (start, end): (usize, usize),
    mark: u8,
    place: usize,
    columns: usize,
) -> Option<(usize, usize)> {
    let (mut at, mut count, mut found) = (start, 0, None);
    loop {
        let first = text.run_within(at, NEAR, |byte| byte == b' ');
        // a mark between quotes is none
        let quoted = text.at(first) == b'"' && first < end;
        let mut close = if quoted {
            text.run_within(first + 1, NEAR, |byte| byte != b'"')
                .min(end)
        } else {
            first
        };
        close = text.run_within(close, NEAR, |byte| byte != mark).min(end);
        if count == place {
            let said = text.run_back(close, NEAR, |byte| matches!(byte, b' ' | b'"'));
            let first = first + usize::from(quoted);
            found = Some((first, said.max(first)));
        }
        count += 1;
        if close >= end {
            break;
        }
        at = close + 1;
    }
    found.filter(|_| count == columns)
}

/// Whether what stands below a name is a secret: of a password whatever it is, else no plain word.
fn is_given(telling: Telling, name: &str, said: &str) -> bool {
    let is = |words: &[&str]| words.iter().any(|word| ends_with(name, word));
    let is_password = is(&["password", "passwd", "pwd", "passphrase"]);
    // a column of keys or hashes is none of secrets
    (telling == Telling::Secret || is(&["pass", "pw"]))
        && is_secret(telling, name, said)
        && !said.eq_ignore_ascii_case(name)
        && (is_password || is_mixed(said))
        && !is_prose(said)
        && !(said.contains(' ') && is_sentence(said))
}
