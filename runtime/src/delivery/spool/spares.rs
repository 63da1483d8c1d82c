//! Files of envelopes that were delivered, which the next ones are written into. To make a file can take
//! longer than all the rest that an event costs: ext4 gives a new one no number that another had in the last
//! seconds, and looks at all those first.

use super::folder;
use super::{Folder, Name};
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How the name of one ends.
pub(super) const ENDING: &str = "spare";
const MOST: usize = 64;
/// How long what was delivered may still lie on disk.
const UNUSED: Duration = Duration::from_secs(1);

/// The oldest first.
#[derive(Default)]
pub(super) struct Spares(pub(super) VecDeque<Spare>);

/// A file that stands for nothing.
pub(super) struct Spare {
    path: PathBuf,
    bytes: u64,
    /// When it is taken away.
    pub(super) until: Instant,
}

impl Spares {
    /// Takes a file of so many bytes in, or away.
    pub(super) fn add(&mut self, folder: &Folder, name: Name, bytes: u64) {
        let used = folder.path().join(name.file_name());
        let path = used.with_extension(ENDING);
        if self.0.len() < MOST && fs::rename(&used, &path).is_ok() {
            let until = Instant::now() + UNUSED;
            self.0.push_back(Spare { path, bytes, until });
        } else {
            let _ = fs::remove_file(used);
        }
    }

    pub(super) fn take(&mut self) -> Option<Spare> {
        self.0.pop_back()
    }

    /// When the next one is taken away.
    pub(super) fn until(&self) -> Option<Instant> {
        self.0.front().map(|spare| spare.until)
    }

    pub(super) fn remove_unused(&mut self) {
        while self.until().is_some_and(|until| until <= Instant::now()) {
            if let Some(spare) = self.0.pop_front() {
                let _ = fs::remove_file(spare.path);
            }
        }
    }
}

impl Spare {
    /// Makes a whole file of it, or takes it away.
    pub(super) fn write(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let size = bytes.len() as u64;
        let fill = |mut file: File| {
            file.write_all(bytes)?;
            // never to nothing: then ext4 would write it to the disk as it is closed
            if size < self.bytes {
                file.set_len(size)?;
            }
            Ok(())
        };
        let written = folder::open_to_write(&self.path)
            .and_then(fill)
            .and_then(|()| fs::rename(&self.path, path));
        if written.is_err() {
            let _ = fs::remove_file(&self.path);
        }
        written
    }
}
