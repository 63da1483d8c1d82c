//! Values in messages of those who refused them: what names them stands behind them, or far before.

use super::assignments::{quote, quoted_end, says_nothing};
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::names::Telling;
use crate::privacy::text::{FAR, NEAR, Text, is_dotted};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "value that a flag refused",
        source: "the messages of clap, argh, envy and Go's flag",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "invalid value ",
            "unexpected value '",
            "parsing value '",
            "error parsing option '",
        ]),
        find: Find::With(by_flag),
        takes: &[
            (
                "error: invalid value 'hunter2' for '--api-key <API_KEY>': too short",
                "error: invalid value '[Filtered]' for '--api-key <API_KEY>': too short",
            ),
            (
                "invalid value 'it's' for '<PASSWORD>'; invalid value 'a b' for '-t <TOKEN>'",
                "invalid value '[Filtered]' for '<PASSWORD>'; invalid value '[Filtered]' for '-t <TOKEN>'",
            ),
            (
                "Error parsing option '--token' with value 'hunter2': too short",
                "Error parsing option '--token' with value '[Filtered]': too short",
            ),
            (
                "error: unexpected value 'hunter2' for '--token' found; no more were expected",
                "error: unexpected value '[Filtered]' for '--token' found; no more were expected",
            ),
            (
                "invalid value \"hunter2\" for flag -token: parse error",
                "invalid value \"[Filtered]\" for flag -token: parse error",
            ),
            (
                "too short while parsing value 'hunter2' provided by API_KEY",
                "too short while parsing value '[Filtered]' provided by API_KEY",
            ),
            (
                "invalid value \"a b\" for environment variable API_TOKEN, invalid value `x1` for DB_PASSWORD: too short",
                "invalid value \"[Filtered]\" for environment variable API_TOKEN, invalid value `[Filtered]` for DB_PASSWORD: too short",
            ),
        ],
        leaves: &[
            "invalid value 'x1' for '--token-ttl <TOKEN_TTL>': invalid digit found in string",
            "invalid value 'x1' for '--port <PORT>', not for '--token'",
            "invalid value 'x1' for '--jobs <TOKENS>'",
            "invalid value '' for '--password <PASSWORD>'",
            "invalid value \"x1\" for flag -n: parse error",
            "invalid value for token",
            "invalid value \"x1\" for the token, invalid value \"x1\" for PORT",
            "while parsing value 'x1' provided by PORT",
            "Error parsing option '--max-tokens' with value 'x1': invalid digit",
        ],
    },
    Rule {
        name: "value that a configuration refused",
        source: "the messages of serde, serde_path_to_error, toml, config, figment and the standard library",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "invalid type: ",
            "invalid value: ",
            "unknown variant ",
            "environment variable was not valid unicode: ",
        ]),
        find: Find::With(by_type),
        takes: &[
            (
                "db.password: invalid type: string \"a \\\"b\", expected u32 at line 3",
                "db.password: invalid type: string \"[Filtered]\", expected u32 at line 3",
            ),
            (
                "invalid type: integer `8812771`, expected a string for key `db.password` in prod.toml",
                "invalid type: integer `[Filtered]`, expected a string for key `db.password` in prod.toml",
            ),
            (
                "invalid type: found string \"x1\", expected u16 for key \"default.api_key\" in `A_`",
                "invalid type: found string \"[Filtered]\", expected u16 for key \"default.api_key\" in `A_`",
            ),
            (
                "3 | db = { password = 8812771 }\n  |                   ^^^^^^^\ninvalid type: integer `8812771`, expected a string",
                "3 | db = { password = [Filtered] }\n  |                   ^^^^^^^\ninvalid type: integer `[Filtered]`, expected a string",
            ),
            (
                "auth.token: unknown variant `x1`, expected `a` or `b`",
                "auth.token: unknown variant `[Filtered]`, expected `a` or `b`",
            ),
            (
                "DB_PASSWORD: environment variable was not valid unicode: \"a b\\xFF\"",
                "DB_PASSWORD: environment variable was not valid unicode: \"[Filtered]\"",
            ),
        ],
        leaves: &[
            "db.port: invalid type: string \"x1\", expected u16",
            "invalid type: string \"x1\", expected u16 for key `token.ttl` in prod.toml",
            "password: invalid type: map, expected a string",
            "3 | port = 8812771\n  |        ^^^^^^^\ninvalid type: integer `8812771`, expected a string",
            "token_type: unknown variant `x1`, expected `a`",
        ],
    },
    Rule {
        name: "value that a validation refused",
        source: "the messages of validator",
        class: Class::Secret,
        starts: Starts::Literals(&["validation error: "]),
        find: Find::With(by_validation),
        takes: &[(
            r#"password: Validation error: length [{"min": Number(8), "value": String("x1")}]"#,
            r#"password: Validation error: length [{"min": Number(8), "value": String("[Filtered]")}]"#,
        )],
        leaves: &[
            r#"name: Validation error: length [{"min": Number(8), "value": String("x1")}]"#,
            r#"password: Validation error: length [{"min": Number(8)}]"#,
        ],
    },
    Rule {
        name: "value that a database refused",
        source: "the messages of PostgreSQL and MySQL",
        class: Class::Secret,
        starts: Starts::Literals(&["key (", "duplicate entry '"]),
        find: Find::With(by_database),
        takes: &[
            (
                "Key (tenant, api_key)=(7, x1y2) already exists.",
                "Key (tenant, api_key)=(7, [Filtered]) already exists.",
            ),
            (
                "Key (lower(token::text))=(a, (b)) already exists.",
                "Key (lower(token::text))=([Filtered]) already exists.",
            ),
            (
                "Duplicate entry 'x1' for key 'users.api_token_unique'",
                "Duplicate entry '[Filtered]' for key 'users.api_token_unique'",
            ),
        ],
        leaves: &[
            "Key (user_id)=(7) is not present in table \"tokens\".",
            "Duplicate entry 'x1' for key 'users.PRIMARY'",
            "key (token) is unknown",
        ],
    },
    Rule {
        name: "row that a database refused",
        source: "the messages of PostgreSQL",
        class: Class::Personal,
        starts: Starts::Literals(&["failing row contains ("]),
        find: Find::With(by_constraint),
        takes: &[
            (
                "DETAIL:  Failing row contains (12, Jane (Doe), 1980-01-01, null).",
                "DETAIL:  Failing row contains ([Filtered]).",
            ),
            (
                r#"detail: Some("Failing row contains (1, a \"b\")."), hint: Some("(none).")"#,
                r#"detail: Some("Failing row contains ([Filtered])."), hint: Some("(none).")"#,
            ),
            (
                "Failing row contains (7, Jane Doe, cut of",
                "Failing row contains ([Filtered]",
            ),
        ],
        leaves: &["no failing row contains it"],
    },
];

