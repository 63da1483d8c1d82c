//! Files of envelopes that were delivered, which the next ones are written into. To make a file can take
//! longer than all the rest that an event costs: ext4 gives a new one no number that another had in the last
//! seconds, and looks at all those first.

use super::folder;
use super::{Folder, Name};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How the name of one ends.
pub(super) const ENDING: &str = "spare";
const MOST: usize = 64;
/// How long what was delivered may still lie on disk.
const UNUSED: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Spares {
    pub(super) files: Vec<Spare>,
    /// When they are taken away, unless another one comes.
    pub(super) until: Option<Instant>,
}

/// A file that stands for nothing.
pub(super) struct Spare {
    pub(super) path: PathBuf,
    bytes: u64,
}

impl Spares {
    /// Takes a file of so many bytes in, or away.
    pub(super) fn add(&mut self, folder: &Folder, name: Name, bytes: u64) {
        let used = folder.path().join(name.file_name());
        let path = used.with_extension(ENDING);
        if self.files.len() < MOST && fs::rename(&used, &path).is_ok() {
            self.files.push(Spare { path, bytes });
            self.until = Some(Instant::now() + UNUSED);
        } else {
            let _ = fs::remove_file(used);
        }
    }

    pub(super) fn take(&mut self) -> Option<Spare> {
        self.files.pop()
    }

    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }

    pub(super) fn remove_unused(&mut self) {
        if self
            .until
            .take_if(|until| *until <= Instant::now())
            .is_some()
        {
            for spare in self.files.drain(..) {
                let _ = fs::remove_file(spare.path);
            }
        }
    }
}

impl Spare {
    /// Makes a whole file of it, or takes it away.
    pub(super) fn write(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let size = bytes.len() as u64;
        let written = folder::open_to_write(&self.path).and_then(|mut file| {
            file.write_all(bytes)?;
            // never to nothing: then ext4 would write it to the disk as it is closed
            if size < self.bytes {
                file.set_len(size)?;
            }
            fs::rename(&self.path, path)
        });
        if written.is_err() {
            let _ = fs::remove_file(&self.path);
        }
        written
    }
}
