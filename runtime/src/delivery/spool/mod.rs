//! The spool: what is not delivered yet, on disk, for the next start.
//!
//! ```text
//! <spool>/<server and project>/<run>/lock                      held while the run works on it
//!                                   /1764086400000-000001.envelope   one envelope, scrubbed
//!                                   /1764086400000-000002.envelopes  many that came at once: see `journal`
//!                             /damaged/                        files that are no envelopes
//! ```
//!
//! Each run of a program has a folder of its own, so that any number of them can share a spool. The
//! folder of a run that has ended is adopted by the next one that finds its lock free. The file of one
//! envelope is written beside its name and renamed, so that it is whole or not there, and it is removed
//! only once the server took or refused it: an event whose process ended between the two is sent again,
//! under the id that it had.
//!
//! Only what this user alone can have written is believed: not what lies in a folder that another user
//! owns or may write, and no link, pipe or file of another user. And whatever lies there passes the
//! door once more before it is sent.
//!
//! Files are not synchronised with the disk one by one: they outlive their process, but a machine
//! that loses its power may lose the last seconds.

mod adoption;
mod folder;
mod journal;
mod name;
#[cfg(test)]
mod tests;

pub(crate) use folder::{Folder, Listed, make_private, private, read, write_by};
pub(crate) use journal::Part;
pub(crate) use name::{Name, destination_of};

use crate::envelope;
use crate::report;
use crate::say;
use journal::Journal;
use sentry::types::Dsn;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

/// The most that waits on disk for one process, its own and what it adopted; the oldest goes first.
const MOST_ENVELOPES: usize = 100_000;
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// So many at once get a file each; what is more goes into one with others.
const MOST_FILES: usize = 64;
const AT_ONCE: Duration = Duration::from_secs(1);
/// What is kept free for the next one: servers take no larger events.
const HEADROOM: u64 = 1024 * 1024;
/// What is older is not worth its place any more.
const OLDEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many files that were set aside are named.
const MOST_NAMED: usize = 5;
/// After a failed write memory alone is used for so long.
const PAUSE: Duration = Duration::from_secs(10);

/// An envelope on disk.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    folder: Arc<Folder>,
    name: Name,
    part: Option<Part>,
}

/// How an envelope is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// In a file of its own, which other tools can send too.
    File,
    /// In one file with others, which takes far less time.
    Journal,
}

/// What this process keeps on disk.
#[derive(Default)]
pub(crate) struct Spool {
    /// The folder of the server and project; `None` keeps nothing.
    destination: Option<PathBuf>,
    own: Option<Arc<Folder>>,
    /// Where new ones of a burst go, and since when.
    journal: Option<(Arc<Journal>, Instant)>,
    /// Where those went before.
    last_journal: Weak<Journal>,
    /// What this process kept itself: sizes, and where it is not a file.
    kept: BTreeMap<Name, (u64, Option<Part>)>,
    /// When the last ones came, the oldest first.
    recent: VecDeque<Instant>,
    /// Folders of earlier runs that nobody has looked into yet.
    unseen: Vec<PathBuf>,
    /// What earlier runs left, the oldest first.
    adopted: VecDeque<(Entry, u64)>,
    /// The folders that are held.
    held: Vec<Weak<Folder>>,
    bytes: u64,
    paused_until: Option<Instant>,
    limits: Limits,
    times_set_aside: usize,
    debug: bool,
}

#[derive(Clone, Copy)]
struct Limits {
    /// How many within `AT_ONCE` get a file each.
    files: usize,
    envelopes: usize,
    bytes: u64,
    age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: MOST_FILES,
            envelopes: MOST_ENVELOPES,
            bytes: MOST_BYTES,
            age: OLDEST,
        }
    }
}

/// What had to go for something newer.
pub(crate) enum Evicted {
    /// Kept by this process, under that name.
    Own(Name),
    /// Left by an earlier run, with what was in it.
    Adopted(Entry, Vec<u8>),
}