/// Takes the value if its name tells a secret.
pub(super) fn take(look: Look<'_>, name: &str, (start, end): (usize, usize), found: &mut Found) {
    if look.names.telling(name) == Telling::Secret && !says_nothing(look.text.str(start, end)) {
        found.take(start, end, FILTERED);
    }
}

/// Takes the value that stands in a message with the flag, or the place, that it was given to.
fn by_flag(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let option = text.says_in_any_case(hit.start, "error");
    let (value, name) = if option {
        let name = text.run_within(hit.end, NEAR, |byte| byte != b'\'');
        let behind = "' with value '";
        if !text.says(name, behind) {
            return;
        }
        let value = name + behind.len();
        let end = text.run_within(value, NEAR, |byte| byte != b'\'' && byte != b'\n');
        ((value, end), (hit.end, name))
    } else {
        let open = hit.end - usize::from(text.before(hit.end) == b'\'');
        let quote = text.at(open);
        let behind: &[&str] = match quote {
            b'\'' => &["' for '", "' provided by "],
            b'"' => &["\" for flag -", "\" for environment variable ", "\" for "],
            b'`' => &["` for environment variable ", "` for "],
            _ => return,
        };
        let value = open + 1;
        let line = text.str(value, text.run_within(value, NEAR, |byte| byte != b'\n'));
        let found = behind
            .iter()
            .find_map(|behind| Some((line.find(behind)?, behind)));
        let Some((length, behind)) = found else {
            return;
        };
        let name = value + length + behind.len();
        let end = if behind.ends_with(['\'', '-']) {
            text.run_within(name, NEAR, |byte| {
                !matches!(byte, b'\'' | b'\n') && (quote == b'\'' || byte != b':')
            })
        } else {
            text.run_within(name, NEAR, is_dotted)
        };
        ((value, value + length), (name, end))
    };
    let name = text.str(name.0, name.1);
    // of `--jobs <TOKENS>` the flag counts, of `-t <TOKEN>` and `<TOKEN>` what is between the brackets
    let name = match name.strip_prefix("--") {
        Some(flag) => flag.split([' ', '=', '[']).next(),
        None => name.rsplit([' ', '<', '[']).next(),
    };
    let name = name.unwrap_or_default().trim_end_matches(['>', ']', '.']);
    take(look, name, value, found);
}

/// Takes the text or the number that is no such type.
fn by_type(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let word = hit.end + if text.says(hit.end, "found ") { 6 } else { 0 };
    let start = ["string ", "integer "]
        .iter()
        .find(|kind| text.says(word, kind))
        .map_or(word, |kind| word + kind.len());
    let Some(open) = quote(text, start) else {
        return;
    };
    let end = quoted_end(text, open, start);
    let name = name_behind(text, end)
        .or_else(|| name_before(text, hit.start))
        .or_else(|| name_shown(text, hit.start, text.str(open.end, end)));
    if let Some(name) = name {
        take(look, name, (open.end, end), found);
    }
}

