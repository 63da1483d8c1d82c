use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::env::Surroundings;
use super::ini::Ini;

const NAME: &str = ".sentryclirc";
const LARGEST: u64 = 1024 * 1024;

/// A `.sentryclirc` that was read.
pub(super) struct RcFile {
    /// As people are told: `./.sentryclirc` in the working directory, else the whole path.
    pub(super) shown: PathBuf,
    pub(super) ini: Ini,
    /// Whether other users may read it.
    pub(super) is_open: bool,
}

/// Reads the nearest file from the working directory upward and the one at home, in this order.
pub(super) fn read_all(around: &Surroundings, notes: &mut Vec<String>) -> Vec<RcFile> {
    let mut files = Vec::new();
    for (path, shown) in places(around) {
        match read(&path, around.user) {
            Ok((text, is_open)) => files.push(RcFile {
                shown,
                ini: Ini::parse(&text),
                is_open,
            }),
            Err(why) => notes.push(format!("reading `{}` failed: {why}", shown.display())),
        }
    }
    files
}

/// The files to read, and how they are shown.
fn places(around: &Surroundings) -> Vec<(PathBuf, PathBuf)> {
    let nearest = around
        .cwd
        .iter()
        .flat_map(|cwd| cwd.ancestors())
        .map(|dir| dir.join(NAME));
    let mut places: Vec<_> = nearest.filter(|path| is_there(path)).take(1).collect();
    let home = around
        .home
        .iter()
        .map(|home| home.join(NAME))
        .filter(|path| is_there(path));
    for path in home {
        if !places.iter().any(|known| is_same(known, &path)) {
            places.push(path);
        }
    }
    let in_cwd = around.cwd.as_ref().map(|cwd| cwd.join(NAME));
    let shown = |path: PathBuf| {
        let shown = if in_cwd.as_ref() == Some(&path) {
            PathBuf::from(format!("./{NAME}")) // alike on every platform
        } else {
            path.clone()
        };
        (path, shown)
    };
    places.into_iter().map(shown).collect()
}

/// Whether something has that name. A folder that may not be searched (`HOME=/root` in a
/// service) has none: nobody is told about a file that most likely does not exist.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// The text of a file, and whether other users may read it.
fn read(path: &Path, user: Option<u32>) -> Result<(String, bool), String> {
    // Before the opening, because to open a device can do something; and after it, because the
    // name can have another file by then.
    let found = fs::metadata(path).map_err(said)?;
    check_kind(&found)?;
    check_link(path, user)?;
    let mut file = open(path).map_err(said)?;
    let opened = file.metadata().map_err(said)?;
    check_kind(&opened)?;
    check_owner(&opened, user)?;
    let mut bytes = Vec::new();
    file.by_ref()
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(said)?;
    if bytes.len() as u64 > LARGEST {
        return Err("it is larger than 1 MiB".to_owned());
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("it is UTF-16, expected UTF-8".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    Ok((text, is_open(&opened)))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn said(error: io::Error) -> String {
    error.kind().to_string()
}

fn check_kind(found: &Metadata) -> Result<(), String> {
    if found.is_dir() {
        return Err("it is a directory".to_owned());
    }
    if found.is_file() {
        Ok(())
    } else {
        Err("it is not a regular file".to_owned())
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        // A pipe that took the name since the first look must neither block nor become our terminal.
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.cast_signed());
    }
    options.read(true).open(path)
}

/// Refuses what somebody else may have written: a folder that is not ours must not redirect
/// reports.
#[cfg(unix)]
fn check_owner(opened: &Metadata, user: Option<u32>) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;

    if is_foreign(opened.uid(), user) {
        return Err("it is refused, because another user owns it".to_owned());
    }
    if opened.mode() & 0o002 != 0 {
        return Err(
            "it is refused, because every user may write it (`chmod o-w` helps)".to_owned(),
        );
    }
    Ok(())
}

/// Refuses a link that somebody else made: it could lead to a file that is ours or root's, with lines in
/// it that are not, such as a log.
#[cfg(unix)]
fn check_link(path: &Path, user: Option<u32>) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;

    let link = fs::symlink_metadata(path).map_err(said)?;
    if link.is_symlink() && is_foreign(link.uid(), user) {
        return Err("it is refused, because it is a link of another user".to_owned());
    }
    Ok(())
}

#[cfg(unix)]
fn is_foreign(owner: u32, user: Option<u32>) -> bool {
    user.is_some_and(|user| owner != user && owner != 0)
}

#[cfg(unix)]
fn is_open(opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    opened.mode() & 0o044 != 0
}

#[cfg(not(unix))]
fn is_open(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "Windows has no links for all users"
)]
fn check_link(_: &Path, _: Option<u32>) -> Result<(), String> {
    Ok(())
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "Windows keeps other users out of folders by default"
)]
fn check_owner(_: &Metadata, _: Option<u32>) -> Result<(), String> {
    Ok(())
}
