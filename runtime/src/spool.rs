//! What could not be delivered yet, for people and tools to look at; `dragonfly spool` shows it.
//!
//! A program keeps each event on disk, those of a burst in one file, until the server took it: see
//! [`Settings::spool`](crate::config::Settings::spool) for where. What a run left there goes out
//! with the next one by itself; [`Destination::send`] does not wait for it.

use crate::config::{Proxies, Settings};
use crate::delivery::door;
use crate::delivery::spool::{Folder, Listed, Name, Part, destination_of, is_whole, read};
use crate::delivery::{Answer, Http, LANES, Outlet as _};
use crate::privacy::{Policy, Scrubber};
use crate::user;
use sentry::types::Dsn;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What waits for one server and project.
///
/// ```no_run
/// use dragonfly::config::{Defaults, Overrides, Settings};
/// use dragonfly::spool::Destination;
///
/// let defaults = Defaults { environment: "production", release: None };
/// let settings = Settings::resolve(&Overrides::default(), &defaults);
/// if let (Some(root), Some(dsn)) = (&settings.spool.value, &settings.dsn.value) {
///     for kept in Destination::of(root, dsn).list() {
///         println!("{} bytes, {:?} old", kept.bytes(), kept.age());
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Destination {
    path: PathBuf,
}

/// One envelope that waits.
#[derive(Debug, Clone)]
pub struct Kept {
    path: PathBuf,
    name: Name,
    bytes: u64,
    part: Option<Part>,
}

impl Destination {
    /// The part of a spool that is for a DSN's server and project, whether it exists or not.
    pub fn of(root: &Path, dsn: &Dsn) -> Self {
        Self {
            path: root.join(destination_of(dsn)),
        }
    }

    /// Every part of a spool that exists, by name.
    pub fn all(root: &Path) -> Vec<Self> {
        let Ok(found) = fs::read_dir(root) else {
            return Vec::new();
        };
        let paths = found.flatten().map(|entry| entry.path());
        let mut all: Vec<Self> = paths
            .filter(|path| path.is_dir())
            .map(|path| Self { path })
            .collect();
        all.sort_by(|one, other| one.path.cmp(&other.path));
        all
    }

    /// The folder on disk, which is named after server and project.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The envelopes, the oldest first, those that running programs work on included.
    pub fn list(&self) -> Vec<Kept> {
        let mut all: Vec<Kept> = Folder::all(&self.path)
            .iter()
            .flat_map(|folder| kept_in(folder))
            .collect();
        all.sort_by_key(|kept| kept.name);
        all
    }

    /// Sends what no running program works on, the oldest first, and tells of each what the server
    /// said to it; ends early where `go_on` says no, once those are answered that are under way. What the
    /// server takes or refuses is removed, the rest stays, and so does what cannot be read or is no
    /// envelope of ours: it returns how many of these it met.
    ///
    /// It goes to the DSN of the settings, which should be one of this destination, and is scrubbed
    /// once more as they say: what a program let through by its code is taken out here.
    pub fn send(
        &self,
        settings: &Settings,
        mut go_on: impl FnMut(&Kept, &Answer) -> bool,
    ) -> usize {
        let mut unfit = 0;
        let Some(dsn) = &settings.dsn.value else {
            return unfit;
        };
        let mut scrubber = scrubber(settings);
        let mut server = Http::new(dsn, &Proxies::default());
        for folder in self.adopt() {
            for some in kept_in(folder.path()).chunks(LANES) {
                let mut fit = Vec::with_capacity(LANES);
                for kept in some {
                    let read = kept.read();
                    let is_gone =
                        matches!(&read, Err(error) if error.kind() == io::ErrorKind::NotFound);
                    let sealed = read
                        .ok()
                        .and_then(|bytes| door::seal_again(&bytes, &mut scrubber));
                    match sealed {
                        Some(sealed) => fit.push((kept, door::addressed(&sealed.bytes, None))),
                        None => unfit += usize::from(!is_gone),
                    }
                }
                if !send_all(fit, &folder, &mut server, &mut go_on) {
                    return unfit;
                }
            }
            folder.remove_if_empty();
        }
        unfit
    }

    /// Deletes what no running program works on, unsent; says how many envelopes that were.
    pub fn clear(&self) -> usize {
        let mut count = 0;
        for folder in self.adopt() {
            for Listed { name, part, .. } in Folder::envelopes(folder.path()) {
                folder.remove(name, part.as_ref());
                count += 1;
            }
            folder.remove_if_empty();
        }
        count
    }

    /// The files that programs found among the envelopes and set aside, as they are none: half written
    /// by a process that was killed, damaged, or put there by somebody. They are deleted 30 days later.
    pub fn set_aside(&self) -> Vec<PathBuf> {
        Folder::set_aside_of(&self.path)
    }

