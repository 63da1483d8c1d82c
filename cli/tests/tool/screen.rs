//! A terminal with a program on it, seen from the other side.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Child;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Termios, Winsize, tcgetattr, tcsetwinsize};

use crate::place::Place;

/// How long a screen may stay as it is before the test has failed.
const PATIENCE: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};

/// Our end of a terminal, and that of a program.
pub(crate) fn terminal(columns: u16, rows: u16) -> (File, File) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    resize(&terminal, columns, rows);
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let mut options = File::options();
    let screen = options.read(true).write(true);
    let screen = screen.open(OsStr::from_bytes(name.as_bytes())).unwrap();
    (terminal.into(), screen)
}

fn resize(terminal: impl std::os::fd::AsFd, columns: u16, rows: u16) {
    let size = Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(terminal, size).unwrap();
}

/// A program that has a terminal for all that it reads and writes; killed when dropped.
pub(crate) struct Screen {
    pub(crate) child: Child,
    terminal: File,
    /// Kept open, so that what was written is not lost with the program.
    program_end: File,
    before: Termios,
    /// All that was written so far.
    pub(crate) seen: String,
}

impl Screen {
    pub(crate) fn of(place: &Place, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let (terminal, program_end) = terminal(100, 24);
        let before = tcgetattr(&program_end).unwrap();
        let end = || program_end.try_clone().unwrap();
        let mut command = place.command(args, &[&[("TERM", "xterm")], variables].concat());
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn();
        Self {
            child: child.unwrap(),
            terminal,
            before,
            program_end,
            seen: String::new(),
        }
    }

    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        resize(&self.terminal, columns, rows);
    }

    pub(crate) fn keys(&mut self, keys: &str) {
        self.terminal.write_all(keys.as_bytes()).unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Reads until this is written, and returns what was written with it since the last time.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) -> String {
        let from = self.seen.len();
        while !self.seen[from..].contains(text) {
            assert!(
                self.read(&PATIENCE),
                "no `{text}` in {:?}",
                &self.seen[from..]
            );
        }
        // with what else is drawn at the same moment
        let at_once = Timespec {
            tv_sec: 0,
            tv_nsec: 50_000_000,
        };
        while self.read(&at_once) {}
        self.seen[from..].to_owned()
    }

    fn read(&mut self, timeout: &Timespec) -> bool {
        let mut ready = [PollFd::new(&self.terminal, PollFlags::IN)];
        if poll(&mut ready, Some(timeout)).unwrap() == 0 {
            return false;
        }
        let mut bytes = [0; 8_192];
        let count = self.terminal.read(&mut bytes).unwrap();
        // a letter that was cut in two is none that a test looks for
        self.seen
            .push_str(&String::from_utf8_lossy(&bytes[..count]));
        true
    }

    /// Waits for the end: exit code, or signal.
    pub(crate) fn end(&mut self) -> (Option<i32>, Option<i32>) {
        let status = self.child.wait().unwrap();
        let at_once = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        while self.read(&at_once) {}
        (status.code(), status.signal())
    }

    /// Whether keys are again what they were, the cursor is there, and the screen is the one before.
    #[track_caller]
    pub(crate) fn is_given_back(&self) {
        let after = tcgetattr(&self.program_end).unwrap();
        assert_eq!(after.local_modes, self.before.local_modes);
        assert_eq!(after.input_modes, self.before.input_modes);
        assert_eq!(after.output_modes, self.before.output_modes);
        for (taken, given) in [
            ("\u{1b}[?1049h", "\u{1b}[?1049l"),
            ("\u{1b}[?25l", "\u{1b}[?25h"),
        ] {
            let taken = self.seen.rfind(taken);
            assert!(
                taken.is_some() && taken < self.seen.rfind(given),
                "{:?}",
                self.seen
            );
        }
    }

    /// Whether keys are read one by one, as a view does.
    pub(crate) fn is_taken(&self) -> bool {
        tcgetattr(&self.program_end).unwrap().local_modes != self.before.local_modes
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is left of a text without the escapes of the tool itself: colours, places, clearing, modes.
pub(crate) fn without_escapes(seen: &str) -> String {
    const OURS: [&str; 6] = ["?25l", "?25h", "?1049h", "?1049l", "?2026h", "?2026l"];
    let mut left = String::new();
    let mut rest = seen;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        left.push_str(before);
        let own = OURS.iter().find(|code| after.starts_with(**code));
        let length = own.map(|code| code.len()).or_else(|| {
            let end = after.find(|letter: char| !letter.is_ascii_digit() && letter != ';')?;
            matches!(after.as_bytes()[end], b'm' | b'H' | b'K' | b'J').then_some(end + 1)
        });
        if length.is_none() {
            left.push_str("\u{1b}[");
        }
        rest = &after[length.unwrap_or(0)..];
    }
    left + rest
}
