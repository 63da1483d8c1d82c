//! Many envelopes in one file, for when more is captured at once than files can be made for: on some
//! disks to make a file takes a hundred times as long as to write what is in it.
//!
//! ```text
//! +1764086400000-000001 2317        waits, and is so long; `-` once it was delivered or is lost
//! {"event_id":"9ec79c33ec9942ab..   the envelope
//! ```
//!
//! Each envelope is whole or not there: of one that was being written when its process ended, nothing
//! is read. The file goes with the last of them that waits.

use super::folder::{open_to_write, private};
use super::name::Name;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What a journal's name ends with.
pub(crate) const ENDING: &str = "envelopes";
/// Past this size another one is begun, so that what was delivered does not take its place for long.
const LARGE: u64 = 8 * 1024 * 1024;
const WAITS: u8 = b'+';
const GONE: u8 = b'-';
/// The longest line before an envelope: mark, name, length.
const LONGEST_LINE: u64 = 64;
/// Reading goes from line to line, over what lies between.
const BUFFER: usize = 512;

#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    /// `None` only as it is dropped.
    file: Option<File>,
    identity: Identity,
    end: AtomicU64,
    waiting: AtomicUsize,
}

/// An envelope in a journal.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    journal: Arc<Journal>,
    at: u32,
    /// With the line before it.
    size: u32,
}

impl Journal {
    /// A new one in a folder, named after the first envelope that will be in it.
    pub(super) fn create(folder: &Path, first: Name) -> io::Result<Arc<Self>> {
        let path = folder.join(first.to_string()).with_extension(ENDING);
        let file = private(&path)?;
        Ok(Arc::new(Self::new(path, file)?))
    }

    fn new(path: PathBuf, file: File) -> io::Result<Self> {
        Ok(Self {
            identity: identity(&file)?,
            path,
            file: Some(file),
            end: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
        })
    }

    /// Whether it takes more: not if it is large, or gone with the last that waited, or by others.
    pub(super) fn is_open(&self) -> bool {
        self.end.load(Ordering::Relaxed) < LARGE && self.held().is_some() && self.path.exists()
    }

    /// The file that is held open. Programs may close what they do not know, as some do that become daemons, and
    /// have a file of their own under its number: that is none of ours.
    fn held(&self) -> Option<&File> {
        let file = self.file.as_ref();
        file.filter(|file| identity(file).is_ok_and(|found| found == self.identity))
    }

    /// Works on the file, opened again where it was closed.
    fn with_file<T>(&self, work: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
        if let Some(file) = self.held() {
            return work(file);
        }
        let again = open_to_write(&self.path)?;
        if identity(&again)? != self.identity {
            return Err(io::ErrorKind::NotFound.into());
        }
        work(&again)
    }

    pub(super) fn append(self: &Arc<Self>, name: Name, envelope: &[u8]) -> io::Result<Part> {
        let too_large = |_| io::Error::from(io::ErrorKind::FileTooLarge);
        let end = self.end.load(Ordering::Relaxed);
        let mut bytes = format!("{}{name} {}\n", char::from(WAITS), envelope.len()).into_bytes();
        bytes.extend_from_slice(envelope);
        let part = Part {
            journal: Arc::clone(self),
            at: u32::try_from(end).map_err(too_large)?,
            size: u32::try_from(bytes.len()).map_err(too_large)?,
        };
        self.with_file(|file| {
            let written = write_at(file, &bytes, end);
            if written.is_err() {
                let _ = file.set_len(end);
                if end == 0 {
                    let _ = fs::remove_file(&self.path); // nothing is in it
                }
            }
            written
        })?;
        self.end
            .store(end + u64::from(part.size), Ordering::Relaxed);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Ok(part)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if self.held().is_none() {
            mem::forget(self.file.take()); // whoever has its number now closes it
        }
    }
}

impl Part {
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.size as usize];
        let at = u64::from(self.at);
        self.journal
            .with_file(|file| read_at(file, &mut bytes, at))?;
        let line = bytes.iter().position(|byte| *byte == b'\n');
        let line = line.ok_or(io::ErrorKind::InvalidData)?;
        bytes.drain(..=line);
        Ok(bytes)
    }

    /// Marks it as gone, if that is not so already.
    pub(super) fn remove(&self) {
        let at = u64::from(self.at);
        let mark = |file: &File| {
            let mut mark = [0];
            read_at(file, &mut mark, at)?;
            if mark != [WAITS] {
                return Ok(false);
            }
            write_at(file, &[GONE], at)?;
            Ok(true)
        };
        if matches!(self.journal.with_file(mark), Ok(true))
            && self.journal.waiting.fetch_sub(1, Ordering::Relaxed) == 1
        {
            let _ = fs::remove_file(&self.journal.path);
        }
    }

    /// The size with all that belongs to it.
    pub(crate) fn bytes(&self) -> u64 {
        u64::from(self.size)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.journal.path
    }
}

