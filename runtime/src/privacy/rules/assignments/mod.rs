//! Values of names that tell a secret, whatever joins the two: `=`, `:`, JSON, XML, SQL, a flag, `Debug`.

mod insert;
mod judge;
mod value;

pub(in crate::privacy) use judge::{is_secret, says_nothing};
pub(super) use value::{Value, value_after};

use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::names::Telling;
use crate::privacy::text::{NEAR, Text, is_dotted, is_word};
use judge::Words;
use value::{quote, quoted_end};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "value of a telling name",
        source: "what configuration, logs, and Rust's `Debug` look like",
        class: Class::Secret,
        starts: Starts::Names,
        find: Find::With(assignment),
        takes: &[
            (
                "login failed: password=hunter2, retry=3",
                "login failed: password=[Filtered], retry=3",
            ),
            (
                r#"{"api_key": "s3cr3t", "n": 1}"#,
                r#"{"api_key": "[Filtered]", "n": 1}"#,
            ),
            (r#"{\"token\":\"abc\"}"#, r#"{\"token\":\"[Filtered]\"}"#),
            (
                r#"Db { user: "app", password: Some("a, b") }"#,
                r#"Db { user: "app", password: Some("[Filtered]") }"#,
            ),
            (r#"("password", "a b")"#, r#"("password", "[Filtered]")"#),
            (r#"secret: String("x1")"#, r#"secret: String("[Filtered]")"#),
            (
                "<password>pa ss</password>",
                "<password>[Filtered]</password>",
            ),
            (
                r#"<add key="DbPassword" value="x1"/>"#,
                r#"<add key="DbPassword" value="[Filtered]"/>"#,
            ),
            (
                "mysqldump --password hunter2 --quick",
                "mysqldump --password [Filtered] --quick",
            ),
            (
                "ALTER USER app IDENTIFIED BY 'x1'",
                "ALTER USER app IDENTIFIED BY '[Filtered]'",
            ),
            ("WITH PASSWORD 'x''1';", "WITH PASSWORD '[Filtered]';"),
            (
                "Server=h;Password=my pass;Database=x",
                "Server=h;Password=[Filtered];Database=x",
            ),
            (
                "AccountKey=ab/c+d==;EndpointSuffix=x",
                "AccountKey=[Filtered];EndpointSuffix=x",
            ),
            ("password: [104, 117]", "password: [Filtered]"),
            (
                "machine h login app password x1y",
                "machine h login app password [Filtered]",
            ),
            ("DB_PASSWORD=hunter2", "DB_PASSWORD=[Filtered]"),
            ("password: hunter2", "password: [Filtered]"),
            ("client_secret => abc", "client_secret => [Filtered]"),
            ("user[password]=abc", "user[password]=[Filtered]"),
            ("password%3Dhunter2%26x", "password%3D[Filtered]%26x"),
            ("token: \"cut of", "token: \"[Filtered]"),
        ],
        leaves: &[
            "password authentication failed for user \"app\"",
            "(using password: YES)",
            "missing field `password`",
            "unexpected token `}`",
            "the trait bound `Password: Hash`",
            "primary_key = 7, author: Bo",
            "max_tokens: 4096",
            "token_type=bearer",
            "password: None, token: null, secret=\"\", pwd=$1, pwd=?, token: true",
            "invalid token: expected `;`",
            "password must be at least 8 characters",
            "error: --password is required",
            "let password = std::env::var(NAME)?;",
            "let token = parser.next();",
            "password: String, secret: Option<String>, token: &str",
            "password: [Filtered]",
            "\"password\": \"is too short\"",
            "WHERE password = $2 AND token = ?",
            "password: must not be empty",
            "unexpected token: Semicolon",
        ],
    },
    Rule {
        name: "values of an INSERT",
        source: "SQL",
        class: Class::Secret,
        starts: Starts::Literals(&["values (", "values("]),
        find: Find::With(insert::inserted),
        takes: &[(
            "INSERT INTO users (name, password) VALUES ('rosa', 'a, b')",
            "INSERT INTO users (name, password) VALUES ('rosa', '[Filtered]')",
        )],
        leaves: &[
            "INSERT INTO users (name, password) VALUES ($1, $2)",
            "INSERT INTO users (name, email) VALUES ('rosa', 'x')",
            "password values (1, 2)",
        ],
    },
    Rule {
        name: "line of .pgpass",
        source: "the documentation of PostgreSQL, 32.16",
        class: Class::Secret,
        starts: Starts::Literals(&["pgpass"]),
        find: Find::With(pgpass),
        takes: &[(
            ".pgpass: db.internal:5432:orders:rep:mQ2w9xZr failed",
            ".pgpass: db.internal:5432:orders:rep:[Filtered] failed",
        )],
        leaves: &["pgpass file has group access: 12:30:45"],
    },
    Rule {
        name: "password of a SQL user",
        source: "the SQL of MySQL and Oracle",
        class: Class::Secret,
        starts: Starts::Literals(&["identified by ", "identified with "]),
        find: Find::With(identified),
        takes: &[(
            "CREATE USER a IDENTIFIED BY 'x y'",
            "CREATE USER a IDENTIFIED BY '[Filtered]'",
        )],
        leaves: &["identified by the name", "IDENTIFIED BY ?"],
    },
];

fn assignment(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.run_back(hit.start, 96, is_name);
    let end = text.run(hit.end, is_name).min(hit.end + 96);
    // a name that ends a sentence, a prefix of a flag
    let start = text
        .run(start, |byte| matches!(byte, b'.' | b'-'))
        .min(hit.start);
    let end = text
        .run_back(end, 3, |byte| matches!(byte, b'.' | b'-'))
        .max(hit.end);
    let start = if text.before(start) == b'\\' && matches!(text.at(start), b'n' | b't' | b'r') {
        start + 1
    } else {
        start
    };
    let start = if text.before(start) == b'%' && is_escape(text, start) {
        start + 2
    } else {
        start
    };
    let name = text.str(start, end);
    let telling = look.names.telling(name);
    found.until = found.until.max(end);
    // headers have rules of their own
    let header = ["authorization", "cookie", "cookies"].iter().any(|header| {
        name.len() >= header.len()
            && text.says_in_any_case(end - header.len(), header)
            && matches!(name.len() - header.len(), 0 | 4 | 6)
    });
    let placeholder =
        text.before(start) == b'[' && text.at(end) == b']' && !is_word(text.before(start - 1));
    if telling == Telling::Nothing
        || header
        || placeholder
        || text.ends_with(start, "://")
        || text.ends_with(start, "${")
    {
        return;
    }
    let Some(value) = value_after(text, start, end) else {
        return;
    };
    let words = Words {
        text,
        telling,
        name: (start, end),
    };
    if let Some(end) = words.secret_end(value) {
        found.take(value.start, end, FILTERED);
    }
}

fn is_name(byte: u8) -> bool {
    is_dotted(byte) || byte >= 0x80
}

fn is_escape(text: Text<'_>, start: usize) -> bool {
    text.slice(start, start + 2)
        .iter()
        .all(u8::is_ascii_hexdigit)
        && start + 2 <= text.len()
}

fn identified(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let by = if text.says_in_any_case(hit.end, "password ") {
        hit.end + 9
    } else {
        hit.end
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
fn pgpass(look: Look<'_>, hit: Hit, found: &mut Found) {
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
}
