//! Values that a service of Python refused, in what it answers: their name stands before, in a list
//! or on a line of its own.

use super::assignments::{quote, quoted_end};
use super::refused::take;
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::text::{NEAR, Text};

pub(in crate::privacy) const RULES: &[Rule] = &[Rule {
    name: "value that a model refused",
    source: "the messages of pydantic and FastAPI; the `Debug` of figment",
    class: Class::Secret,
    starts: Starts::Literals(&[
        "\"input\":",
        "\\\"input\\\":",
        "input_value=",
        "InvalidType(Str(",
        "InvalidValue(Str(",
    ]),
    find: Find::With(by_model),
    takes: &[
        (
            r#"{"detail":[{"loc":["body","password"],"msg":"too short","input":"a b","ctx":{}}]}"#,
            r#"{"detail":[{"loc":["body","password"],"msg":"too short","input":"[Filtered]","ctx":{}}]}"#,
        ),
        (
            r#"body: "[{\"loc\": [\"body\", \"api_key\", 0], \"input\": \"a b\"}]""#,
            r#"body: "[{\"loc\": [\"body\", \"api_key\", 0], \"input\": \"[Filtered]\"}]""#,
        ),
        (
            "Settings\ndb.password\n  String should be longer [type=string_too_short, input_value='a b', input_type=str]",
            "Settings\ndb.password\n  String should be longer [type=string_too_short, input_value='[Filtered]', input_type=str]",
        ),
        (
            r#"Error { path: ["smtp", "password"], kind: InvalidType(Str("a b"), "u16") }"#,
            r#"Error { path: ["smtp", "password"], kind: InvalidType(Str("[Filtered]"), "u16") }"#,
        ),
    ],
    leaves: &[
        r#"{"loc":["body","age"],"msg":"too small","input":"12 b"}, {"loc":["password"]}, {"input":"a b"}"#,
        "Settings\nport\n  Input should be a number [type=int_parsing, input_value='a b']",
        "input_value='a b'",
        r#"Error { path: ["smtp", "port"], kind: InvalidType(Str("a b"), "u16") }"#,
    ],
}];

fn by_model(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let name = match text.before(hit.end) {
        b'=' => line_before(text, hit.start),
        b'(' => location(text, hit.start, " path: "),
        _ => location(text, hit.start, "\"loc"),
    };
    let start = text.skip_blanks(hit.end);
    if let (Some(name), Some(open)) = (name, quote(text, start)) {
        let end = quoted_end(text, open, start);
        take(look, name, (open.end, end), found);
    }
}

/// The last name in the `"loc": ["body", "password"]` before.
fn location<'a>(text: Text<'a>, start: usize, key: &str) -> Option<&'a str> {
    let before = text.str(start.saturating_sub(NEAR / 2), start);
    let list = before.get(before.rfind(key)? + key.len()..)?;
    let (list, behind) = list.split_at(list.find(']')?);
    if behind.contains('}') {
        return None;
    }
    let names = list.split([',', '[']);
    let mut names = names.map(|name| name.trim_matches([' ', '"', '\\', ':']));
    names.rfind(|name| name.starts_with(|letter: char| letter.is_alphabetic()))
}

/// The line before that of a message.
fn line_before(text: Text<'_>, message: usize) -> Option<&str> {
    let line = text.run_back(message, NEAR, |byte| byte != b'\n');
    let end = line.checked_sub(1).filter(|end| text.at(*end) == b'\n')?;
    let start = text.run_back(end, 128, |byte| byte != b'\n');
    Some(text.str(start, end))
}
