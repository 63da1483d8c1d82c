//! What is given to a name, whatever joins the two.

use super::bare::{MOST_MARKS, bare_end, opened_end};
use super::joint::{declared, joint, named_value, opens_tag, wrapper};
use super::markup::{in_next_tag, of_tag, part_of_form};
use super::quote::{quote, quoted_end, triple_quoted};
use crate::privacy::names::ends_with;
use crate::privacy::text::{FAR, NEAR, Text};
use std::collections::HashSet;
use std::iter;

/// What is given to a name.
#[derive(Debug, Clone, Copy)]
pub(in crate::privacy::rules) struct Value {
    pub(in crate::privacy::rules) start: usize,
    pub(in crate::privacy::rules) end: usize,
    /// It stands between quotes, which are not part of it.
    pub(in crate::privacy::rules) quoted: bool,
    pub(super) joint: Joint,
    /// It goes on behind the end, which is as far as is looked to tell whether it is a secret.
    pub(super) goes_on: bool,
}

/// What joins a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// `=` and the like without blanks, a flag, a tag of XML: nothing but a value follows.
    Tight,
    /// `=`, `=>`, with blanks.
    Loose,
    /// `:` and a blank: prose looks like this too.
    Colon,
    /// `is`, or a tab behind a variable's name: prose, unless what follows is no word.
    Is,
    /// A blank: prose, unless what follows is made by chance.
    Blank,
}

impl Value {
    pub(super) fn quoted(start: usize, end: usize, joint: Joint) -> Self {
        Self {
            start,
            end,
            quoted: true,
            joint,
            goes_on: false,
        }
    }

    pub(super) fn bare(start: usize, end: usize, joint: Joint) -> Self {
        Self {
            quoted: false,
            ..Self::quoted(start, end, joint)
        }
    }

    /// All of it.
    pub(super) fn whole(self, text: Text<'_>, name: usize) -> Self {
        if !self.goes_on {
            return self;
        }
        let rest = bare_end(text, name, self.end, FAR);
        Self {
            end: rest.max(self.end),
            goes_on: false,
            ..self
        }
    }
}

/// How much of a value without quotes is looked at to tell whether it is a secret: the next name
/// may stand in it, and look at it again.
const IN_SIGHT: usize = 128;

/// The colon of Chinese and Japanese.
pub(super) const WIDE_COLON: &str = "：";

/// How many texts of a tuple are looked at.
const MOST_TEXTS: usize = 4;

/// The value that is given to the name that stands here.
pub(in crate::privacy::rules) fn value_after(
    text: Text<'_>,
    name: usize,
    end: usize,
) -> Option<Value> {
    let value = value_in_sight(text, name, end)?;
    (value.joint != Joint::Blank).then(|| value.whole(text, name))
}

/// The same, or no more of it than is needed to judge it.
pub(super) fn value_in_sight(text: Text<'_>, name: usize, end: usize) -> Option<Value> {
    let close = quote(text, end);
    let quoted_name = close.is_some();
    let mut at = close.map_or(end, |close| close.end);
    if !quoted_name {
        at = after_brackets(text, name, at);
    }
    // `String("password"): String("..")`
    at += usize::from(quoted_name && text.at(at) == b')' && text.at(at + 1) == b':');
    // `["password":protected]=>` of PHP
    let kind = [":protected", ":private"];
    let kind = kind.iter().find(|kind| text.says(at, kind));
    at += kind.filter(|_| quoted_name).map_or(0, |kind| kind.len());
    // `environ["TOKEN"] = ".."`
    let indexed = quoted_name && text.at(at) == b']' && is_indexed(text, name, at);
    at += usize::from(indexed);
    let named = close.map(|close| behind_some(text, name, close.end));
    let is_named = matches!(text.word_before(name), b"name" | b"key");
    if let Some(named) = named.or(is_named.then_some(end))
        && let Some(value) = named_value(text, named)
    {
        at = value;
    }
    if let Some(value) = close.and_then(|close| declared(text, name, close.end)) {
        at = value;
    }
    // `<property name="password">`
    if let Some(close) = close
        && text.at(close.end) == b'>'
        && is_named
    {
        return of_tag(text, close.end);
    }
    if matches!(text.at(at), b'>' | b' ') && opens_tag(text, name) {
        return of_tag(text, at);
    }
    if let Some(value) = part_of_form(text, name, close) {
        return Some(value);
    }
    if let Some(value) = in_next_tag(text, at) {
        return Some(value);
    }
    if text.says(at, WIDE_COLON) {
        let start = text.skip_blanks(at + WIDE_COLON.len());
        let end = text.run_within(start, IN_SIGHT, |byte| byte.is_ascii_graphic());
        return Some(Value::bare(start, end, Joint::Colon));
    }
    let named = Named {
        start: name,
        end: text.skip_colours(at),
        quote: close.map(|close| close.letter),
    };
    let (joint, start) = joint(text, named)?;
    let start = text.run(text.skip_colours(start), |byte| {
        matches!(byte, b' ' | b'\t') || (quoted_name && matches!(byte, b'\n' | b'\r'))
    });
    let start = text.skip_colours(start);
    let value = value_at(text, named, joint, wrapper(text, start))?;
    (value.quoted || !indexed).then_some(value)
}

