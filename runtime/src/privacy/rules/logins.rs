//! Who logs in where, without a URL: as drivers and commands are told.

use super::assignments::says_nothing;
use super::cookies::{self, By};
use super::urls::is_url;
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::text::{NEAR, Text, is_dashed, is_word};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "credentials before a host in brackets",
        source: "the documentation of Go's drivers for MySQL",
        class: Class::Secret,
        starts: Starts::Literals(&["@tcp(", "@unix(", "@tcp6(", "@cloudsql(", "@udp("]),
        find: Find::With(before_at),
        takes: &[(
            "dsn app:s3cr3t@tcp(db:3306)/shop",
            "dsn app:[Filtered]@tcp(db:3306)/shop",
        )],
        leaves: &["app@tcp(db:3306)/shop"],
    },
    Rule {
        name: "credentials of Oracle before a host",
        source: "the documentation of Oracle's Easy Connect",
        class: Class::Secret,
        starts: Starts::Literals(&["@//"]),
        find: Find::With(oracle_before_at),
        takes: &[
            (
                "connect as scott/tiger@//db:1521/orcl",
                "connect as scott/[Filtered]@//db:1521/orcl",
            ),
            (
                "ORA-01017: \"user\":hr/s3cr3t@//db/orcl",
                "ORA-01017: \"user\":hr/[Filtered]@//db/orcl",
            ),
        ],
        leaves: &["jdbc:oracle:thin:@//db:1521/orcl"],
    },
    Rule {
        name: "credentials of Oracle in a URL",
        source: "the documentation of Oracle's driver for JDBC",
        class: Class::Secret,
        starts: Starts::Literals(&[":thin:", ":oci:", ":oci8:"]),
        find: Find::With(oracle_after_driver),
        takes: &[
            (
                "jdbc:oracle:thin:scott/tiger@db:1521:orcl",
                "jdbc:oracle:thin:scott/[Filtered]@db:1521:orcl",
            ),
            (
                "ORA-17957: jdbc:oracle:oci:hr/s3cr3t@PDB1",
                "ORA-17957: jdbc:oracle:oci:hr/[Filtered]@PDB1",
            ),
        ],
        leaves: &["jdbc:oracle:thin:@db:1521:orcl", ":thin:a/b"],
    },
    Rule {
        name: "credentials in a line about Oracle",
        source: "the documentation of SQL*Plus",
        class: Class::Secret,
        starts: Starts::Literals(&["sqlplus ", "ORA-", "DPI-", "DPY-"]),
        find: Find::With(oracle_in_line),
        takes: &[
            (
                "sqlplus -s scott/tiger@orcl",
                "sqlplus -s scott/[Filtered]@orcl",
            ),
            (
                "ORA-01017: denied for hr/tiger@PDB1, then hr/lion@PDB2",
                "ORA-01017: denied for hr/[Filtered]@PDB1, then hr/[Filtered]@PDB2",
            ),
        ],
        leaves: &["ORA-12154: a/b or c@d"],
    },
    Rule {
        name: "credentials of a command",
        source: "curl(1), wget(1)",
        class: Class::Secret,
        starts: Starts::Literals(&["curl ", "curl.exe ", "curl\" ", "curl\", "]),
        find: Find::With(curl),
        takes: &[
            (
                "curl -s -u app:secret https://h/",
                "curl -s -u app:[Filtered] https://h/",
            ),
            ("curl --user 'app:a b' h", "curl --user 'app:[Filtered]' h"),
            (
                "curl -u app:pw -U 'me:p w' -b a=b http://h -b 'c=d' --user=x:y -o f",
                "curl -u app:[Filtered] -U 'me:[Filtered]' -b a=[Filtered] http://h -b 'c=[Filtered]' --user=x:[Filtered] -o f",
            ),
            (
                r#""curl" "-u" "app:pw" "-ume:pw" "--user=me:pw" "h""#,
                r#""curl" "-u" "app:[Filtered]" "-ume:[Filtered]" "--user=me:[Filtered]" "h""#,
            ),
            (
                r#"Command { program: "curl", args: ["-s", "--user", "app:pw", "h"] }"#,
                r#"Command { program: "curl", args: ["-s", "--user", "app:[Filtered]", "h"] }"#,
            ),
            (
                "curl -uapp:pw h; curl -sSuapp:pw h; curl -su\"app:pw\" h",
                "curl -uapp:[Filtered] h; curl -sSuapp:[Filtered] h; curl -su\"app:[Filtered]\" h",
            ),
        ],
        leaves: &[
            "curl -u app https://h/",
            "curl -s https://h:80/; curl -u \"$USER:$PASS\" h",
            "\"curl\" \"-o\" \"a:b\" \"-u\" \"app\"",
            "curl --user-agent a:b --url h:80 -o us:x",
        ],
    },
    Rule {
        name: "credentials of a command for another machine",
        source: "what is typed in the place of ssh(1)'s `user@host`",
        class: Class::Secret,
        starts: Starts::Literals(&["ssh ", "sftp ", "scp "]),
        find: Find::With(remote),
        takes: &[
            (
                "ssh -p 22 app:hunter2@bastion; scp f app:hunter2@h.example:/tmp",
                "ssh -p 22 app:[Filtered]@bastion; scp f app:[Filtered]@h.example:/tmp",
            ),
            (
                "sftp \"app:a@b@10.0.0.7\"",
                "sftp \"app:[Filtered]@10.0.0.7\"",
            ),
        ],
        leaves: &[
            "scp app@h:/tmp/a b@h:c, scp h:d/a@b /tmp, ssh app@h: it is down",
            "ssh -o A:b, ssh app:$PASS@h",
        ],
    },
];

