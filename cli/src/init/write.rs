//! Files that are there whole, or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use super::Stop;

/// Writes a file that is not there yet, for this user alone.
pub(super) fn new(path: &Path, text: &str) -> Result<(), Stop> {
    let written = beside(path, text).and_then(|file| {
        let persisted = file.persist_noclobber(path);
        persisted.map_err(|failed| failed.error)
    });
    written.map(drop).map_err(|error| failed(path, &error))
}

/// Writes a file anew, with the permissions that it had.
pub(super) fn again(path: &Path, text: &str) -> Result<(), Stop> {
    // a link stays, and what it leads to is written
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let written = beside(&target, text).and_then(|file| {
        match fs::metadata(&target) {
            Ok(before) => file.as_file().set_permissions(before.permissions())?,
            Err(_) => for_all(&file)?,
        }
        file.persist(&target).map_err(|failed| failed.error)
    });
    written.map(drop).map_err(|error| failed(path, &error))
}

fn beside(path: &Path, text: &str) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// As a file of a project is that holds no secret.
#[cfg(unix)]
fn for_all(file: &NamedTempFile) -> io::Result<()> {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    file.as_file().set_permissions(mode)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as it is on Unix")]
fn for_all(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> Stop {
    Stop::failed(format!(
        "writing `{}` failed: {error}: make the folder writable, or name another with `--path`",
        path.display()
    ))
}
