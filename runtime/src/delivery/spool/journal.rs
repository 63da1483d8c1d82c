//! Many envelopes in one file, for when more is captured at once than files should be made for: to make one,
//! name it and take it away takes ten times as long as to write what is in it, and on some disks a hundred.
//!
//! ```text
//! +1764086400000-000001 2317        waits, and is so long; `-` once it was delivered or is lost
//! {"event_id":"9ec79c33ec9942ab..   the envelope
//! ```
//!
//! Each envelope is whole or not there: of one that was being written when its process ended, nothing
//! is read. The file goes with the last of them that waits, or, while more may be written to it, a moment later.

use super::folder::{open_to_write, private};
use super::name::Name;
use crate::delivery::held::Held;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    file: Held<File>,
    end: AtomicU64,
    /// Where those begin that wait.
    waiting: Mutex<HashSet<u32>>,
    /// Whether more may be written to it.
    is_open: AtomicBool,
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
        let journal = Self::new(path, file)?;
        journal.is_open.store(true, Ordering::Relaxed);
        Ok(Arc::new(journal))
    }

    fn new(path: PathBuf, file: File) -> io::Result<Self> {
        Ok(Self {
            path,
            file: Held::new(file)?,
            end: AtomicU64::new(0),
            waiting: Mutex::default(),
            is_open: AtomicBool::new(false),
        })
    }

    /// Whether nothing in it waits.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting().is_empty()
    }

    fn waiting(&self) -> MutexGuard<'_, HashSet<u32>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody moved it, be it with its folder.
    pub(super) fn is_elsewhere(&self) -> bool {
        !self.file.lies_at(&self.path)
    }

    /// Nothing more is written to it.
    pub(super) fn close(&self) {
        self.is_open.store(false, Ordering::Relaxed);
        self.remove_if_done();
    }

    fn remove_if_done(&self) {
        if self.is_idle() && !self.is_open.load(Ordering::Relaxed) {
            let _ = fs::remove_file(&self.path);
        }
    }

    /// Works on the file, opened again where it was closed.
    fn with_file<T>(&self, work: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
        if let Some(file) = self.file.get() {
            return work(file);
        }
        let again = open_to_write(&self.path)?;
        if !self.file.is(&again) {
            return Err(io::ErrorKind::NotFound.into());
        }
        work(&again)
    }

    /// Writes one more; `None` if it takes no more, as it is large, or was taken away.
    pub(super) fn append(
        self: &Arc<Self>,
        name: Name,
        envelope: &[u8],
    ) -> io::Result<Option<Part>> {
        let too_large = |_| io::Error::from(io::ErrorKind::FileTooLarge);
        let end = self.end.load(Ordering::Relaxed);
        let file = self.file.get_at(&self.path);
        let Some(file) = file.filter(|_| end < LARGE) else {
            return Ok(None);
        };
        let mut bytes = format!("{}{name} {}\n", char::from(WAITS), envelope.len()).into_bytes();
        bytes.extend_from_slice(envelope);
        let part = Part {
            journal: Arc::clone(self),
            at: u32::try_from(end).map_err(too_large)?,
            size: u32::try_from(bytes.len()).map_err(too_large)?,
        };
        if let Err(error) = write_at(file, &bytes, end) {
            let _ = file.set_len(end);
            return Err(error);
        }
        self.end
            .store(end + u64::from(part.size), Ordering::Relaxed);
        self.waiting().insert(part.at);
        Ok(Some(part))
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

    /// Marks it as gone, if that is not so already. A full disk may have no place for a mark, where it writes
    /// nothing over: the file goes with the last that waits all the same.
    pub(super) fn remove(&self) {
        if self.journal.waiting().remove(&self.at) {
            let mark = |file: &File| write_at(file, &[GONE], u64::from(self.at));
            let _ = self.journal.with_file(mark);
            self.journal.remove_if_done();
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
    /// Those that wait.
    pub(super) parts: Vec<(Name, Part)>,
    /// Whether all of it could be read.
    pub(super) is_whole: bool,
    /// Whether what could not stands before something that could, so that it is no end that was being written.
    pub(super) has_gap: bool,
}

/// Reads a journal, but not the envelopes that are in it. What is damaged, as a machine that loses its power leaves
/// it, ends where a line is one of ours: no envelope has such a line.
pub(super) fn read(path: &Path, file: File) -> io::Result<Found> {
    let length = file.metadata()?.len();
    let journal = Journal::new(path.to_owned(), file.try_clone()?)?;
    journal.end.store(length, Ordering::Relaxed);
    let journal = Arc::new(journal);
    let mut reader = BufReader::with_capacity(BUFFER, file);
    let mut found = Found::default();
    let (mut at, mut is_damaged) = (0, false);
    let mut line = Vec::new();
    while at < length {
        line.clear();
        let Ok(read) = reader
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
        else {
            break;
        };
        let start = at;
        at += read as u64;
        let Some((mark, name, envelope)) =
            line_of(&line).filter(|line| at + u64::from(line.2) <= length)
        else {
            is_damaged = true;
            if !line.ends_with(b"\n") {
                at += reader.skip_until(b'\n').unwrap_or(0) as u64;
            }
            if read == 0 {
                break;
            }
            continue;
        };
        found.has_gap |= is_damaged;
        at += u64::from(envelope);
        let (Ok(start), Ok(size)) = (u32::try_from(start), u32::try_from(at - start)) else {
            break;
        };
        if mark == WAITS {
            journal.waiting().insert(start);
            let journal = Arc::clone(&journal);
            let part = Part {
                journal,
                at: start,
                size,
            };
            found.parts.push((name, part));
        }
        reader.seek_relative(i64::from(envelope))?;
    }
    found.is_whole = !is_damaged && at == length;
    Ok(found)
}

/// A mark, the name of an envelope, and its length.
fn line_of(line: &[u8]) -> Option<(u8, Name, u32)> {
    let text = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let mark = *text.as_bytes().first()?;
    if !matches!(mark, WAITS | GONE) {
        return None;
    }
    let (name, envelope) = text.get(1..)?.split_once(' ')?;
    Some((mark, Name::parse(name)?, envelope.parse().ok()?))
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::Name;
    use super::{Journal, read};
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
        let first = journal.append(name(1), ENVELOPE).unwrap().unwrap();
        let second = journal.append(name(2), ENVELOPE).unwrap().unwrap();
        let theirs = folder.path().join("theirs");
        fs::write(&theirs, "++++").unwrap();
        let other = File::options()
            .read(true)
            .write(true)
            .open(&theirs)
            .unwrap();
        let number = journal.file.get().unwrap().as_raw_fd();
        // SAFETY: it takes numbers, both of open files
        assert_eq!(unsafe { libc::dup2(other.as_raw_fd(), number) }, number);

        let third = journal.append(name(3), ENVELOPE).unwrap();
        assert!(third.is_none(), "it goes into another");
        assert_eq!(first.read().unwrap(), ENVELOPE);
        assert_eq!(second.read().unwrap(), ENVELOPE);
        first.remove();
        second.remove();
        journal.close();
        assert!(!journal.path.exists());
        assert_eq!(fs::read(&theirs).unwrap(), b"++++");
        drop((first, second));
        assert!(Arc::into_inner(journal).is_some());
        // SAFETY: it takes a number
        assert_eq!(unsafe { libc::close(number) }, 0, "we have not closed it");
    }

    #[test]
    fn what_is_damaged_ends_at_the_next_line() {
        let folder = tempfile::tempdir().unwrap();
        let name = |number| Name::new(SystemTime::now(), number);
        let journal = Journal::create(folder.path(), name(0)).unwrap();
        let parts =
            [1, 2, 3, 4].map(|number| journal.append(name(number), ENVELOPE).unwrap().unwrap());
        let bytes = fs::read(&journal.path).unwrap();
        let at = |index: usize| parts[index].at as usize;
        let found = |damaged: std::ops::Range<usize>, to: u8, end: usize| {
            let mut bytes = bytes[..end].to_vec();
            bytes[damaged].fill(to);
            fs::write(folder.path().join("other"), bytes).unwrap();
            let found = read(
                &journal.path,
                File::open(folder.path().join("other")).unwrap(),
            );
            let found = found.unwrap();
            let numbers: Vec<_> = found.parts.iter().map(|part| part.0.number()).collect();
            (numbers, found.is_whole, found.has_gap)
        };
        let end = bytes.len();
        assert_eq!(found(0..0, 0, end), (vec![1, 2, 3, 4], true, false));
        assert_eq!(found(0..1, b'x', end), (vec![2, 3, 4], false, true));
        let within = at(1) - 3..at(2) - 5;
        assert_eq!(found(within, 0, end), (vec![1, 3, 4], false, true));
        let three = at(1) + 2..at(3) + 1;
        assert_eq!(found(three, b'\n', end), (vec![1], false, false));
        assert_eq!(found(0..end, 0, end), (vec![], false, false));
        for torn in [at(3) + 1, at(3) + 30, end - 1] {
            assert_eq!(found(0..0, 0, torn), (vec![1, 2, 3], false, false));
        }
    }

    #[test]
    #[expect(unsafe_code, reason = "no safe call has the system refuse a mark")]
    fn the_file_goes_with_the_last_though_the_disk_takes_no_mark() {
        let folder = tempfile::tempdir().unwrap();
        let name = |number| Name::new(SystemTime::now(), number);
        let journal = Journal::create(folder.path(), name(0)).unwrap();
        let parts = [1, 2].map(|number| journal.append(name(number), ENVELOPE).unwrap().unwrap());
        journal.close();
        let unwritable = File::open(&journal.path).unwrap();
        let number = journal.file.get().unwrap().as_raw_fd();
        // SAFETY: it takes numbers, both of open files
        let now = unsafe { libc::dup2(unwritable.as_raw_fd(), number) };
        assert_eq!(now, number);
        parts[0].remove();
        parts[0].remove();
        let waiting = read(&journal.path, unwritable).unwrap().parts;
        assert_eq!(waiting.len(), 2, "there is no mark");
        assert_eq!(parts[1].read().unwrap(), ENVELOPE);
        parts[1].remove();
        assert!(!journal.path.exists());
    }
}
