use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use sentry::types::Dsn;

use super::dsn;
use crate::privacy::printed_text;

/// Says where a value came from.
///
/// ```
/// use dragonfly::config::Source;
///
/// let source = Source::File { path: "./.sentryclirc".into(), line: 3 };
/// assert_eq!(source.to_string(), "./.sentryclirc:3");
/// assert_eq!(Source::Env("SENTRY_DSN").to_string(), "environment SENTRY_DSN");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// An argument of the attribute.
    Code,
    /// A variable of the environment.
    Env(&'static str),
    /// A variable that was set when the program was built.
    Build(&'static str),
    /// A line of a `.sentryclirc`.
    File {
        /// `./.sentryclirc` in the working directory, an absolute path elsewhere.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Code => f.write_str("code"),
            Self::Env(name) => write!(f, "environment {name}"),
            Self::Build(name) => write!(f, "build {name}"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
        }
    }
}

/// Holds a value and where it came from.
///
/// Its `Debug` masks DSNs. That of the value itself does not: `sentry::types::Dsn` prints its
/// keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
}

impl<T> Setting<T> {
    pub(super) fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }

    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting::new(change(self.value), self.source)
    }
}

impl<T: Shown> fmt::Debug for Setting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.value.shown(), self.source)
    }
}

/// How a value is shown to people: one line, without secrets.
pub(super) trait Shown {
    fn shown(&self) -> String;
}

impl Shown for String {
    fn shown(&self) -> String {
        in_one_line(&printed_text(self))
    }
}

fn in_one_line(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

impl Shown for Dsn {
    fn shown(&self) -> String {
        dsn::mask(self)
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "none".to_owned(), T::shown)
    }
}

impl Shown for Vec<String> {
    fn shown(&self) -> String {
        if self.is_empty() {
            "none".to_owned()
        } else {
            // names and patterns of what is a secret look like one, and are none
            in_one_line(&self.join(", "))
        }
    }
}

impl Shown for f32 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for u32 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for PathBuf {
    fn shown(&self) -> String {
        self.to_string_lossy().into_owned().shown()
    }
}

impl Shown for bool {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for Duration {
    fn shown(&self) -> String {
        format!("{self:?}")
    }
}
