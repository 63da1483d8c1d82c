//! Files and connections that are held open, in programs that may close what they do not know, as some do that become
//! daemons. They have something of their own under its number then: that is none of ours.

use std::fs::File;
use std::io;
use std::mem;
use std::path::Path;

#[cfg(unix)]
pub(super) use std::os::fd::AsFd as Open;

/// Elsewhere nothing is known by a number.
#[cfg(not(unix))]
pub(super) trait Open {}
#[cfg(not(unix))]
impl<T> Open for T {}

#[derive(Debug)]
pub(super) struct Held<T: Open> {
    /// `None` only as it is dropped.
    open: Option<T>,
    identity: Identity,
}

impl<T: Open> Held<T> {
    pub(super) fn new(open: T) -> io::Result<Self> {
        Ok(Self {
            identity: Found::of(&open)?.identity(),
            open: Some(open),
        })
    }

    /// It, unless somebody closed it.
    pub(super) fn get(&self) -> Option<&T> {
        self.found().map(|(open, _)| open)
    }

    /// What is under its number now: to be waited for, no more.
    pub(super) fn whosever(&self) -> io::Result<&T> {
        self.open
            .as_ref()
            .ok_or_else(|| io::ErrorKind::ConnectionAborted.into())
    }

    fn found(&self) -> Option<(&T, Found)> {
        let open = self.open.as_ref()?;
        let found = Found::of(open).ok()?;
        (found.identity() == self.identity).then_some((open, found))
    }
}

impl Held<File> {
    /// The file, unless somebody closed it, or took it away from there.
    pub(super) fn get_at(&self, path: &Path) -> Option<&File> {
        let (file, found) = self.found()?;
        found.has_name(path).then_some(file)
    }

    /// Whether this one is the same.
    pub(super) fn is(&self, other: &File) -> bool {
        Found::of(other).is_ok_and(|found| found.identity() == self.identity)
    }

    /// Whether it lies there, and not somewhere else by now.
    pub(super) fn lies_at(&self, path: &Path) -> bool {
        Found::at(path).is_ok_and(|found| found.identity() == self.identity)
    }
}

impl<T: Open> Drop for Held<T> {
    fn drop(&mut self) {
        if self.get().is_none() {
            mem::forget(self.open.take()); // whoever has its number now closes it
        }
    }
}

/// What tells something from what else is open under the same number.
#[cfg(unix)]
type Identity = (i128, i128);
#[cfg(not(unix))]
type Identity = ();

/// What the system says of it.
#[cfg(unix)]
struct Found(rustix::fs::Stat);
#[cfg(not(unix))]
struct Found;

#[cfg(unix)]
impl Found {
    fn of(open: &impl Open) -> io::Result<Self> {
        Ok(Self(rustix::fs::fstat(open)?))
    }

    fn at(path: &Path) -> io::Result<Self> {
        Ok(Self(rustix::fs::lstat(path)?))
    }

    fn identity(&self) -> Identity {
        (self.0.st_dev.into(), self.0.st_ino.into()) // of other types on other systems
    }

    fn has_name(&self, _: &Path) -> bool {
        self.0.st_nlink > 0
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as on Unix")]
impl Found {
    fn of(_: &impl Open) -> io::Result<Self> {
        Ok(Self)
    }

    fn at(path: &Path) -> io::Result<Self> {
        path.symlink_metadata().map(|_| Self)
    }

    fn identity(&self) -> Identity {}

    fn has_name(&self, path: &Path) -> bool {
        path.exists()
    }
}
