//! The user's part of home folders. What follows stays, so that a frame stays readable.

use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::text::{Text, is_dashed, is_dotted};

const PUT: &str = "[user]";

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "home folder",
        source: "Filesystem Hierarchy Standard 3.0, 3.8; the documentation of macOS",
        class: Class::Identity,
        starts: Starts::Literals(&["/home/", "/Users/"]),
        find: Find::With(unix),
        takes: &[
            (
                "/home/jane/shop/src/main.rs",
                "/home/[user]/shop/src/main.rs",
            ),
            (
                "file:///Users/Jane Doe/shop.toml: not found",
                "file:///Users/[user]/shop.toml: not found",
            ),
            ("HOME=/home/jane", "HOME=/home/[user]"),
            ("at /mnt/c/Users/jane/x", "at /mnt/c/Users/[user]/x"),
            (
                "cc -L/home/jane/lib \"-I/home/jane\"",
                "cc -L/home/[user]/lib \"-I/home/[user]\"",
            ),
            (
                "at /cygdrive/c/Users/jane/x",
                "at /cygdrive/c/Users/[user]/x",
            ),
            ("at /c/Users/jane/x", "at /c/Users/[user]/x"),
            ("rsync: //nas/home/jane/b", "rsync: //nas/home/[user]/b"),
        ],
        leaves: &[
            "/api/users/search",
            "https://shop.example/home/settings",
            "/Users/Shared/x",
            "GET /home/page",
            "src=\"//cdn.example/home/page\", https://shop/home/page",
            "/home/",
            "/home",
            "/var/lib/x/home/y",
            "https://shop.example/x-L/home/page",
            "https://h/c/Users/x, GET /c/Users/x, /c/home/x",
        ],
    },
    Rule {
        name: "home folder on Windows",
        source: "the documentation of Windows of known folders",
        class: Class::Identity,
        starts: Starts::Literals(&[
            "\\Users\\",
            ":/Users/",
            "\\Documents and Settings\\",
            "\\home\\",
            "\\home$\\",
            "\\homes\\",
            "\\homes$\\",
            "%5CUsers%5C",
        ]),
        find: Find::With(windows),
        takes: &[
            (r"C:\Users\Jane Doe\shop.toml", r"C:\Users\[user]\shop.toml"),
            (r#""C:\\Users\\jane\\x""#, r#""C:\\Users\\[user]\\x""#),
            ("C:/Users/jane/x", "C:/Users/[user]/x"),
            (
                r"\\nas\homes\jane\x, \\nas\home$\jane\x",
                r"\\nas\homes\[user]\x, \\nas\home$\[user]\x",
            ),
        ],
        leaves: &[
            r"C:\Users\Public\x",
            r"C:\Windows\System32",
            r"D:\data\homes\list\x",
        ],
    },
];

/// Folders there that belong to nobody.
#[rustfmt::skip] // a table
const NOBODY: &[&str] = &[
    "Shared", "Public", "Default", "Default User", "All Users", "lost+found", "Guest", "linuxbrew",
    "$USER", "${USER}", "~", "*", "<user>", "{user}", "..", ".",
];

fn unix(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if !(text.says(hit.start, "/home/") || text.says(hit.start, "/Users/"))
        || !begins_path(text, hit.start)
    {
        return;
    }
    take(text, hit.end, b"/", found);
}

/// Whether a path begins here: after nothing, a mark, or a folder in which homes lie.
fn begins_path(text: Text<'_>, start: usize) -> bool {
    const PARENTS: &[&str] = &[
        "://",
        "file://localhost",
        "/var",
        "/usr",
        "/export",
        "/mnt/c",
        "/cygdrive/c",
        "/mnt/d",
        "/System/Volumes/Data",
        "/private",
        "/run/host",
        "/host",
        "/rootfs",
        "/proc/1/root",
        "/mnt",
        "/media",
        "/data",
    ];
    if PARENTS.iter().any(|parent| text.ends_with(start, parent)) {
        return true;
    }
    // `/c/Users/jane`: a drive, as MSYS writes it
    let drive = start.saturating_sub(2);
    if text.says(start, "/Users/")
        && text.at(drive) == b'/'
        && text.before(start).is_ascii_alphabetic()
        && begins_path(text, drive)
    {
        return true;
    }
    // `//nas/home/jane`: a folder of a server, and no URL
    let server = text.run_back(start, 64, is_dashed);
    if server < start && text.ends_with(server, "//") && !text.ends_with(server, "://") {
        return true;
    }
    let before = text.before(start);
    // `-L/home/jane`
    let flag = start.saturating_sub(2);
    if text.at(flag) == b'-'
        && before.is_ascii_alphabetic()
        && matches!(text.before(flag), 0 | b' ' | b'\n' | b'"' | b'\'')
    {
        return true;
    }
    if before.is_ascii_alphanumeric() && !text.begins_word(start)
        || matches!(
            before,
            b'/' | b'.' | b'-' | b'_' | b'~' | b'*' | b'}' | b']'
        )
    {
        return false;
    }
    // `GET /home/page` is a route
    !["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
        .iter()
        .any(|method| {
            text.word_before(start)
                .eq_ignore_ascii_case(method.as_bytes())
        })
}

fn windows(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if text.says_in_any_case(hit.start, "\\homes") || text.says_in_any_case(hit.start, "\\home$") {
        // `\\nas\homes\jane`: a folder of a server
        let end = text.run_back(hit.start, 3, |byte| byte == b'\\');
        let server = text.run_back(end, 64, is_dotted);
        if server == end || !text.ends_with(server, r"\\") {
            return;
        }
    }
    match text.at(hit.start) {
        b':' => take(text, hit.end, b"/", found),
        b'%' => take(text, hit.end, b"%", found),
        _ => {
            // a folder's mark is doubled where it is escaped
            let escaped = text.run(hit.end, |byte| byte == b'\\');
            take(text, escaped, b"\\", found);
        }
    }
}

fn take(text: Text<'_>, start: usize, mark: &[u8], found: &mut Found) {
    let ends = |byte: u8| {
        mark.contains(&byte)
            || matches!(
                byte,
                b'/' | b'\\'
                    | b'"'
                    | b'\''
                    | b'`'
                    | b'\n'
                    | b'\r'
                    | b'\t'
                    | b':'
                    | b';'
                    | b','
                    | b'<'
                    | b'>'
                    | b'|'
                    | b')'
                    | b'('
                    | b'?'
                    | b'&'
                    | b'#'
                    | 0
            )
    };
    let end = text.run(start, |byte| !ends(byte)).min(start + 128);
    // a name with blanks ends at a folder's mark alone
    let marked = mark.contains(&text.at(end)) && text.at(end) != 0;
    let name = text.slice(start, end);
    let words = name.split(|byte| *byte == b' ').count();
    let end = if words > 1 && !(marked && words <= 3) {
        text.run(start, |byte| byte != b' ').min(end)
    } else {
        end
    };
    let end = if marked {
        end
    } else {
        text.run_back(end, 3, |byte| matches!(byte, b'.' | b']' | b'}'))
    };
    let name = text.str(start, end);
    if !name.is_empty()
        && !NOBODY.contains(&name)
        && !name.starts_with("[user")
        && !name.starts_with("[Filtered")
    {
        found.take(start, end, PUT);
    }
}
