use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Defaults, Entry, OffReason, Overrides, Reporting, Settings, Surroundings};

mod access;
mod destination;
mod files;
mod fuzz;
mod order;
mod reference;
mod release;
mod rules;
mod secrets;
mod spotlight;

const NAME: &str = ".sentryclirc";
const KEYED: &str = "https://abcdefgh@env.example/1";

/// A folder with `home` and `work/shop`, the working directory; removed at the end.
struct World {
    root: PathBuf,
    around: Surroundings,
    code: Overrides,
}

impl World {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let root =
            std::env::temp_dir().join(format!("dragonfly-config-{}-{count}", std::process::id()));
        fs::create_dir_all(root.join("work/shop")).unwrap();
        fs::create_dir_all(root.join("home")).unwrap();
        let around = Surroundings {
            cwd: Some(root.join("work/shop")),
            home: Some(root.join("home")),
            state: None,
            ..Surroundings::here()
        };
        let around = Surroundings {
            env: [].into(),
            ..around
        };
        Self {
            root,
            around,
            code: Overrides::default(),
        }
    }

    fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.around.env.insert(name, value.into());
        self
    }

    fn code(mut self, change: impl FnOnce(&mut Overrides)) -> Self {
        change(&mut self.code);
        self
    }

    /// The file in the working directory.
    fn file(self, text: impl AsRef<[u8]>) -> Self {
        self.file_in("work/shop", text)
    }

    /// For this user alone, as sentry-cli writes it.
    fn file_in(self, folder: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path_in(folder);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        self
    }

    fn path_in(&self, folder: &str) -> PathBuf {
        self.root.join(folder).join(NAME)
    }

    fn settings(&self) -> Settings {
        let defaults = Defaults {
            environment: "production",
            release: Some("shop@1.4.2".to_owned()),
        };
        Settings::resolve_in(&self.code, &defaults, &self.around)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Settings {
    #[track_caller]
    fn entry(&self, key: &str) -> Entry {
        self.entries()
            .into_iter()
            .find(|entry| entry.key == key)
            .unwrap()
    }

    /// Asserts value and source of one entry.
    #[track_caller]
    fn has(&self, key: &str, value: &str, source: &str) -> &Self {
        let entry = self.entry(key);
        assert_eq!(
            (&*entry.value, &*entry.source),
            (value, source),
            "notes: {:?}",
            self.notes
        );
        self
    }

    /// Asserts that nothing is wrong.
    #[track_caller]
    fn quiet(&self) -> &Self {
        assert_eq!(self.notes, [""; 0]);
        self
    }

    /// Asserts that there is one note, with these words in it.
    #[track_caller]
    fn notes_once(&self, words: &[&str]) -> &Self {
        let [note] = &*self.notes else {
            panic!("not one note: {:?}", self.notes)
        };
        for word in words {
            assert!(note.contains(word), "{word:?} is not in {note:?}");
        }
        assert!(!note.contains('\n') && !note.ends_with('.'), "{note:?}");
        self
    }

    #[track_caller]
    fn off(&self, reason: &str) -> &Self {
        let Reporting::Off(why) = &self.state else {
            panic!("reporting is on")
        };
        assert_eq!(why.to_string(), reason);
        assert_eq!(self.dsn.value, None);
        self
    }

    #[track_caller]
    fn on(&self, host: &str) -> &Self {
        assert_eq!(self.state, Reporting::On, "notes: {:?}", self.notes);
        assert_eq!(self.dsn.value.as_ref().unwrap().host(), host);
        self
    }
}

fn absolute(path: &Path, line: usize) -> String {
    format!("{}:{line}", path.display())
}

#[test]
#[should_panic(expected = "not one note")]
fn the_assertion_on_notes_can_fail() {
    World::new().settings().notes_once(&[]);
}

#[test]
#[should_panic(expected = "reporting is on")]
fn the_assertion_on_the_state_can_fail() {
    World::new()
        .env("SENTRY_DSN", KEYED)
        .settings()
        .off("no DSN");
}

#[test]
fn the_real_surroundings_are_read() {
    let around = Surroundings::here();
    assert!(around.cwd.is_some_and(|cwd| cwd.is_absolute()));
    assert_eq!(around.user.is_some(), cfg!(unix));
    let defaults = Defaults {
        environment: "development",
        release: None,
    };
    // Whatever stands there: no crash.
    assert_eq!(
        Settings::resolve(&Overrides::default(), &defaults)
            .entries()
            .len(),
        24
    );
}

#[test]
fn reasons_tell_purpose_from_mistake() {
    assert!(OffReason::NoDsn.is_intended() && OffReason::Veto.is_intended());
    let mistake = OffReason::Malformed {
        source: super::Source::Code,
        why: "x",
    };
    assert!(!mistake.is_intended());
    assert_eq!(
        Reporting::Off(mistake).to_string(),
        "off: the DSN in `code` is malformed: x"
    );
    assert_eq!(Reporting::On.to_string(), "on");
}
