//! The names of files: when an envelope was made, and which of its moment it is; and of the folders
//! that they are in.

use sentry::types::Dsn;
use std::ffi::OsStr;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const ENDING: &str = ".envelope";

/// Names sort as their envelopes were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    milliseconds: u64,
    number: u64,
}

impl Name {
    pub(crate) fn new(at: SystemTime, number: u64) -> Self {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let milliseconds = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        Self {
            milliseconds,
            number,
        }
    }

    pub(crate) fn file_name(self) -> String {
        format!("{self}{ENDING}")
    }

    /// The name in that of a file; `None` if it is none of ours.
    pub(crate) fn read(file_name: &OsStr) -> Option<Self> {
        Self::parse(file_name.to_str()?.strip_suffix(ENDING)?)
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (milliseconds, number) = text.split_once('-')?;
        let number_of = |digits: &str| {
            let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            are_digits.then(|| digits.parse().ok()).flatten()
        };
        Some(Self {
            milliseconds: number_of(milliseconds)?,
            number: number_of(number)?,
        })
    }

    /// The number that the envelope was kept under.
    pub(crate) fn number(self) -> u64 {
        self.number
    }

    /// How long ago the envelope was made; nothing if that lies ahead.
    pub(crate) fn age(self, now: SystemTime) -> Duration {
        now.duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .saturating_sub(Duration::from_millis(self.milliseconds))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:013}-{:06}", self.milliseconds, self.number)
    }
}

/// The folder's name for a server and project, which no other has: without the keys, which may change.
pub(crate) fn destination_of(dsn: &Dsn) -> String {
    let plain = |text: &str, others: &[u8]| -> String {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
        text.bytes()
            .map(|byte| match byte {
                byte if known(byte) => char::from(byte).to_string(),
                byte => format!("_{byte:02x}"),
            })
            .collect()
    };
    let project = format!("{}{}", dsn.path(), dsn.project_id());
    let project = plain(project.trim_start_matches('/'), b".");
    format!("{}-{}-{project}", plain(dsn.host(), b".-"), dsn.port())
}

#[cfg(test)]
mod tests {
    use super::Name;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn names_are_read_back_and_sort_by_age() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let names = [
            Name::new(UNIX_EPOCH, 0),
            Name::new(at(1), 7),
            Name::new(at(1), 1_000_000),
            Name::new(at(40_000_000_000), 0),
        ];
        assert!(names.is_sorted());
        for name in names {
            assert_eq!(Name::read(name.file_name().as_ref()), Some(name));
        }
        assert_eq!(names[1].age(at(3)), Duration::from_secs(2));
        assert_eq!(names[3].age(at(3)), Duration::ZERO);
    }

    #[test]
    fn other_files_have_no_name() {
        let others = [
            "",
            "lock",
            ".envelope",
            "1.envelope",
            "1-.envelope",
            "1-2.tmp",
            "+1-2.envelope",
            "1--2.envelope",
            "1-2.envelope.bak",
            "99999999999999999999999-1.envelope",
        ];
        for name in others {
            assert_eq!(Name::read(name.as_ref()), None, "{name}");
        }
    }
}