/// The name in ``for key `db.password` `` of the same line.
fn name_behind(text: Text<'_>, start: usize) -> Option<&str> {
    let line = text.slice(start, text.run_within(start, NEAR, |byte| byte != b'\n'));
    let key = " for key ";
    let at = line
        .windows(key.len())
        .position(|part| part == key.as_bytes())?;
    let open = quote(text, start + at + key.len())?;
    let end = text.run_within(open.end, 128, is_path);
    Some(text.str(open.end, end))
}

/// The name in `db.password: ` before a message.
fn name_before(text: Text<'_>, message: usize) -> Option<&str> {
    let end = message.checked_sub(2)?;
    let start = text.run_back(end, 128, is_path);
    (text.says(end, ": ") && start < end).then(|| text.str(start, end))
}

/// The name that the value is given to in the line shown above a message, which a line of `^` marks.
fn name_shown<'a>(text: Text<'a>, message: usize, value: &str) -> Option<&'a str> {
    let line_before = |end: usize| {
        let end = end.checked_sub(1).filter(|end| text.at(*end) == b'\n')?;
        let start = text.run_back(end, NEAR, |byte| byte != b'\n');
        Some((start, text.str(start, end)))
    };
    let (start, _) = line_before(message).filter(|(_, marks)| marks.contains('^'))?;
    let (_, shown) = line_before(start)?;
    shown.rmatch_indices(value).find_map(|(at, _)| {
        let before = shown.get(..at)?.trim_end_matches(['"', '\'', ' ']);
        let name = before.strip_suffix('=')?.trim_end();
        name.rsplit([' ', ',', '{', '|']).next()
    })
}

fn is_path(byte: u8) -> bool {
    is_dotted(byte) || matches!(byte, b'[' | b']')
}

/// Takes the `value` among the parameters of an error.
fn by_validation(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let line = text.slice(
        hit.end,
        text.run_within(hit.end, NEAR, |byte| byte != b'\n'),
    );
    let key = "\"value\": String(";
    let at = line
        .windows(key.len())
        .position(|part| part == key.as_bytes());
    let (Some(at), Some(name)) = (at, name_before(text, hit.start)) else {
        return;
    };
    let start = hit.end + at + key.len();
    if let Some(open) = quote(text, start) {
        let end = quoted_end(text, open, start);
        take(look, name, (open.end, end), found);
    }
}

/// Takes the value of a key that must be unique.
fn by_database(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if text.before(hit.end) == b'\'' {
        let end = quoted_end_of_entry(text, hit.end);
        if let Some(name) = name_behind(text, end) {
            take(look, name, (hit.end, end), found);
        }
        return;
    }
    let Some((names, values)) = key_of_row(text, hit.end) else {
        return;
    };
    let columns = || text.str(names.0, names.1).split(", ").map(column_of);
    let parts = || text.str(values.0, values.1).split(", ");
    if columns().count() != parts().count() {
        for column in columns() {
            take(look, column, values, found);
        }
        return;
    }
    let mut at = values.0;
    for (column, part) in columns().zip(parts()) {
        take(look, column, (at, at + part.len()), found);
        at += part.len() + ", ".len();
    }
}

/// Takes all that a row holds: its columns have no names here.
fn by_constraint(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let line = text.str(hit.end, text.run_within(hit.end, FAR, |byte| byte != b'\n'));
    let end = line.find(").").unwrap_or(line.len());
    found.take(hit.end, hit.end + end, FILTERED);
}

/// Where an entry ends, which may hold quotes.
fn quoted_end_of_entry(text: Text<'_>, start: usize) -> usize {
    let line = text.slice(start, text.run_within(start, NEAR, |byte| byte != b'\n'));
    let behind = "' for key ";
    let length = line
        .windows(behind.len())
        .position(|part| part == behind.as_bytes());
    start + length.unwrap_or(line.len())
}

/// The columns and the values of `Key (a, b)=(1, 2) already exists`.
fn key_of_row(text: Text<'_>, start: usize) -> Option<((usize, usize), (usize, usize))> {
    let line = text.str(start, text.run_within(start, NEAR, |byte| byte != b'\n'));
    let names = line.find(")=(")?;
    let values = names + ")=(".len();
    let rest = line.get(values..)?;
    let ends = [") already exists", ") is ", ") conflicts "];
    let end = ends.iter().filter_map(|end| rest.find(end)).min();
    let end = values + end.or_else(|| rest.find(')')).unwrap_or(rest.len());
    Some(((start, start + names), (start + values, start + end)))
}

/// `lower(token::text)` is of `token`.
fn column_of(expression: &str) -> &str {
    let inner = expression.rsplit('(').next().unwrap_or(expression);
    let inner = inner.split("::").next().unwrap_or(inner);
    inner.trim_matches([')', '"', ' '])
}