    /// Deletes what was set aside, and what the next start would set aside; says how many files that
    /// were. What running programs work on stays.
    pub fn clear_set_aside(&self) -> usize {
        let remove = |path: &PathBuf| fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        let removed = |paths: &[PathBuf]| paths.iter().filter(|path| remove(path).is_ok()).count();
        let mut count = 0;
        for folder in self.adopt() {
            let found = folder.contents();
            count += removed(&found.half_written) + removed(&found.foreign);
            folder.remove_if_empty();
        }
        let aside = self.set_aside();
        count += removed(&aside);
        if let Some(folder) = aside.first().and_then(|path| path.parent()) {
            // the one above goes with the last that is in it
            let _ = fs::remove_dir(folder).and_then(|()| fs::remove_dir(&self.path));
        }
        count
    }

    /// The folders of runs that have ended, the oldest first; each is held as long as it is looked at.
    fn adopt(&self) -> impl Iterator<Item = Folder> {
        let oldest = |path: PathBuf| {
            let oldest = Folder::envelopes(&path).first().map(|oldest| oldest.name);
            (oldest, path)
        };
        let mut paths: Vec<_> = Folder::all(&self.path).into_iter().map(oldest).collect();
        paths.sort();
        paths
            .into_iter()
            .filter_map(|(_, path)| Folder::adopt(path))
    }
}

/// Sends some of a folder; whether to go on with others.
fn send_all(
    mut some: Vec<(&Kept, Vec<u8>)>,
    folder: &Folder,
    server: &mut Http,
    go_on: &mut impl FnMut(&Kept, &Answer) -> bool,
) -> bool {
    let mut goes_on = true;
    while goes_on && !some.is_empty() {
        let answers = server.send(some.iter().map(|(_, bytes)| bytes.clone()).collect());
        for ((kept, _), (answer, _)) in some.drain(..answers.len()).zip(answers) {
            if answer.is_final() {
                folder.remove(kept.name, kept.part.as_ref());
            }
            goes_on &= go_on(kept, &answer);
        }
    }
    goes_on
}

fn scrubber(settings: &Settings) -> Scrubber {
    let policy = Policy::of(settings).with_user(user::known(settings));
    Scrubber::new(&policy)
}

fn kept_in(folder: &Path) -> Vec<Kept> {
    let kept = |Listed { name, bytes, part }| Kept {
        path: match &part {
            Some(part) => part.path().to_owned(),
            None => folder.join(name.file_name()),
        },
        name,
        bytes,
        part,
    };
    Folder::envelopes(folder).into_iter().map(kept).collect()
}

impl Kept {
    /// The file: one envelope, as `sentry-cli send-envelope` takes it too. Of a burst many are in
    /// one file, whose name ends with `.envelopes`; [`read`](Self::read) finds this one in it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How long ago it was made.
    pub fn age(&self) -> Duration {
        self.name.age(SystemTime::now())
    }

    /// What would be sent of it, scrubbed as the settings say.
    ///
    /// # Errors
    ///
    /// As those of [`read`](Kept::read), also if nothing of it would be sent: it is no envelope of
    /// ours.
    pub fn as_sent(&self, settings: &Settings) -> io::Result<Vec<u8>> {
        let mut scrubber = scrubber(settings);
        let sealed = door::seal_again(&self.read()?, &mut scrubber);
        let sealed = sealed.ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "nothing of it would be sent")
        })?;
        Ok(sealed.bytes)
    }

    /// The envelope, in Sentry's format.
    ///
    /// # Errors
    ///
    /// If the file is gone by now or cannot be read, and
    /// [`InvalidData`](io::ErrorKind::InvalidData) if it is no envelope.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let bytes = match &self.part {
            Some(part) => part.read()?,
            None => read(&self.path)?,
        };
        if is_whole(&bytes) {
            Ok(bytes)
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Destination;
    use crate::delivery::door::seal_again;
    use crate::envelope;
    use crate::envelope::tests::likely_bytes;
    use crate::privacy::Scrubber;
    use proptest::prelude::*;
    use std::fs;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_file_is_an_envelope_or_none(bytes in likely_bytes()) {
            let root = tempfile::tempdir().unwrap();
            let run = root.path().join("host.example-443-1/run");
            fs::create_dir_all(&run).unwrap();
            fs::write(run.join("lock"), "").unwrap();
            fs::write(run.join("1764086400000-000001.envelope"), &bytes).unwrap();
            let listed = Destination::all(root.path())[0].list();
            let read = listed[0].read().ok();
            let whole = envelope::parse(&bytes).is_ok_and(|envelope| !envelope.items.is_empty());
            prop_assert_eq!(read, whole.then_some(bytes));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_leaves_of_any_file_was_scrubbed(bytes in likely_bytes()) {
            let again = |bytes: &[u8]| seal_again(bytes, &mut Scrubber::default());
            let Some(sealed) = again(&bytes) else { return Ok(()) };
            let text = String::from_utf8_lossy(&sealed.bytes);
            prop_assert!(!text.contains("jane"), "{text}");
            prop_assert!(!envelope::parse(&sealed.bytes).unwrap().header.contains_key("dsn"), "{text}");
            let twice = again(&sealed.bytes).unwrap();
            prop_assert_eq!(String::from_utf8_lossy(&twice.bytes), text);
        }
    }
}
