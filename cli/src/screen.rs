//! How things are printed.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};
use dragonfly::scrub::printed;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const CALM: Style = AnsiColor::Blue.on_default().bold();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();

/// Whether this run prints errors only: `--quiet`.
static QUIET: AtomicBool = AtomicBool::new(false);

pub(crate) fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

pub(crate) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Where a command prints what it found: with colours where they are wanted, nowhere with `--quiet`.
pub(crate) fn stdout() -> Box<dyn Write> {
    if is_quiet() {
        Box::new(io::sink())
    } else {
        Box::new(anstream::stdout().lock())
    }
}

/// Prints a note on stderr, in the form that the library's notes have; a closed stderr is no error.
pub(crate) fn say(note: &str) {
    let _ = writeln!(io::stderr(), "dragonfly: {}", one_line(&printed(note)));
}

/// Goes on when nobody reads any more: the exit code is still wanted.
pub(crate) fn unless_closed(printed: io::Result<()>) -> io::Result<()> {
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Takes from a text what could steer the terminal or reorder the line.
pub(crate) fn one_line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        let reorders = matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        );
        if letter.is_control() || reorders {
            clean.extend(letter.escape_default());
        } else {
            clean.push(letter);
        }
    }
    clean
}

/// `12 B`, `5 kB`, `3 MB`.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