/// Behind the `)` of a `Some("name")`, and of the names of OpenTelemetry.
fn behind_some(text: Text<'_>, name: usize, close: usize) -> usize {
    let open = text.run_back(name, 64, |byte| {
        matches!(byte, b'"' | b'\'' | b'\\' | b' ' | b'\n')
    });
    let end = text.run_within(close, 64, |byte| matches!(byte, b' ' | b',' | b'\n'));
    let some = ["Some(", "Static(", "Owned("]
        .iter()
        .any(|wrapper| text.ends_with(open, wrapper));
    if some && text.at(end) == b')' {
        end + 1
    } else {
        close
    }
}

/// The texts of a map that is given to a name, whatever theirs: `: {"db": "x", "mq": Some("y")}`.
pub(super) fn values_of_map(
    text: Text<'_>,
    name_end: usize,
) -> impl Iterator<Item = (usize, usize)> {
    let blanks = |byte: u8| matches!(byte, b' ' | b'\n' | b',');
    let joint = text.skip_blanks(quote(text, name_end).map_or(name_end, |close| close.end));
    let open = wrapper(text, text.run_within(joint + 1, 16, blanks));
    let is_map = matches!(text.at(joint), b':' | b'=') && text.at(open) == b'{';
    let mut at = open + 1;
    iter::from_fn(move || {
        if !is_map || at >= open + NEAR {
            return None;
        }
        let key = quote(text, text.run_within(at, 128, blanks))?;
        let close = quote(text, quoted_end(text, key, key.end - 1))?;
        if text.at(close.end) != b':' {
            return None;
        }
        let next = wrapper(text, text.run_within(close.end + 1, 128, blanks));
        let value = quote(text, next)?;
        let end = quoted_end(text, value, next);
        let close = quote(text, end).map_or(end, |close| close.end);
        at = text.run_within(close, 128, |byte| blanks(byte) || byte == b')');
        Some((value.end, end))
    })
}

