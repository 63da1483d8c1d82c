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

use super::folder::private;
use super::name::Name;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
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
    file: File,
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
        Ok(Arc::new(Self {
            file: private(&path)?,
            path,
            end: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
        }))
    }

    /// Whether it takes more: not if it is large, or gone with the last that waited, or by others.
    pub(super) fn is_open(&self) -> bool {
        self.end.load(Ordering::Relaxed) < LARGE && self.path.exists()
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
        if let Err(error) = write_at(&self.file, &bytes, end) {
            let _ = self.file.set_len(end);
            if end == 0 {
                let _ = fs::remove_file(&self.path); // nothing is in it
            }
            return Err(error);
        }
        self.end
            .store(end + u64::from(part.size), Ordering::Relaxed);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Ok(part)
    }
}

impl Part {
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.size as usize];
        read_at(&self.journal.file, &mut bytes, u64::from(self.at))?;
        let line = bytes.iter().position(|byte| *byte == b'\n');
        let line = line.ok_or(io::ErrorKind::InvalidData)?;
        bytes.drain(..=line);
        Ok(bytes)
    }

    /// Marks it as gone, if that is not so already.
    pub(super) fn remove(&self) {
        let at = u64::from(self.at);
        let mark = || -> io::Result<bool> {
            let mut mark = [0];
            read_at(&self.journal.file, &mut mark, at)?;
            if mark != [WAITS] {
                return Ok(false);
            }
            write_at(&self.journal.file, &[GONE], at)?;
            Ok(true)
        };
        if matches!(mark(), Ok(true)) && self.journal.waiting.fetch_sub(1, Ordering::Relaxed) == 1 {
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
    let journal = Arc::new(Journal {
        path: path.to_owned(),
        file: file.try_clone()?,
        end: AtomicU64::new(length),
        waiting: AtomicUsize::new(0),
    });
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