/// `user:password@host` among the words behind the hit.
fn remote(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let line = text.run_within(hit.end, NEAR, |byte| byte != b'\n');
    let mut at = hit.end;
    while at < line {
        at = text.run_within(at, 4, |byte| matches!(byte, b' ' | b'"' | b'\''));
        let word = text.run_within(at, NEAR, |byte| byte > b' ').min(line);
        let user = text.run_within(at, NEAR, is_dashed);
        let host = text.str(user, word).rfind('@').map(|host| user + host);
        if let Some(host) = host
            && user > at
            && text.at(user) == b':'
            && is_word(text.at(host + 1))
            && !text.slice(user, host).contains(&b'/')
        {
            login(text, at, host, found);
        }
        at = word + 1;
    }
    found.until = found.until.max(line);
}

/// `user:password` before the `@` of the hit.
fn before_at(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = text.run_back(hit.start, 256, |byte| is_url(byte) && byte != b'=');
    let user = text.run(start, |byte| byte != b':' && byte != b'@');
    if user + 1 < hit.start && !text.says(user + 1, FILTERED) {
        found.take(user + 1, hit.start, FILTERED);
    }
}

/// `user/password` before the `@` of the hit.
fn oracle_before_at(look: Look<'_>, hit: Hit, found: &mut Found) {
    let start = look.text.run_back(hit.start, 256, |byte| {
        is_url(byte) && !matches!(byte, b':' | b'=' | b'(')
    });
    oracle(look.text, start, hit.start, found);
}

/// `user/password@` behind the name of a driver.
fn oracle_after_driver(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let user = text.run_within(hit.end, 128, is_word);
    if text.at(user) != b'/' {
        return;
    }
    let at = text.run(user, |byte| is_url(byte) && byte != b'@');
    found.until = found.until.max(at);
    oracle(text, hit.end, at, found);
}