/// Whether a quoted name is a key in brackets that something is given to.
fn is_indexed(text: Text<'_>, name: usize, close: usize) -> bool {
    let open = text.run_back(name, 4, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
    text.before(open) == b'[' && text.at(text.skip_blanks(close + 1)) == b'='
}

/// Past the brackets of a key: `user[password]`, `passwords[]`, `passwords[0]`, in URLs escaped.
fn after_brackets(text: Text<'_>, name: usize, end: usize) -> usize {
    for (open, close) in [("[", "]"), ("%5B", "%5D")] {
        if text.ends_with(name, open) && text.says_in_any_case(end, close) {
            return end + close.len();
        }
        if text.says_in_any_case(end, open) {
            let index = text.run_within(end + open.len(), 8, |byte| byte.is_ascii_digit());
            if text.says_in_any_case(index, close) {
                return index + close.len();
            }
        }
    }
    end
}

/// The lines that stand indented below a name, where YAML says so: `password: |`.
fn block(text: Text<'_>, start: usize) -> Option<Value> {
    let sign = matches!(text.at(start), b'|' | b'>');
    let marks = text.run_within(start + 1, 3, |byte| {
        matches!(byte, b'-' | b'+' | b'\r' | b'1'..=b'9')
    });
    if !sign || text.at(marks) != b'\n' {
        return None;
    }
    let indent = |line: usize| text.run_within(line, 64, |byte| byte == b' ') - line;
    let least = indent(marks + 1);
    let mut end = marks;
    while least > 0 && text.at(end) == b'\n' && indent(end + 1) >= least && end < start + NEAR {
        end = text.run_within(end + 1, NEAR, |byte| byte != b'\n');
    }
    let first = marks + 1 + least;
    (end > first).then(|| Value::quoted(first, end, Joint::Tight))
}

/// The value that begins here, in quotes or in none.
fn value_at(text: Text<'_>, named: Named, joint: Joint, start: usize) -> Option<Value> {
    if let Some(value) = block(text, start) {
        return Some(value);
    }
    let tight = joint == Joint::Tight;
    if tight && text.at(start) == b'(' && text.ends_with(start, " in ") {
        let end = text.run_within(start, NEAR, |byte| !matches!(byte, b')' | b'\n'));
        return Some(Value::quoted(start + 1, end, joint));
    }
    // the first of a tuple
    let inside = text.run_within(start + 1, NEAR, |byte| matches!(byte, b' ' | b'\n'));
    let tuple = text.at(start) == b'(' && quote(text, inside).is_some();
    let start = if tuple { inside } else { start };
    // bytes; a text of SQL Server, one with escapes of PostgreSQL
    let bytes = text.at(start) == b'b' && matches!(text.at(start + 1), b'"' | b'\'');
    let sql = matches!(text.at(start), b'N' | b'E') && text.at(start + 1) == b'\'';
    let start = start + usize::from(bytes || sql);
    if let Some((start, end)) = triple_quoted(text, start) {
        return Some(Value::quoted(start, end, joint));
    }
    if let Some(open) = quote(text, start) {
        let end = quoted_end(text, open, start);
        return Some(Value::quoted(open.end, end, joint));
    }
    let whole = match text.at(start) {
        b'{' if tight => braces(text, named, start),
        b'[' => list(text, start).map(|end| Value::quoted(start, end, joint)),
        _ => None,
    };
    if whole.is_some() {
        return whole;
    }
    let name = named.start;
    let end = opened_end(text, name, start, IN_SIGHT)?;
    (end > start).then_some(Value {
        start,
        end,
        quoted: false,
        joint,
        // marks at the end of what is in sight may stand within the value
        goes_on: end + MOST_MARKS >= start + IN_SIGHT,
    })
}

/// Where a list ends that stands here: `[104, 117]`, `["a"]`, on lines of their own too.
fn list(text: Text<'_>, start: usize) -> Option<usize> {
    // a key is made of many numbers, which hold no name, so that they are looked at once
    let numbers = text.run(start + 1, |byte| {
        byte.is_ascii_digit() || matches!(byte, b',' | b' ' | b'\n')
    });
    let lines = text.at(start + 1) == b'\n';
    let end = text.run_within(numbers, NEAR, |byte| {
        byte != b']' && (lines || byte != b'\n')
    });
    let is_list = text
        .slice(start + 1, end)
        .iter()
        .any(|byte| matches!(byte, b',' | b'"' | b'\''));
    is_list.then(|| text.len().min(end + 1))
}

/// `key: [9, 33, ..]`, of as many bytes as keys have.
pub(super) fn is_key_in_bytes(name: &str, said: &str) -> bool {
    let inside = said
        .strip_prefix('[')
        .and_then(|said| said.strip_suffix(']'));
    let bytes = || {
        inside.into_iter().flat_map(|inside| {
            let numbers = inside.split(',').map(str::trim);
            numbers.filter(|number| !number.is_empty())
        })
    };
    ends_with(name, "key")
        && matches!(bytes().count(), 16 | 24 | 32 | 48 | 64)
        && bytes().all(|number| number.parse::<u8>().is_ok())
        && bytes().collect::<HashSet<_>>().len() > 4
}

/// The text that a tuple begins with.
pub(in crate::privacy::rules) fn first_of_tuple(text: Text<'_>, open: usize) -> Option<Value> {
    let start = text.run_within(open + 1, 128, |byte| matches!(byte, b' ' | b'\n'));
    let open = quote(text, start)?;
    let end = quoted_end(text, open, start);
    Some(Value::quoted(open.end, end, Joint::Tight))
}

/// The texts that stand behind one in a tuple: `("app", "x")`, `("app", Some("x"))`.
pub(in crate::privacy::rules) fn rest_of_tuple(
    text: Text<'_>,
    first: Value,
) -> impl Iterator<Item = (usize, usize)> {
    let blanks = |byte: u8| matches!(byte, b' ' | b'\n');
    let open = text.run_back(first.start, 4, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
    let before = text.run_back(open, 128, blanks);
    let is_tuple = first.quoted && text.before(before) == b'(';
    let mut end = first.end;
    let rest = iter::from_fn(move || {
        let close = quote(text, end).filter(|close| is_tuple && text.at(close.end) == b',')?;
        let next = wrapper(text, text.run_within(close.end + 1, 128, blanks));
        let open = quote(text, next)?;
        end = quoted_end(text, open, next);
        Some((open.end, end))
    });
    rest.take(MOST_TEXTS)
}

/// A name where it stands: up to where what joins it may begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quote: Option<u8>,
}

/// `PWD={a;b}` of ODBC, not the `{name}` of a template.
fn braces(text: Text<'_>, named: Named, start: usize) -> Option<Value> {
    let end = text.run_within(start + 1, NEAR, |byte| {
        !matches!(byte, b'}' | b'{' | b'"' | b'\n')
    });
    let within = text.slice(start + 1, end);
    let among = text.before(named.start) == b';' || text.at(end + 1) == b';';
    (text.at(end) == b'}' && among && !within.is_empty())
        .then(|| Value::quoted(start + 1, end, Joint::Tight))
}
