//! Any variables and any `.sentryclirc`: no panic, one line for each note, and in it nothing of a DSN's
//! key.
//!
//! An input holds lines such as `SENTRY_DSN=https://key@host/1`, a zero byte, and the file.
#![no_main]

use dragonfly::__private::fuzzing;
use libfuzzer_sys::fuzz_target;
use std::cell::OnceCell;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use tempfile::TempDir;

/// What stands for a secret in inputs.
const SECRET: &str = "s3cr3t";

thread_local! {
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

fuzz_target!(|input: &[u8]| {
    let zero = input.iter().position(|byte| *byte == 0);
    let (variables, file) = input.split_at(zero.unwrap_or(input.len()));
    let variables: Vec<(&str, &OsStr)> = variables
        .split(|byte| *byte == b'\n')
        .filter_map(variable)
        .collect();
    let settings = FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().unwrap()).path();
        fs::write(
            folder.join(".sentryclirc"),
            file.get(1..).unwrap_or_default(),
        )
        .unwrap();
        fuzzing::settings(folder, &variables)
    });

    if let Some(dsn) = &settings.dsn.value {
        dsn.envelope_api_url();
        dsn.store_api_url();
    }
    for entry in settings.entries() {
        assert!(!entry.value.contains(char::is_control), "{entry:?}");
    }
    for note in &settings.notes {
        assert!(!note.contains(char::is_control), "{note:?}");
    }
    // a URL may be read otherwise than it looks: then it is part of what is shown
    let shown = settings.dsn.value.as_ref().is_some_and(|dsn| {
        let project = dsn.project_id().to_string();
        [dsn.host(), dsn.path(), &project]
            .iter()
            .any(|part| part.contains(SECRET))
    });
    if is_inside_keys(input) && !shown {
        let dsn = format!("{:?} {}", settings.dsn, settings.state);
        for said in settings.notes.iter().chain([&dsn]) {
            assert!(!said.contains(SECRET), "{said:?}");
        }
    }
});

fn variable(line: &[u8]) -> Option<(&str, &OsStr)> {
    let (name, value) = line.split_at(line.iter().position(|byte| *byte == b'=')?);
    Some((
        std::str::from_utf8(name).ok()?,
        OsStr::from_bytes(&value[1..]),
    ))
}

/// Whether the secret stands nowhere but where the key of a DSN does: behind `://`, before `@`.
fn is_inside_keys(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    text.lines().all(|line| {
        let (before, after) = line.rsplit_once('@').unwrap_or(("", line));
        let key = before.split_once("://").unwrap_or_default().1;
        !after.contains(SECRET) && line.matches(SECRET).count() == key.matches(SECRET).count()
    })
}
