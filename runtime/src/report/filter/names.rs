//! Whether a type has one of the names that the program ignores.
//!
//! The type of what is returned is known by its whole path. That of a `dyn Error` cannot be asked
//! for: it is known by the name that its event would show, and of a rule only the last segment is
//! held against that.

use super::super::chain::{guarded, text};
use super::super::types::{crate_as_written, from_debug};
use std::error::Error;
use std::fmt::{self, Write as _};
use std::io;

/// The paths of types, as the program writes them.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<Vec<String>>);

/// What `std::io::Error` is called where it is defined.
pub(super) const IO_ERROR: &str = "std::io::error::Error";

impl Names {
    pub(super) fn add(&mut self, path: Vec<String>) {
        self.0.push(path);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is that of the type with this path.
    pub(super) fn have_path(&self, path: &str) -> bool {
        self.0.iter().any(|name| is_path_of(name, path))
    }

    /// Whether one of them is that of an error whose type is known by its `Debug` only.
    pub(super) fn have_erased(&self, error: &(dyn Error + '_)) -> bool {
        if self.is_empty() {
            return false;
        }
        let name = from_debug(error, "");
        match &*name {
            "io::Error" => self.have_path(IO_ERROR),
            // it shows no name
            "Error" => false,
            path if path.contains("::") => self.have_path(path),
            name => {
                let is_last = |path: &Vec<String>| path.last().is_some_and(|last| last == name);
                // whether that is a type or the beginning of a message, only the message can tell
                self.0.iter().any(is_last)
                    && from_debug(error, &text(|out| write!(out, "{error}"))) == name
            }
        }
    }
}

/// Whether a type may be written like that. Both end in its own name; of the modules before it some
/// may be left out, as re-exports do: `io::Error` is `std::io::error::Error`.
fn is_path_of(name: &[String], path: &str) -> bool {
    let as_written = |segment| match segment {
        "core" | "alloc" => "std",
        other => crate_as_written(other),
    };
    let bare = path.split('<').next().unwrap_or(path);
    let segments: Vec<&str> = bare.split("::").map(as_written).collect();
    let mut segments = segments.into_iter().rev();
    let mut written = name.iter().map(|segment| as_written(segment)).rev();
    written.next() == segments.next()
        && written.all(|module| segments.any(|segment| segment == module))
}

/// `NotFound` of `Os { code: 2, kind: NotFound, message: ".." }` and of the other forms of an `io::Error`.
pub(super) fn kind_from_debug(error: &(dyn Error + '_)) -> Option<String> {
    let mut head = Head(String::new());
    // an `Err` is the head that is full
    let _ = guarded(|| write!(head, "{error:?}"))?;
    let shown = head.0.as_str();
    let fields = ["Os { code: ", "Custom { kind: ", "Error { kind: "];
    let kind = if fields.iter().any(|start| shown.starts_with(start)) {
        shown.split_once("kind: ")?.1
    } else {
        shown.strip_prefix("Kind(")?
    };
    let end = kind.find([',', ')', ' '])?;
    Some(kind[..end].to_owned())
}

/// `BrokenPipe` of `failed printing to stdout: Broken pipe (os error 32)`.
pub(super) fn kind_from_print(panic: &str) -> Option<String> {
    let failure = panic.strip_prefix("failed printing to ")?;
    let (_, code) = failure.strip_suffix(')')?.rsplit_once("(os error ")?;
    let error = io::Error::from_raw_os_error(code.parse().ok()?);
    Some(format!("{:?}", error.kind()))
}

/// The beginning of a text, which may be a long one.
struct Head(String);

impl fmt::Write for Head {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        const ENOUGH: usize = 128;
        self.0.push_str(text);
        if self.0.len() < ENOUGH {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}