impl Spool {
    pub(crate) fn new(root: Option<&Path>, dsn: &Dsn, debug: bool) -> Self {
        Self {
            destination: root.map(|root| root.join(destination_of(dsn))),
            debug,
            ..Self::default()
        }
    }

    /// Whether an earlier run may have left something.
    pub(crate) fn exists(&self) -> bool {
        self.destination.as_ref().is_some_and(|path| path.exists())
    }

    /// Whether anything is kept, if the disk is well.
    pub(crate) fn has_place(&self) -> bool {
        self.destination.is_some()
    }

    /// Whether anything can be kept at the moment.
    pub(crate) fn is_on(&self) -> bool {
        self.has_place()
            && self
                .paused_until
                .is_none_or(|until| until <= Instant::now())
    }

    /// Tries the disk again before the pause after a failed write is over.
    pub(crate) fn try_again(&mut self) {
        self.paused_until = None;
    }

    /// Keeps an envelope, whose number no other has in this process; `None` where that fails.
    pub(crate) fn keep(&mut self, number: u64, bytes: &[u8]) -> Option<Entry> {
        let form = self.next_form();
        self.keep_as(form, number, bytes)
    }

    /// The same for one that may stay for long, and would hold what else is in its file.
    pub(crate) fn keep_apart(&mut self, number: u64, bytes: &[u8]) -> Option<Entry> {
        self.keep_as(Form::File, number, bytes)
    }

    fn keep_as(&mut self, form: Form, number: u64, bytes: &[u8]) -> Option<Entry> {
        let name = Name::new(SystemTime::now(), number);
        let entry = self.write(name, bytes, form)?;
        let size = bytes.len() as u64;
        self.kept.insert(name, (size, entry.part.clone()));
        self.bytes += size;
        Some(entry)
    }

    fn next_form(&mut self) -> Form {
        let now = Instant::now();
        self.recent.push_back(now);
        if self.recent.len() <= self.limits.files {
            return Form::File;
        }
        let before = self.recent.pop_front();
        if before.is_some_and(|before| now.duration_since(before) < AT_ONCE) {
            Form::Journal
        } else {
            Form::File
        }
    }

    /// Writes an envelope of this process anew.
    pub(crate) fn replace(&mut self, entry: &mut Entry, bytes: &[u8]) {
        let form = match entry.part {
            Some(_) => Form::Journal,
            None => Form::File,
        };
        let Some(new) = self.write(entry.name, bytes, form) else {
            return;
        };
        if let Some(old) = &entry.part {
            old.remove();
        }
        if let Some((size, part)) = self.kept.get_mut(&entry.name) {
            self.bytes = self.bytes - *size + bytes.len() as u64;
            *size = bytes.len() as u64;
            part.clone_from(&new.part);
        }
        *entry = new;
    }

    fn write(&mut self, name: Name, bytes: &[u8], form: Form) -> Option<Entry> {
        if !self.is_on() {
            return None;
        }
        self.paused_until = None;
        let written = self.own_folder().and_then(|folder| {
            let part = match form {
                Form::File => folder.write(name, bytes).map(|()| None),
                Form::Journal => self.append(&folder, name, bytes).map(Some),
            };
            part.map(|part| Entry { folder, name, part })
        });
        match written {
            Ok(entry) => Some(entry),
            Err(error) => {
                self.failed(&error);
                None
            }
        }
    }

    /// The folder of this run, made where there is none yet.
    fn own_folder(&mut self) -> io::Result<Arc<Folder>> {
        if let Some(own) = &self.own {
            own.hold()?;
            return Ok(Arc::clone(own));
        }
        let destination = self.destination.as_deref().ok_or(io::ErrorKind::NotFound)?;
        let made = Folder::create(destination)
            // another process may have taken the empty folder away
            .or_else(|_| Folder::create(destination))
            .map(Arc::new)?;
        Ok(Arc::clone(self.own.insert(made)))
    }

