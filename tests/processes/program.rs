//! A program of `src/bin`, run with nothing of the developer's own around it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A program about to run, in an empty folder and with an empty home.
pub(crate) struct Program {
    pub(crate) command: Command,
    pub(crate) folder: TempDir,
}

/// A program that waits for a line, or for a signal.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) folder: TempDir,
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) output: Output,
    pub(crate) took: Duration,
}

impl Program {
    #[track_caller]
    pub(crate) fn new(path: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the program");
        let mut command = Command::new(path);
        command
            .env_clear()
            .env("HOME", folder.path())
            // time is not what is tested: a busy machine may need more than the default
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "30")
            .current_dir(folder.path());
        Self { command, folder }
    }

    pub(crate) fn reporting_to(mut self, dsn: impl AsRef<str>) -> Self {
        self.command.env("SENTRY_DSN", dsn.as_ref());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn arg(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    /// Writes the program's `.sentryclirc`, for this user alone.
    pub(crate) fn file(self, text: &str) -> Self {
        let path = self.folder.path().join(".sentryclirc");
        std::fs::write(&path, text).expect("writing .sentryclirc");
        #[cfg(unix)]
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("of our own file");
        self
    }

    #[track_caller]
    pub(crate) fn run(mut self) -> Ended {
        let start = Instant::now();
        let output = self.command.output().expect("the program starts");
        Ended {
            output,
            took: start.elapsed(),
        }
    }

    /// Starts it, and comes back when it says that it is ready.
    #[track_caller]
    pub(crate) fn start(mut self) -> Running {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        out.read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n");
        Running {
            child,
            folder: self.folder,
        }
    }
}

impl Running {
    /// Waits for its end, its input open meanwhile: the end of that is a way out of its own.
    pub(crate) fn ends_by_itself(mut self) -> ExitStatus {
        let _input = self.child.stdin.take();
        self.child.wait().expect("the program ends")
    }

    /// Closes its input, and waits for its end.
    pub(crate) fn end(mut self) -> ExitStatus {
        drop(self.child.stdin.take());
        self.child.wait().expect("the program ends")
    }
}

impl Ended {
    pub(crate) fn code(&self) -> Option<i32> {
        self.output.status.code()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }
}
