//! `.gitignore`: a DSN is no password, but it belongs to nobody else's clone either.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Stop, rc, write};

pub(super) struct Gitignore {
    pub(super) path: Option<PathBuf>,
    pub(super) status: Status,
    /// Whether git tracks the file that it shall leave alone; `None` where there is no git to say so.
    pub(super) is_tracked: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Added,
    Made,
    There,
    /// No file, and no checkout that one would matter to.
    None,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Made => "made",
            Self::There => "there",
            Self::None => "none",
        }
    }
}

impl Gitignore {
    /// Has git leave the file of this folder alone: in the nearest `.gitignore`, or in a new one.
    pub(super) fn write(folder: &Path) -> Result<Self, Stop> {
        let is_checkout = root(folder).is_some();
        let files = folders(folder).map(|folder| folder.join(".gitignore"));
        let files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
        let done = |path: &Path, status| {
            let path = Some(path.to_owned());
            Ok(Self {
                path,
                status,
                is_tracked: is_tracked(folder),
            })
        };
        for path in &files {
            if names_it(&read(path)?) {
                return done(path, Status::There);
            }
        }
        if let Some(path) = files.first() {
            write::again(path, &with_it(&read(path)?))?;
            return done(path, Status::Added);
        }
        if is_checkout {
            let path = folder.join(".gitignore");
            write::again(&path, &with_it(""))?;
            return done(&path, Status::Made);
        }
        Ok(Self {
            path: None,
            status: Status::None,
            is_tracked: None,
        })
    }
}

fn is_tracked(folder: &Path) -> Option<bool> {
    root(folder)?;
    let mut git = Command::new("git");
    git.current_dir(folder)
        .args(["ls-files", "--error-unmatch", "--", rc::NAME])
        .stdin(Stdio::null());
    match git.output().ok()?.status.code()? {
        0 => Some(true),
        1 => Some(false),
        _ => None, // no checkout that git would work in
    }
}

/// The folder itself, and in a checkout those above up to its root.
fn folders(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let root = root(folder);
    let here = fs::canonicalize(folder).unwrap_or_default();
    let above = here.ancestors().skip(1).map(Path::to_owned);
    let above: Vec<PathBuf> = match root {
        Some(root) => above.take_while(|above| above.starts_with(&root)).collect(),
        None => Vec::new(),
    };
    [folder.to_owned()].into_iter().chain(above)
}

/// Where the checkout begins; in a worktree, `.git` is a file.
fn root(folder: &Path) -> Option<PathBuf> {
    let here = fs::canonicalize(folder).ok()?;
    let root = here.ancestors().find(|folder| folder.join(".git").exists());
    root.map(Path::to_owned)
}

fn read(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|error| {
        let path = path.display();
        Stop::failed(format!(
            "reading `{path}` failed: {error}: make it readable, as UTF-8"
        ))
    })
}

/// Also if it says that git shall take the file: that was somebody's wish.
fn names_it(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim().trim_start_matches('!');
        line.trim_start_matches("**").trim_start_matches('/') == rc::NAME
    })
}

fn with_it(text: &str) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        end
    };
    format!("{text}{gap}{}{end}", rc::NAME)
}

#[cfg(test)]
mod tests {
    use super::{names_it, with_it};

    #[test]
    fn the_line_is_there_once() {
        for (before, after) in [
            ("", ".sentryclirc\n"),
            ("/target\n", "/target\n.sentryclirc\n"),
            ("/target", "/target\n.sentryclirc\n"),
            ("/target\r\n", "/target\r\n.sentryclirc\r\n"),
        ] {
            assert!(!names_it(before));
            assert_eq!(with_it(before), after);
            assert!(names_it(after));
        }
        for there in [
            "/.sentryclirc",
            "**/.sentryclirc",
            "!.sentryclirc",
            " .sentryclirc ",
        ] {
            assert!(names_it(there), "{there}");
        }
        for other in ["# .sentryclirc", ".sentryclirc.example", "a/.sentryclirc"] {
            assert!(!names_it(other), "{other}");
        }
    }
}