    fn append(&mut self, folder: &Folder, name: Name, bytes: &[u8]) -> io::Result<Part> {
        if self.is_over() {
            self.close_journal();
        }
        let append = |(journal, _): &(Arc<Journal>, _)| journal.append(name, bytes);
        let part = self.journal.as_ref().map(append).transpose()?;
        if let Some(part) = part.flatten() {
            return Ok(part);
        }
        self.close_journal();
        let first = Name::new(SystemTime::now(), report::next_id());
        let new = (Journal::create(folder.path(), first)?, Instant::now());
        append(self.journal.insert(new))?.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Whether the time of the file is over: what was delivered would stay in it as long as more comes. But where
    /// not even what was there before it is delivered, one file is enough, as long as nobody moves it.
    fn is_over(&self) -> bool {
        let old = self.journal.as_ref();
        let old = old.filter(|(_, began)| began.elapsed() >= AT_ONCE);
        let last = self.last_journal.upgrade();
        old.is_some_and(|(journal, _)| {
            last.is_none_or(|last| last.is_idle()) || journal.is_elsewhere()
        })
    }

    fn close_journal(&mut self) {
        if let Some((journal, _)) = self.journal.take() {
            journal.close();
            self.last_journal = Arc::downgrade(&journal);
        }
    }

    /// When a file without anything that waits is taken away, unless it is of use before.
    pub(crate) fn unused_at(&self) -> Option<Instant> {
        let journal = self.journal.as_ref();
        let idle = journal.filter(|(journal, _)| journal.is_idle());
        idle.map(|(_, began)| *began + AT_ONCE)
    }

    pub(crate) fn remove_unused(&mut self) {
        if self.unused_at().is_some_and(|at| at <= Instant::now()) {
            self.close_journal();
        }
    }

    fn failed(&mut self, error: &io::Error) {
        if self.debug {
            say::once(&format!(
                "reports are kept in memory only: cannot write to the spool: {error}"
            ));
        }
        if matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::WouldBlock
        ) {
            // somebody removed it, or another process took it over, with all that was in it; the next one gets a
            // new folder
            self.own = None;
            let gone = std::mem::take(&mut self.kept);
            self.bytes -= gone.values().map(|(size, _)| size).sum::<u64>();
        }
        self.close_journal();
        self.paused_until = Some(Instant::now() + PAUSE);
    }

    /// Forgets an envelope that was delivered or is lost.
    pub(crate) fn remove(&mut self, entry: &Entry) {
        let own = self.own.as_ref();
        let is_own = own.is_some_and(|own| Arc::ptr_eq(own, &entry.folder));
        let kept = is_own.then(|| self.kept.remove(&entry.name)).flatten();
        if let Some((size, _)) = kept {
            self.bytes -= size;
        }
        entry.remove();
    }

    /// Whether for something new something of this process had to go.
    pub(crate) fn is_full(&self) -> bool {
        self.adopted.is_empty()
            && (self.kept.len() >= self.limits.envelopes
                || self.bytes + HEADROOM > self.limits.bytes)
    }

    /// What must go so that the bounds are kept.
    pub(crate) fn evict(&mut self) -> Option<Evicted> {
        if self.len() <= self.limits.envelopes && self.bytes <= self.limits.bytes {
            return None;
        }
        if let Some((entry, size)) = self.adopted.pop_front() {
            self.bytes -= size;
            let bytes = entry.read_small(size);
            entry.remove();
            return Some(Evicted::Adopted(entry, bytes));
        }
        let (name, (size, part)) = self.kept.pop_first()?;
        self.bytes -= size;
        if let Some(own) = &self.own {
            own.remove(name, part.as_ref());
        }
        Some(Evicted::Own(name))
    }

