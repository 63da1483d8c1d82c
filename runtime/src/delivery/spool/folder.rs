//! One folder of the spool: what one run of a program could not deliver, held by a lock.

use super::journal::{self, Found, Part};
use super::name::Name;
use crate::delivery::held::Held;
use crate::say;
use std::ffi::OsStr;
use std::fs::{self, DirBuilder, DirEntry, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const LOCK: &str = "lock";
/// What a folder is called before its lock is held.
const UNFINISHED: &str = ".new-";
/// What a file is called before it is whole.
const HALF_WRITTEN: &str = "tmp";
/// Where, beside the folders of the runs, lies what is no envelope.
const DAMAGED: &str = "damaged";
/// A larger file is none of ours: servers take less.
const LARGEST: u64 = 100 * 1024 * 1024;

/// A folder that no other process works on.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    lock: Mutex<Held<File>>,
}

/// An envelope in a folder.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) name: Name,
    pub(crate) bytes: u64,
    /// Where it is one of many in a file.
    pub(crate) part: Option<Part>,
}

/// What is in the folder of a run that has ended.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) listed: Vec<Listed>,
    /// What was being written when the process ended, and holds nothing whole.
    pub(crate) half_written: Vec<PathBuf>,
    /// What is named as our envelopes are, and cannot be one.
    pub(crate) foreign: Vec<PathBuf>,
}

impl Folder {
    /// A new folder below `destination`, ours from its first moment on.
    pub(crate) fn create(destination: &Path) -> io::Result<Self> {
        let name = sentry::types::random_uuid().simple().to_string();
        make_private(destination)?;
        check(destination)?;
        close(destination);
        let unfinished = destination.join(format!("{UNFINISHED}{name}"));
        make_private(&unfinished)?;
        let path = destination.join(name);
        let lock = locked(private(&unfinished.join(LOCK))?)?;
        fs::rename(&unfinished, &path)?;
        Self::held(path, lock)
    }

    fn held(path: PathBuf, lock: File) -> io::Result<Self> {
        let lock = Mutex::new(Held::new(lock)?);
        Ok(Self { path, lock })
    }

    /// Sees to it that it is still held. The lock of a long run is an old file, which something may clean up; and
    /// the program may have closed it.
    pub(super) fn hold(&self) -> io::Result<()> {
        let path = self.path.join(LOCK);
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock.get_at(&path).is_none() {
            *lock = Held::new(locked(open_or_make(&path)?)?)?;
        }
        Ok(())
    }

    /// The folder of a run that has ended; `None` while it has not, or if there is nothing to adopt.
    pub(crate) fn adopt(path: PathBuf) -> Option<Self> {
        let lock = open_or_make(&path.join(LOCK)).ok()?;
        lock.try_lock().ok()?;
        Self::held(path, lock).ok()
    }

