//! Affected users without personal data: a random id for each installation.
//!
//! With the setting `anonymous_users`, events and transactions say by such an id whom they affected, so that
//! Sentry can count users, and [sessions](macro@crate::main#release-health) how many of them had no crash.
//! It is a random UUID and nothing else: made of no name, address, machine or time, and known to nobody but
//! this file and what was sent. A user that the program sets itself is left alone, and sent only with
//! `send_default_pii`.
//!
//! Each project of each server has an id of its own, so that nobody can tell by them that two receivers know the
//! same installation. The file lies beside the spool (in `~/.local/state/dragonfly/spool.users` for one at its usual
//! place on Linux), for its owner alone. The programs of a user that share a spool and report to one project share
//! the id. Whoever deletes the file, or runs `dragonfly user --reset`, is somebody new from the next start on.
//!
//! Where there is no place for a file (the spool is `off`, the folder cannot be written) there is no id: one
//! for each run would count users who are not there. A file that is damaged is replaced. One that somebody
//! else owns or may write, and a link, is left alone and not used. Each of these is said in one line under
//! `debug`. A dry run uses the id that is there, and makes none.

use crate::config::Settings;
use crate::delivery::spool::{destination_of, make_private, private, read, write_by};
use crate::say;
use sentry::types::{Uuid, random_uuid};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long another process is waited for that makes the file; it takes a millisecond.
const PATIENCE: Duration = Duration::from_millis(100);
const STEP: Duration = Duration::from_millis(1);

/// The id of this installation, and where it is kept.
///
/// ```no_run
/// use dragonfly::config::{Defaults, Overrides, Settings};
/// use dragonfly::user::AnonymousUser;
///
/// let defaults = Defaults { environment: "production", release: None };
/// let settings = Settings::resolve(&Overrides::default(), &defaults);
/// if let Some(user) = AnonymousUser::of(&settings) {
///     println!("{:?} in {}", user.id(), user.path().display());
/// }
/// ```
#[derive(Debug, Clone)]
pub struct AnonymousUser {
    path: PathBuf,
}

/// What was found where the id is kept.
enum Found {
    Id(Uuid),
    Nothing,
    Damaged,
}

