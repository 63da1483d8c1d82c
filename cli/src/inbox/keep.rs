//! Envelopes as they came, each in a file.

use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs};

use dragonfly::inbox::Envelope;
use tempfile::NamedTempFile;

use super::NotKept;

pub(super) struct Keep {
    folder: PathBuf,
    count: u64,
}

impl Keep {
    pub(super) fn in_folder(folder: &Path) -> Result<Self, NotKept> {
        let told = |error| {
            format!(
                "keeping envelopes in `{}` failed: {error}",
                folder.display()
            )
        };
        make(folder).map_err(told)?;
        // no later than now, though the first envelope may come in an hour
        NamedTempFile::new_in(folder).map_err(told)?;
        Ok(Self {
            // whatever becomes of the working directory
            folder: env::current_dir().map_or_else(|_| folder.to_owned(), |cwd| cwd.join(folder)),
            count: 0,
        })
    }

    pub(super) fn put(&mut self, envelope: &Envelope) -> Result<(), NotKept> {
        self.write(envelope).map_err(|error| {
            let folder = self.folder.display();
            format!("keeping an envelope in `{folder}` failed: {error}")
        })
    }

    /// A file that has its name holds the whole envelope, and no file of that name is lost for it.
    fn write(&mut self, envelope: &Envelope) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(&self.folder)?;
        file.write_all(envelope.bytes())?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default().as_millis();
        loop {
            self.count += 1;
            // as the spool calls them: sorted by name they are in order
            let name = format!("{now:013}-{:06}.envelope", self.count);
            match file.persist_noclobber(self.folder.join(name)) {
                Ok(_) => return Ok(()),
                Err(failed) if failed.error.kind() == ErrorKind::AlreadyExists => {
                    file = failed.file;
                }
                Err(failed) => return Err(failed.error),
            }
        }
    }
}

/// What arrives may be personal: a new folder is for this user alone, as the files are.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