    /// The folders of other runs to the same destination, in no order; none where somebody else may
    /// have put them there.
    pub(crate) fn all(destination: &Path) -> Vec<PathBuf> {
        if check(destination).is_err() {
            return Vec::new();
        }
        let Ok(found) = fs::read_dir(destination) else {
            return Vec::new();
        };
        found
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.file_name() != Some(OsStr::new(DAMAGED)))
            .filter(|path| path.join(LOCK).exists() || has_name_of_a_run(path))
            .filter(|path| check(path).is_ok())
            .collect()
    }

    /// The envelopes in a folder, the oldest first; locked or not.
    pub(crate) fn envelopes(path: &Path) -> Vec<Listed> {
        let Ok(found) = fs::read_dir(path) else {
            return Vec::new();
        };
        let mut listed: Vec<Listed> = found.flatten().flat_map(|entry| listed(&entry)).collect();
        listed.sort_by_key(|listed| listed.name);
        listed
    }

    /// Writes a whole file, or none: a reader sees what was there before, or all of this.
    pub(super) fn write(&self, name: Name, bytes: &[u8]) -> io::Result<()> {
        let path = self.path.join(name.file_name());
        write_by(&path.with_extension(HALF_WRITTEN), &path, bytes)
    }

    pub(crate) fn read(&self, name: Name, part: Option<&Part>) -> io::Result<Vec<u8>> {
        match part {
            Some(part) => part.read(),
            None => read(&self.path.join(name.file_name())),
        }
    }

    pub(crate) fn remove(&self, name: Name, part: Option<&Part>) {
        match part {
            Some(part) => part.remove(),
            None => {
                let _ = fs::remove_file(self.path.join(name.file_name()));
            }
        }
    }

    /// Puts a file that is no envelope where nobody takes it for one.
    pub(crate) fn set_aside(&self, file_name: &OsStr) {
        let from = self.path.join(file_name);
        let Some(beside) = self.path.parent().map(|parent| parent.join(DAMAGED)) else {
            return;
        };
        let moved = make_private(&beside).and_then(|()| {
            let run = self.path.file_name().unwrap_or_default();
            let mut name = run.to_owned();
            name.push("-");
            name.push(file_name);
            fs::rename(&from, beside.join(name))
        });
        if moved.is_err() {
            let _ = fs::remove_file(&from);
        }
    }

    /// What was set aside of a destination; nothing where somebody else may have put it there, be it by a link.
    pub(crate) fn set_aside_of(destination: &Path) -> Vec<PathBuf> {
        let aside = destination.join(DAMAGED);
        if check(&aside).and_then(|()| check(destination)).is_err() {
            return Vec::new();
        }
        let found = fs::read_dir(aside).into_iter().flatten().flatten();
        found.map(|entry| entry.path()).collect()
    }

    /// All that is in it, by one look.
    pub(crate) fn contents(&self) -> Contents {
        let mut contents = Contents::default();
        let found = fs::read_dir(&self.path).into_iter().flatten().flatten();
        for entry in found {
            let path = entry.path();
            let Ok(found) = entry.metadata() else {
                continue;
            };
            let is_journal = path.extension() == Some(OsStr::new(journal::ENDING));
            if path.extension() == Some(OsStr::new(HALF_WRITTEN)) {
                contents.half_written.push(path);
            } else if !is_journal && Name::read(&entry.file_name()).is_none() {
                // the lock, what is no envelope any more, or nothing that we would have written
            } else if !is_fit(&found) {
                contents.foreign.push(path);
            } else if !is_journal {
                contents.listed.extend(listed(&entry));
            } else if let Ok(found) = journal(&path) {
                if found.parts.is_empty() && found.is_whole {
                    // its run ended right before it would have gone with the last that waited
                    let _ = fs::remove_file(&path);
                } else if found.parts.is_empty() {
                    contents.half_written.push(path);
                }
                if found.has_gap {
                    say::once("a damaged envelope of the spool was dropped");
                }
                contents
                    .listed
                    .extend(found.parts.into_iter().map(one_of_many));
            }
        }
        contents
    }

    /// Moves an envelope of another run here; `false` where that fails, or one of this name is here.
    pub(crate) fn take_from(&self, other: &Self, name: Name) -> bool {
        let (from, to) = (
            other.path.join(name.file_name()),
            self.path.join(name.file_name()),
        );
        !to.exists() && fs::rename(from, to).is_ok()
    }

    /// Takes the folder away, if nothing is left in it.
    pub(crate) fn remove_if_empty(&self) {
        let Ok(found) = fs::read_dir(&self.path) else {
            return;
        };
        let found: Vec<_> = found.flatten().map(|entry| entry.path()).collect();
        if found
            .iter()
            .all(|path| path.file_name() == Some(OsStr::new(LOCK)))
        {
            for path in &found {
                let _ = fs::remove_file(path);
            }
            let _ = fs::remove_dir(&self.path);
            if let Some(destination) = self.path.parent() {
                let _ = fs::remove_dir(destination); // if nothing else is there
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Whether a folder is called as those of runs are: somebody may have taken its lock away.
fn has_name_of_a_run(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.len() == 32 && name.iter().all(u8::is_ascii_hexdigit)
}

/// A lock that is held. Where files cannot be locked, nobody adopts them; but where somebody else holds it, they do.
fn locked(lock: File) -> io::Result<File> {
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
        _ => Ok(lock),
    }
}

/// The envelopes in a file of a folder: one, or many in a journal.
fn listed(entry: &DirEntry) -> Vec<Listed> {
    let path = entry.path();
    if path.extension() == Some(OsStr::new(journal::ENDING)) {
        let parts = journal(&path).unwrap_or_default().parts;
        return parts.into_iter().map(one_of_many).collect();
    }
    let listed = || {
        let name = Name::read(&entry.file_name())?;
        let found = entry.metadata().ok()?;
        is_fit(&found).then_some(Listed {
            name,
            bytes: found.len(),
            part: None,
        })
    };
    listed().into_iter().collect()
}

/// The bytes of a file that can be an envelope of ours; `InvalidData` if it cannot.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn one_of_many((name, part): (Name, Part)) -> Listed {
    Listed {
        name,
        bytes: part.bytes(),
        part: Some(part),
    }
}

/// What is in a journal.
fn journal(path: &Path) -> io::Result<Found> {
    open_to_write(path).and_then(|file| journal::read(path, file))
}

/// Opens a file that is fit, and waits for nobody to do so.
fn open(path: &Path) -> io::Result<File> {
    open_with(path, OpenOptions::new().read(true))
}

/// The same; makes it where there is none.
fn open_or_make(path: &Path) -> io::Result<File> {
    open(path).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => private(path),
        _ => Err(error),
    })
}