impl AnonymousUser {
    /// The one for the DSN of the settings, beside their spool, whether there is one or not; `None` without a
    /// DSN, or if the spool is off.
    pub fn of(settings: &Settings) -> Option<Self> {
        let spool = settings.spool.value.as_deref()?;
        let receiver = destination_of(settings.dsn.value.as_ref()?);
        let mut name = spool.file_name()?.to_owned();
        name.push(".users");
        Some(Self {
            path: spool.with_file_name(name).join(receiver),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The id; `None` if there is no file yet, or no id in it.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, and [`InvalidData`](io::ErrorKind::InvalidData) if it is not this
    /// user's alone.
    pub fn id(&self) -> io::Result<Option<String>> {
        Ok(match self.find()? {
            Found::Id(id) => Some(id.to_string()),
            Found::Nothing | Found::Damaged => None,
        })
    }

    /// Deletes the file, so that the next start makes another one; `false` if there was none. Programs that
    /// run keep the id until they end.
    ///
    /// # Errors
    ///
    /// If it is there and cannot be deleted.
    pub fn reset(&self) -> io::Result<bool> {
        match fs::remove_file(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn find(&self) -> io::Result<Found> {
        let bytes = match read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(error),
        };
        Ok(id_in(&bytes).map_or(Found::Damaged, Found::Id))
    }

    /// The id, made where there is none.
    fn find_or_make(&self, debug: bool) -> io::Result<Uuid> {
        if let Found::Id(id) = self.find()? {
            return Ok(id);
        }
        if let Some(folder) = self.path.parent() {
            make_private(folder)?;
        }
        let _lock = self.lock()?;
        // another process may have been here
        match self.find()? {
            Found::Id(id) => return Ok(id),
            Found::Damaged if debug => {
                say::once("the id of an anonymous user was damaged, and is replaced");
            }
            Found::Damaged | Found::Nothing => {}
        }
        let id = random_uuid();
        let half = self.beside(&format!("new-{}", id.simple()));
        write_by(&half, &self.path, format!("{id}\n").as_bytes())?;
        Ok(id)
    }

    /// Held while the file is made, so that processes which start at once agree on one id.
    fn lock(&self) -> io::Result<File> {
        let path = self.beside("lock");
        let open = || OpenOptions::new().write(true).open(&path);
        let lock = private(&path).or_else(|_| open())?;
        let until = Instant::now() + PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                Err(fs::TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(STEP),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".");
        name.push(ending);
        self.path.with_file_name(name)
    }
}

/// The id that is in a file: a random one, on a line of its own.
fn id_in(bytes: &[u8]) -> Option<Uuid> {
    let text = std::str::from_utf8(bytes).ok()?;
    let id: Uuid = text.strip_suffix('\n')?.parse().ok()?;
    let is_ours = id.get_version_num() == 4 && text.trim_end() == id.to_string();
    is_ours.then_some(id)
}

/// Whom this run affects; `None` unless that was asked for.
pub(crate) fn of_run(settings: &Settings) -> Option<String> {
    if settings.dry_run.value {
        return known(settings);
    }
    if !settings.anonymous_users.value {
        return None;
    }
    let debug = settings.debug.value;
    let Some(user) = AnonymousUser::of(settings) else {
        if debug && settings.spool.value.is_none() {
            say::once(
                "no affected users are counted: the spool is off, so there is no place for an id",
            );
        }
        return None;
    };
    match user.find_or_make(debug) {
        Ok(id) => Some(id.to_string()),
        Err(error) => {
            if debug {
                say::once(&format!(
                    "no affected users are counted: the id in `{}` cannot be used: {error}",
                    say::one_line(&user.path.to_string_lossy())
                ));
            }
            None
        }
    }
}

/// The same, but none is made.
pub(crate) fn known(settings: &Settings) -> Option<String> {
    let is_wanted = settings.anonymous_users.value;
    let user = AnonymousUser::of(settings).filter(|_| is_wanted)?;
    user.id().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::{AnonymousUser, id_in};
    use crate::config::{Defaults, Overrides, Settings, Surroundings};
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;
    use std::thread;

    fn user(folder: &Path) -> AnonymousUser {
        AnonymousUser {
            path: folder.join("state").join("server"),
        }
    }

    #[test]
    fn an_id_is_made_once_and_another_one_after_a_reset() {
        let folder = tempfile::tempdir().unwrap();
        let user = user(folder.path());
        assert_eq!(user.id().unwrap(), None);
        assert!(!user.reset().unwrap());
        let id = user.find_or_make(false).unwrap();
        assert_eq!(user.find_or_make(false).unwrap(), id);
        assert_eq!(user.id().unwrap(), Some(id.to_string()));
        assert!(user.reset().unwrap());
        assert_ne!(user.find_or_make(false).unwrap(), id);
    }

    #[test]
    fn who_starts_at_once_agrees_on_one_id() {
        let folder = tempfile::tempdir().unwrap();
        let ids: BTreeSet<_> = thread::scope(|scope| {
            let make = || user(folder.path()).find_or_make(false).unwrap();
            let makers: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
            makers
                .into_iter()
                .map(|maker| maker.join().unwrap())
                .collect()
        });
        assert_eq!(ids.len(), 1, "{ids:?}");
        let left = fs::read_dir(folder.path().join("state")).unwrap();
        let mut left: Vec<_> = left.flatten().map(|entry| entry.file_name()).collect();
        left.sort();
        assert_eq!(left, ["server", "server.lock"]);
    }

    #[test]
    fn a_damaged_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let user = user(folder.path());
        user.find_or_make(false).unwrap();
        for damaged in [
            "",
            "\n",
            "jane@example.com\n",
            "936da01f-9abd-4d9d-80c7-02af85c822a8",
        ] {
            fs::write(user.path(), damaged).unwrap();
            assert_eq!(user.id().unwrap(), None, "{damaged}");
            let id = user.find_or_make(false).unwrap();
            assert_eq!(user.id().unwrap(), Some(id.to_string()), "{damaged}");
        }
    }

    #[test]
    fn only_a_random_id_in_its_one_form_is_one() {
        let id = "936da01f-9abd-4d9d-80c7-02af85c822a8";
        assert_eq!(id_in(format!("{id}\n").as_bytes()).unwrap().to_string(), id);
        for other in [
            id.to_owned(),
            format!("{id}\n\n"),
            format!("{}\n", id.to_uppercase()),
            format!("{}\n", id.replace('-', "")),
            // of a machine and a time
            "936da01f-9abd-1d9d-80c7-02af85c822a8\n".to_owned(),
            "00000000-0000-0000-0000-000000000000\n".to_owned(),
        ] {
            assert_eq!(id_in(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn no_two_receivers_get_the_same() {
        let settings = |dsn: &'static str| {
            let overrides = Overrides {
                dsn: Some(dsn.into()),
                spool: Some("/state/spool".into()),
                ..Overrides::default()
            };
            let defaults = Defaults {
                environment: "production",
                release: None,
            };
            Settings::resolve_in(&overrides, &defaults, &Surroundings::default())
        };
        let path = |dsn| AnonymousUser::of(&settings(dsn)).map(|user| user.path);
        let one = path("https://key@sentry.example.com/1").unwrap();
        assert!(one.starts_with("/state/spool.users"), "{one:?}");
        assert_eq!(
            path("https://another@sentry.example.com/1"),
            Some(one.clone())
        );
        assert_ne!(path("https://key@sentry.example.com/2"), Some(one.clone()));
        assert_ne!(path("https://key@sentry.example.net/1"), Some(one));
        assert_eq!(path(""), None);
    }

    #[cfg(unix)]
    #[test]
    fn it_is_this_users_alone() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let folder = tempfile::tempdir().unwrap();
        let user = user(folder.path());
        user.find_or_make(false).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(user.path()), 0o600);
        assert_eq!(mode(user.path().parent().unwrap()), 0o700);

        // what somebody else may have written is not used, and left as it is
        fs::set_permissions(user.path(), fs::Permissions::from_mode(0o666)).unwrap();
        assert!(user.id().is_err() && user.find_or_make(false).is_err());
        let elsewhere = folder.path().join("elsewhere");
        fs::rename(user.path(), &elsewhere).unwrap();
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&elsewhere, user.path()).unwrap();
        assert!(user.id().is_err() && user.find_or_make(false).is_err());
    }
}
