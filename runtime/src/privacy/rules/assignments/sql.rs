//! Secrets in statements of databases, and what functions are given, by their place.

use super::insert::{expression_end, inserted};
use super::quote::{quote, quoted_end};
use super::says_nothing;
use crate::privacy::FILTERED;
use crate::privacy::rules::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::text::{NEAR, Text, is_word};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "values of an INSERT",
        source: "SQL",
        class: Class::Secret,
        starts: Starts::Literals(&["values"]),
        find: Find::With(inserted),
        takes: &[
            (
                "INSERT INTO users (name, password) VALUES ('rosa', 'a, b')",
                "INSERT INTO users (name, password) VALUES ('rosa', '[Filtered]')",
            ),
            (
                "INSERT INTO t (a, password) VALUES  ('x', 'y1'),\n('z', 'w'), (?, ?), (1, '2')",
                "INSERT INTO t (a, password) VALUES  ('x', '[Filtered]'),\n('z', '[Filtered]'), (?, ?), (1, '[Filtered]')",
            ),
            (
                "INSERT INTO t (a, password, b) VALUES (f(1, ')'), crypt('x1', gen_salt('bf')), 2)",
                "INSERT INTO t (a, password, b) VALUES (f(1, ')'), [Filtered], 2)",
            ),
        ],
        leaves: &[
            "INSERT INTO users (name, password) VALUES ($1, $2)",
            "INSERT INTO users (name, email) VALUES ('rosa', 'x')",
            "INSERT INTO users (name, password) VALUES ('rosa', NULL), ('x', random())",
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
        source: "the SQL of MySQL and Oracle; the documentation of pgcrypto and SQLCipher",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "identified by ",
            "identified with ",
            "set password for ",
            "crypt(",
            " key '",
            "pragma key = ",
            "pragma key=",
            "pragma rekey = ",
            "pragma rekey=",
        ]),
        find: Find::With(identified),
        takes: &[
            (
                "CREATE USER a IDENTIFIED BY 'x y'",
                "CREATE USER a IDENTIFIED BY '[Filtered]'",
            ),
            (
                "SELECT hash = crypt('x y', hash)",
                "SELECT hash = crypt('[Filtered]', hash)",
            ),
            (
                "create user a identified by 'x y'",
                "create user a identified by '[Filtered]'",
            ),
            ("PRAGMA key = 'x y';", "PRAGMA key = '[Filtered]';"),
            (
                "ATTACH DATABASE 'a.db' AS b KEY 'x y';",
                "ATTACH DATABASE 'a.db' AS b KEY '[Filtered]';",
            ),
            (
                "SET PASSWORD FOR 'app'@'%' = 'x y'",
                "SET PASSWORD FOR 'app'@'%' = '[Filtered]'",
            ),
        ],
        leaves: &[
            "identified by the name, what is identified by 'x1' or identified by `x2`",
            "IDENTIFIED BY ?",
            "SET PASSWORD FOR app = ?, x = 'y'",
            "no such key 'x y', AS key 'x', the KEY 'orders'",
        ],
    },
    Rule {
        name: "secret that a function is given",
        source: "the documentation of pgcrypto, of MySQL, SQL Server and PHP",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "md5(",
            "sha1(",
            "sha2(",
            "encryptbypassphrase(",
            "decryptbypassphrase(",
            "aes_encrypt(",
            "aes_decrypt(",
            "pgp_sym_encrypt(",
            "pgp_sym_decrypt(",
            "hashbytes(",
            "hmac(",
            "mysqli_connect(",
            "mysqli->__construct(",
            "pdo->__construct(",
            "ldap_bind(",
            "ftp_login(",
            "imap_open(",
            "ssh2_auth_password(",
        ]),
        find: Find::With(argument),
        takes: &[
            (
                "WHERE pw = md5('x yz') AND b = pgp_sym_decrypt(f(c, ','), 'k y1')",
                "WHERE pw = md5('[Filtered]') AND b = pgp_sym_decrypt(f(c, ','), '[Filtered]')",
            ),
            (
                "#0 /srv/db.php(12): PDO->__construct('mysql:host=db;db...', 'app', 'hunter2')",
                "#0 /srv/db.php(12): PDO->__construct('mysql:host=db;db...', 'app', '[Filtered]')",
            ),
        ],
        leaves: &[
            "md5(name), md5($1), md5('x'), md5(\"a.txt\") failed, hmac(data, key), aes_encrypt(a, @k)",
            "mysqli_connect('db', 'root')",
        ],
    },
];

fn identified(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    // `ATTACH DATABASE 'a.db' AS b KEY 'x'`
    let key = text.at(hit.start) == b' ';
    let before = text.str(hit.start.saturating_sub(128), hit.start);
    let begins = if key {
        before.contains("ATTACH ") || before.contains("attach ")
    } else {
        text.begins_word(hit.start)
    };
    if !begins {
        return;
    }
    let by = if key {
        hit.end - 1
    } else if text.says_in_any_case(hit.end, "password ") {
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
    let prose = text.says(hit.start, "identified") && !is_of_user(text, hit.start);
    if let Some(open) = quote(text, by).filter(|open| open.letter != b'`' && !prose) {
        let end = quoted_end(text, open, by);
        if !says_nothing(text.str(open.end, end)) {
            found.take(open.end, end, FILTERED);
        }
    }
}

/// `create user app identified by`, not `what is identified by`.
fn is_of_user(text: Text<'_>, start: usize) -> bool {
    let before = text.str(start.saturating_sub(128), start);
    ["user ", "grant ", "role "]
        .iter()
        .any(|word| before.contains(word))
}

/// Functions, and which of what they are given is a secret.
#[rustfmt::skip] // a table
const CALLS: &[(&str, usize)] = &[
    ("md5(", 0), ("sha1(", 0), ("sha2(", 0), ("encryptbypassphrase(", 0), ("decryptbypassphrase(", 0),
    ("aes_encrypt(", 1), ("aes_decrypt(", 1), ("pgp_sym_encrypt(", 1), ("pgp_sym_decrypt(", 1),
    ("hashbytes(", 1), ("hmac(", 1),
    ("mysqli_connect(", 2), ("mysqli->__construct(", 2), ("pdo->__construct(", 2),
    ("ldap_bind(", 2), ("ftp_login(", 2), ("imap_open(", 2), ("ssh2_auth_password(", 2),
];

/// How long what stands before the secret is at most.
const LONGEST_ARGUMENT: usize = 256;

/// The text that a function is given as its key, or as what it makes a hash of.
fn argument(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let call = text.str(hit.start, hit.end);
    let place = CALLS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(call));
    let Some((_, place)) = place.filter(|_| text.begins_word(hit.start)) else {
        return;
    };
    let mut at = hit.end;
    for _ in 0..*place {
        let comma = expression_end(text, at, LONGEST_ARGUMENT);
        if text.at(comma) != b',' {
            return;
        }
        at = text.skip_blanks(comma + 1);
    }
    // a text of SQL
    let Some(open) = quote(text, at).filter(|open| open.letter == b'\'') else {
        return;
    };
    let end = quoted_end(text, open, at);
    let said = text.str(open.end, end);
    if said.len() > 3 && !says_nothing(said) {
        found.take(open.end, end, FILTERED);
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
    found.until = found.until.max(line);
}