    /// How many envelopes lie on disk for this process.
    pub(crate) fn len(&self) -> usize {
        self.kept.len() + self.adopted.len()
    }

    /// Whether an earlier run left something.
    pub(crate) fn has_adopted(&self) -> bool {
        !self.adopted.is_empty() || !self.unseen.is_empty()
    }

    /// The oldest envelope of an earlier run, which is whole; what is not is set aside.
    pub(crate) fn next_adopted(&mut self) -> Option<(Entry, Vec<u8>)> {
        loop {
            let (entry, size) = self.adopted.pop_front()?;
            self.bytes -= size;
            let path = entry.folder.path().join(entry.name.file_name());
            match entry.read() {
                Ok(bytes) if is_whole(&bytes) => return Some((entry, bytes)),
                Ok(_) if entry.part.is_some() => {
                    say::once("a damaged envelope of the spool was dropped");
                    entry.remove();
                }
                Ok(_) => self.set_aside(&entry.folder, &path, "damaged"),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    self.set_aside(&entry.folder, &path, "foreign");
                }
                Err(_) => {} // another process, or a person, took it
            }
            self.leave(&entry);
        }
    }

    /// Sets an envelope of an earlier run aside that may not leave as it is.
    pub(crate) fn refuse(&mut self, entry: &Entry) {
        if entry.part.is_some() {
            say::once("a foreign envelope of the spool was dropped");
            entry.remove();
            self.leave(entry);
            return;
        }
        let path = entry.folder.path().join(entry.name.file_name());
        self.set_aside(&entry.folder, &path, "foreign");
        self.leave(entry);
    }

    fn set_aside(&mut self, folder: &Folder, path: &Path, what: &str) {
        let file_name = path.file_name().unwrap_or_default();
        folder.set_aside(file_name);
        self.times_set_aside += 1;
        if self.times_set_aside <= MOST_NAMED {
            say::once(&format!(
                "a {what} file of the spool was set aside: `{}`",
                say::one_line(&file_name.to_string_lossy())
            ));
        } else {
            say::once("more files of the spool were set aside");
        }
    }

    /// Puts back what could not be delivered.
    pub(crate) fn put_back(&mut self, entry: Entry, size: u64) {
        self.bytes += size;
        self.adopted.push_front((entry, size));
    }

    /// Takes the folder of an envelope of an earlier run away, once nothing is left in it.
    pub(crate) fn leave(&mut self, entry: &Entry) {
        let is_in_use = |folder: &Arc<Folder>| Arc::ptr_eq(folder, &entry.folder);
        if self.own.as_ref().is_some_and(is_in_use) {
            self.tidy();
        } else if !self
            .adopted
            .iter()
            .any(|(other, _)| is_in_use(&other.folder))
        {
            entry.folder.remove_if_empty();
        }
    }

    /// Takes away what nobody needs any more, as the program may end.
    pub(crate) fn end(&mut self) {
        self.close_journal();
        self.tidy();
    }

    /// Takes our own folder away, if everything in it was delivered.
    pub(crate) fn tidy(&mut self) {
        if self.kept.is_empty()
            && self.adopted.is_empty()
            && let Some(own) = self.own.take()
        {
            self.close_journal();
            own.remove_if_empty();
        }
    }
}

impl Entry {
    pub(crate) fn name(&self) -> Name {
        self.name
    }

    /// The bytes on disk.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        self.folder.read(self.name, self.part.as_ref())
    }

    /// The same, but nothing of a file that is larger than any that servers take.
    fn read_small(&self, size: u64) -> Vec<u8> {
        let read = (size <= HEADROOM).then(|| self.read().ok());
        read.flatten().unwrap_or_default()
    }

    fn remove(&self) {
        self.folder.remove(self.name, self.part.as_ref());
    }
}

/// Whether bytes are an envelope with something in it.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    envelope::parse(bytes).is_ok_and(|envelope| !envelope.items.is_empty())
}
