//! Files that are held open, in programs that may close what they do not know, as some do that become daemons. They
//! have a file of their own under its number then: that is none of ours.

use std::fs::{self, File, Metadata};
use std::io;
use std::mem;
use std::path::Path;

#[derive(Debug)]
pub(super) struct Held {
    /// `None` only as it is dropped.
    file: Option<File>,
    identity: Identity,
}

impl Held {
    pub(super) fn new(file: File) -> io::Result<Self> {
        Ok(Self {
            identity: identity(&file.metadata()?),
            file: Some(file),
        })
    }

    /// The file, unless somebody closed it.
    pub(super) fn file(&self) -> Option<&File> {
        self.found().map(|(file, _)| file)
    }

    /// The same, unless somebody took it away from there, too.
    pub(super) fn file_at(&self, path: &Path) -> Option<&File> {
        let (file, found) = self.found()?;
        has_name(&found, path).then_some(file)
    }

    fn found(&self) -> Option<(&File, Metadata)> {
        let file = self.file.as_ref()?;
        let found = file.metadata().ok()?;
        (identity(&found) == self.identity).then_some((file, found))
    }

    /// Whether this one is the same.
    pub(super) fn is(&self, other: &File) -> bool {
        let found = other.metadata();
        found.is_ok_and(|found| identity(&found) == self.identity)
    }

    /// Whether it lies there, and not somewhere else by now.
    pub(super) fn lies_at(&self, path: &Path) -> bool {
        let found = fs::symlink_metadata(path);
        found.is_ok_and(|found| identity(&found) == self.identity)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.file().is_none() {
            mem::forget(self.file.take()); // whoever has its number now closes it
        }
    }
}

/// What tells a file from another one that is open under the same number.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = ();

#[cfg(unix)]
fn identity(found: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}

#[cfg(unix)]
fn has_name(found: &Metadata, _: &Path) -> bool {
    std::os::unix::fs::MetadataExt::nlink(found) > 0
}

#[cfg(not(unix))]
fn has_name(_: &Metadata, path: &Path) -> bool {
    path.exists()
}