/// What tells a file from another one that is open under the same number.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = ();

#[cfg(unix)]
fn identity(file: &File) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    let found = file.metadata()?;
    Ok((found.dev(), found.ino()))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
fn identity(_: &File) -> io::Result<Identity> {
    Ok(())
}

// a file has one position for all who read it, which is not asked for here

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    io::Seek::seek(&mut file, io::SeekFrom::Start(at))?;
    io::Read::read_exact(&mut file, bytes)
}

#[cfg(not(unix))]
fn write_at(mut file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    io::Seek::seek(&mut file, io::SeekFrom::Start(at))?;
    io::Write::write_all(&mut file, bytes)
}

/// What is in a journal.
#[derive(Default)]
pub(super) struct Found {
    /// Those that wait, up to where it is not whole.
    pub(super) parts: Vec<(Name, Part)>,
    /// Whether all of it could be read.
    pub(super) is_whole: bool,
}

/// Reads a journal, but not the envelopes that are in it.
pub(super) fn read(path: &Path, file: File) -> io::Result<Found> {
    let length = file.metadata()?.len();
    let journal = Journal::new(path.to_owned(), file.try_clone()?)?;
    journal.end.store(length, Ordering::Relaxed);
    let journal = Arc::new(journal);
    let mut reader = BufReader::with_capacity(BUFFER, file);
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some((mark, name, line, envelope)) = next_line(&mut reader) {
        let size = u64::from(line) + u64::from(envelope);
        if at + size > length {
            break;
        }
        let (Ok(start), Ok(size)) = (u32::try_from(at), u32::try_from(size)) else {
            break;
        };
        if mark == WAITS {
            let journal = Arc::clone(&journal);
            let at = start;
            parts.push((name, Part { journal, at, size }));
        }
        at += u64::from(size);
        reader.seek_relative(i64::from(envelope))?;
    }
    journal.waiting.store(parts.len(), Ordering::Relaxed);
    Ok(Found {
        parts,
        is_whole: at == length,
    })
}

/// A mark, the name of an envelope, and the lengths of this line and of the envelope.
fn next_line(reader: &mut BufReader<File>) -> Option<(u8, Name, u32, u32)> {
    let mut line = Vec::new();
    let length = reader
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut line)
        .ok()?;
    let text = std::str::from_utf8(&line).ok()?.strip_suffix('\n')?;
    let mark = *text.as_bytes().first()?;
    if !matches!(mark, WAITS | GONE) {
        return None;
    }
    let (name, envelope) = text.get(1..)?.split_once(' ')?;
    let length = u32::try_from(length).ok()?;
    Some((mark, Name::parse(name)?, length, envelope.parse().ok()?))
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::Name;
    use super::Journal;
    use std::fs::{self, File};
    use std::os::fd::AsRawFd as _;
    use std::sync::Arc;
    use std::time::SystemTime;

    const ENVELOPE: &[u8] = b"{}\n{\"type\":\"event\"}\n{}\n";

    #[test]
    #[expect(unsafe_code, reason = "no safe call takes a file its number away")]
    fn a_program_that_closes_our_file_and_opens_its_own_keeps_that_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let name = |number| Name::new(SystemTime::now(), number);
        let journal = Journal::create(folder.path(), name(0)).unwrap();
        let first = journal.append(name(1), ENVELOPE).unwrap();
        let theirs = folder.path().join("theirs");
        fs::write(&theirs, "++++").unwrap();
        let other = File::options()
            .read(true)
            .write(true)
            .open(&theirs)
            .unwrap();
        let number = journal.file.as_ref().unwrap().as_raw_fd();
        // SAFETY: it takes numbers, both of open files
        assert_eq!(unsafe { libc::dup2(other.as_raw_fd(), number) }, number);

        assert!(!journal.is_open(), "the next one goes into another");
        let second = journal.append(name(2), ENVELOPE).unwrap();
        assert_eq!(first.read().unwrap(), ENVELOPE);
        assert_eq!(second.read().unwrap(), ENVELOPE);
        first.remove();
        second.remove();
        assert!(!journal.path.exists());
        assert_eq!(fs::read(&theirs).unwrap(), b"++++");
        drop((first, second));
        assert!(Arc::into_inner(journal).is_some());
        // SAFETY: it takes a number
        assert_eq!(unsafe { libc::close(number) }, 0, "we have not closed it");
    }
}