/// Opens one to be written.
pub(super) fn open_to_write(path: &Path) -> io::Result<File> {
    open_with(path, OpenOptions::new().read(true).write(true))
}

fn open_with(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.cast_signed());
    }
    let file = options.open(path)?;
    if !is_fit(&file.metadata()?) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(file)
}

/// Whether a file can be one that we wrote: no link or pipe, no file of another user or that another
/// user may write, none that is too large.
fn is_fit(found: &Metadata) -> bool {
    found.is_file() && found.len() <= LARGEST && flaw(found).is_none()
}

/// Says of a folder that it is not used, where others than this user may have put something into it.
fn check(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    let flaw = if found.is_dir() {
        flaw(&found)
    } else {
        Some("it is no folder, or a link to one")
    };
    let Some(flaw) = flaw else {
        return Ok(());
    };
    say::once(&format!(
        "a folder of the spool is not used: {flaw}: `{}`",
        say::one_line(&path.to_string_lossy())
    ));
    Err(io::Error::new(io::ErrorKind::PermissionDenied, flaw))
}

#[cfg(unix)]
fn flaw(found: &Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;

    if found.uid() != rustix::process::geteuid().as_raw() {
        Some("another user owns it")
    } else if found.mode() & 0o022 != 0 {
        Some("other users may write it (`chmod go-w` helps)")
    } else {
        None
    }
}

#[cfg(not(unix))]
fn flaw(_: &Metadata) -> Option<&'static str> {
    None // Windows keeps other users out of folders by default
}

/// Makes a folder, and those above it, for this user alone.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Takes from others what they may see of a folder that was there before, where its file system can.
fn close(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let found = fs::symlink_metadata(path);
        if found.is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Writes a file for this user alone, which has its name once it is whole.
pub(crate) fn write_by(half: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = private(half)
        .or_else(|error| {
            // an earlier attempt may have failed half way
            fs::remove_file(half).map_err(|_| error)?;
            private(half)
        })
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(half, path));
    if written.is_err() {
        let _ = fs::remove_file(half);
    }
    written
}

/// Makes a file for this user alone. A new one: after a truncation, some file systems (ext4) write a
/// file to the disk as it is closed, which takes ten times as long as all the rest.
pub(crate) fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