/// `user/password@service` in a line that speaks of Oracle.
fn oracle_in_line(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let line = text.run(hit.end, |byte| byte != b'\n');
    let mut at = hit.end;
    while at < line {
        at = text.run(at, |byte| {
            matches!(byte, b' ' | b'(' | b'"' | b'\'' | b'`' | b'[')
        });
        let word = text.run(at, |byte| byte > b' ').min(line);
        let host = text.slice(at, word).iter().position(|byte| *byte == b'@');
        if let Some(host) = host.map(|host| at + host)
            && (is_word(text.at(host + 1)) || text.at(host + 1) == b'/')
        {
            oracle(text, at, host, found);
        }
        at = word + 1;
    }
    found.until = found.until.max(line);
}

/// Takes the password of the `user/password` that stands there.
fn oracle(text: Text<'_>, start: usize, at: usize, found: &mut Found) {
    let user = text.run(start, is_word);
    if text.at(at) == b'@'
        && user > start
        && text.at(user) == b'/'
        && user + 1 < at
        && !text.says(user + 1, FILTERED)
    {
        found.take(user + 1, at, FILTERED);
    }
}

/// What a flag of a command is given.
#[derive(Debug, Clone, Copy)]
enum Given {
    /// `user:password`
    Login,
    /// `name=value; name=value`
    Cookies,
}

/// `-u user:password` and `-b name=cookie` of a command, as often as they stand there.
fn curl(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let line = text.run(hit.end, |byte| byte != b'\n');
    let mut at = hit.end;
    while at < line {
        at = text.run(at, |byte| matches!(byte, b' ' | b'\t' | b',' | b'['));
        let given = flag(text, at);
        let start = given.map_or(at, |(_, start)| start);
        let quote = text.at(start);
        let quoted = matches!(quote, b'"' | b'\'');
        let start = start + usize::from(quoted);
        let within = |byte: u8| if quoted { byte != quote } else { is_url(byte) };
        let end = text.run(start, within).min(line);
        match given {
            Some((Given::Cookies, _)) => cookies::pairs(look, start, end, By::Client, found),
            Some((Given::Login, _)) => login(text, start, end, found),
            None => {}
        }
        at = end + 1;
    }
    found.until = found.until.max(line);
}

/// The flag that stands here, and where what it is given begins: behind a blank, an `=`, or right
/// behind a flag of one letter, which may be the last of many. `Debug` prints each between quotes.
fn flag(text: Text<'_>, start: usize) -> Option<(Given, usize)> {
    let quoted = text.at(start) == b'"';
    let start = start + usize::from(quoted);
    if text.at(start) != b'-' {
        return None;
    }
    let behind = |end: usize| {
        let end = end + usize::from(quoted && text.at(end) == b'"');
        text.run_within(end, 4, |byte| matches!(byte, b' ' | b'\t' | b','))
    };
    let name = text.run_within(start, 32, |byte| byte.is_ascii_alphabetic() || byte == b'-');
    let long = match text.str(start, name) {
        "--user" | "--proxy-user" => Some(Given::Login),
        "--cookie" => Some(Given::Cookies),
        _ => None,
    };
    if let Some(given) = long {
        return match text.at(name) {
            b'=' => Some((given, name + 1)),
            b' ' | b'\t' | b'"' => Some((given, behind(name))),
            _ => None,
        };
    }
    // flags that are given nothing may stand before
    let short = text.run_within(start + 1, 16, |byte| b"fgikLnsSvV#".contains(&byte));
    let given = match text.at(short) {
        b'u' | b'U' => Given::Login,
        b'b' => Given::Cookies,
        _ => return None,
    };
    let quote = !quoted && text.at(short + 1) == b'"';
    let value = if quote { short + 1 } else { behind(short + 1) };
    Some((given, value))
}

/// Takes the password of `user:password`.
fn login(text: Text<'_>, start: usize, end: usize, found: &mut Found) {
    let user = text.run_within(start, end.saturating_sub(start), |byte| byte != b':');
    let said = text.str(user + 1, end);
    let reference = said.starts_with(['$', '<', '*', '[']) && says_nothing(said);
    if user + 1 < end && !reference && !said.starts_with("//") {
        found.take(user + 1, end, FILTERED);
    }
}
