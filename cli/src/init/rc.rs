//! `.sentryclirc`, as dragonfly and sentry-cli read it.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dragonfly::config::{masked_dsn, parse_dsn};
use dragonfly::sentry::types::Dsn;

use super::answers::Answers;
use super::{Stop, write};

pub(super) const NAME: &str = ".sentryclirc";

/// The file of a folder, as it is before anything is done.
pub(super) struct Rc {
    path: PathBuf,
    /// `None` if there is none.
    text: Option<String>,
}

/// What became of it.
pub(super) struct Done {
    pub(super) path: PathBuf,
    pub(super) is_new: bool,
    /// What stands in it, masked.
    pub(super) dsn: Option<String>,
    /// The lines that it lacks, masked.
    pub(super) missing: Vec<String>,
    /// Whether it holds another DSN than was asked for.
    pub(super) is_other: bool,
}

impl Rc {
    pub(super) fn in_folder(folder: &Path) -> Result<Self, Stop> {
        let path = folder.join(NAME);
        if fs::symlink_metadata(&path).is_err() {
            return Ok(Self { path, text: None });
        }
        match read(&path) {
            Ok(text) => Ok(Self {
                path,
                text: Some(text),
            }),
            Err(error) => Err(Stop::failed(format!(
                "reading `{}` failed: {error}: it is left as it is, make it readable or move it away",
                path.display()
            ))),
        }
    }

    pub(super) fn is_there(&self) -> bool {
        self.text.is_some()
    }

    /// Writes it, unless it is there: then it says what is missing.
    pub(super) fn write(self, answers: &Answers) -> Result<Done, Stop> {
        let Self { path, text } = self;
        if let Some(text) = text {
            return Ok(left(path, &text, answers));
        }
        let Some((dsn, written)) = &answers.dsn else {
            return Err(Stop::wrong("no DSN: pass `--dsn`"));
        };
        write::new(&path, &text_of(dsn, written, answers))?;
        Ok(Done {
            path,
            is_new: true,
            dsn: Some(masked_dsn(dsn)),
            missing: Vec::new(),
            is_other: false,
        })
    }
}

/// Of anything but a file, programs read nothing; a pipe would be waited for.
fn read(path: &Path) -> io::Result<String> {
    let kind = fs::metadata(path)?;
    if kind.is_file() || kind.is_dir() {
        fs::read_to_string(path)
    } else {
        Err(io::Error::other("it is not a regular file"))
    }
}

/// `url` is a server's address here, so that sentry-cli understands the file too.
fn text_of(dsn: &Dsn, written: &str, answers: &Answers) -> String {
    let mut text = format!(
        "; read by dragonfly and sentry-cli; keep it out of version control\n\n[auth]\ndsn = {written}\n\n\
         [defaults]\n"
    );
    for (key, value) in [("org", &answers.org), ("project", &answers.project)] {
        if let Some(value) = value {
            let _ = writeln!(text, "{key} = {value}");
        }
    }
    let _ = writeln!(text, "url = {}", server(dsn));
    if let Some(environment) = &answers.environment {
        let _ = write!(text, "\n[dragonfly]\nenvironment = {environment}\n");
    }
    text
}

/// The server that a DSN leads to. Sentry's own takes reports at hosts that answer nothing else.
fn server(dsn: &Dsn) -> String {
    let host = dsn.host();
    if host == "sentry.io" || host.ends_with(".sentry.io") {
        return "https://sentry.io".to_owned();
    }
    let port = match dsn.port() {
        port if port == dsn.scheme().default_port() => String::new(),
        port => format!(":{port}"),
    };
    let path = dsn.path().trim_end_matches('/');
    format!("{}://{host}{port}{path}", dsn.scheme())
}

fn left(path: PathBuf, text: &str, answers: &Answers) -> Done {
    let has = |section: &str, key: &str| value(text, section, key);
    // a DSN in `url` works, though not for sentry-cli
    let in_url = has("defaults", "url").filter(|url| url.contains('@'));
    let dsn = has("auth", "dsn").or(in_url);
    let masked =
        |text: &str| parse_dsn(text).map_or_else(|_| "<malformed>".into(), |dsn| masked_dsn(&dsn));
    let mut missing = Vec::new();
    let wanted = answers.dsn.as_ref();
    if dsn.is_none() {
        let dsn = wanted.map_or_else(
            || "https://<key>@<host>/<project>".to_owned(),
            |(dsn, _)| masked_dsn(dsn),
        );
        missing.push(format!("[auth] dsn = {dsn}"));
    }
    let others = [
        ("defaults", "org", answers.org.clone()),
        ("defaults", "project", answers.project.clone()),
        ("defaults", "url", wanted.map(|(dsn, _)| server(dsn))),
        ("dragonfly", "environment", answers.environment.clone()),
    ];
    for (section, key, wanted) in others {
        let Some(wanted) = wanted else { continue };
        match has(section, key) {
            Some(there) if key == "url" || there == wanted => {}
            Some(there) => missing.push(format!(
                "[{section}] {key} = {wanted}, where it says {there}"
            )),
            None => missing.push(format!("[{section}] {key} = {wanted}")),
        }
    }
    Done {
        path,
        is_new: false,
        is_other: matches!((wanted, dsn), (Some((_, wanted)), Some(dsn)) if wanted != dsn),
        dsn: dsn.map(masked),
        missing,
    }
}

/// The value that counts: the last of its name, unless it is blank.
fn value<'a>(text: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let (mut inside, mut found) = (false, None);
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        if let Some(start) = line.strip_prefix('[') {
            inside = start.split(']').next().map(str::trim) == Some(section);
        } else if inside && !line.starts_with(['#', ';']) {
            let pair = line.split_once(['=', ':']);
            if let Some((_, value)) = pair.filter(|(name, _)| name.trim() == key) {
                found = Some(value.trim().trim_matches(['"', '\'']));
            }
        }
    }
    found.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use dragonfly::config::parse_dsn;

    use super::{server, value};

    #[test]
    fn the_server_of_a_dsn() {
        for (dsn, expected) in [
            (
                "https://k@sentry.example.com/1",
                "https://sentry.example.com",
            ),
            (
                "https://k:s@example.com:9000/sentry/1",
                "https://example.com:9000/sentry",
            ),
            ("http://k@127.0.0.1:4000/1", "http://127.0.0.1:4000"),
            ("https://k@o1.ingest.us.sentry.io/1", "https://sentry.io"),
            (
                "https://k@sentry.io.example.com/1",
                "https://sentry.io.example.com",
            ),
        ] {
            assert_eq!(server(&parse_dsn(dsn).unwrap()), expected);
        }
    }

    #[test]
    fn values_as_programs_read_them() {
        let text =
            "dsn = no\n[auth]\n; dsn = no\ndsn = a=b\ndsn = 'c=d' \n[ defaults ]\nurl: x\norg =\n";
        assert_eq!(value(text, "auth", "dsn"), Some("c=d"));
        assert_eq!(value(text, "defaults", "url"), Some("x"));
        for (section, key) in [("defaults", "org"), ("defaults", "dsn"), ("auth", "url")] {
            assert_eq!(value(text, section, key), None, "{section} {key}");
        }
    }
}
