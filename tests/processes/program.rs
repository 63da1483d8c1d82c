//! A program of `src/bin`, run with nothing of the developer's own around it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, Write as _};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a program may go on that should end: four times the longest shutdown timeout of one that
/// is waited for so.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program about to run, in an empty folder and with an empty home.
pub(crate) struct Program {
    pub(crate) command: Command,
    pub(crate) folder: TempDir,
}

/// A program that waits for a line, or for a signal.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) folder: TempDir,
    out: BufReader<ChildStdout>,
    errors: File,
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) output: Output,
    pub(crate) took: Duration,
}

impl Program {
    #[track_caller]
    pub(crate) fn new(path: impl AsRef<OsStr>) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the program");
        let mut command = Command::new(path);
        command
            .env_clear()
            .env("HOME", folder.path())
            // time is not what is tested: a busy machine may need more than the default
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "30")
            .current_dir(folder.path());
        #[cfg(unix)]
        heed_signals(&mut command);
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
        let errors = tempfile::tempfile().expect("a file for what it says");
        let same = errors.try_clone().expect("a second handle");
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(same)
            .spawn()
            .expect("the program starts");
        let mut running = Running {
            out: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
            folder: self.folder,
            errors,
        };
        let mut line = String::new();
        running.out.read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n", "{}", running.kill());
        running
    }
}

/// `nohup`, and shells that start something in the background, ignore signals that ask for an end; and
/// what is ignored in these tests would be ignored in all that they run.
#[cfg(unix)]
#[expect(unsafe_code, reason = "no safe call gives a signal back to the system")]
fn heed_signals(command: &mut Command) {
    let heed = || {
        for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM] {
            // SAFETY: it takes two numbers
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        Ok(())
    };
    // SAFETY: between `fork` and `exec` it makes only calls that POSIX allows there
    unsafe { std::os::unix::process::CommandExt::pre_exec(command, heed) };
}

impl Running {
    /// Waits for its end, its input open meanwhile: the end of that is a way out of its own.
    #[track_caller]
    pub(crate) fn ends_by_itself(self) -> ExitStatus {
        self.ends_within(PATIENCE)
    }

    /// Closes its input, and waits for its end.
    #[track_caller]
    pub(crate) fn end(mut self) -> ExitStatus {
        drop(self.child.stdin.take());
        self.ends_within(PATIENCE)
    }

    /// Has `on_demand` capture as many errors, and comes back once it has.
    #[track_caller]
    pub(crate) fn captures(&mut self, count: usize) {
        let input = self.child.stdin.as_mut().expect("it is open");
        writeln!(input, "{count}").expect("it reads");
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        assert_eq!(line, format!("captured {count}\n"), "{}", self.kill());
    }

    /// Closes its input, and waits for its end and all that it said besides.
    #[track_caller]
    pub(crate) fn ended(mut self) -> Ended {
        let start = Instant::now();
        drop(self.child.stdin.take());
        let status = self.waits(PATIENCE);
        let took = start.elapsed();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        self.out.read_to_end(&mut stdout).expect("a pipe");
        self.errors.rewind().expect("a file");
        self.errors.read_to_end(&mut stderr).expect("a file");
        let output = Output {
            status,
            stdout,
            stderr,
        };
        Ended { output, took }
    }

    #[track_caller]
    fn ends_within(mut self, patience: Duration) -> ExitStatus {
        self.waits(patience)
    }

    #[track_caller]
    fn waits(&mut self, patience: Duration) -> ExitStatus {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                return status;
            }
            thread::sleep(Duration::from_millis(1));
        }
        panic!(
            "after {patience:?} it had not ended, but printed:\n{}",
            self.kill()
        );
    }

    /// Ends it, and says what else it had printed.
    fn kill(&mut self) -> String {
        self.child.kill().expect("a child of ours");
        self.child.wait().expect("no signal is stronger");
        let mut printed = Vec::new();
        let _ = self.out.read_to_end(&mut printed);
        let _ = self.errors.rewind();
        let _ = self.errors.read_to_end(&mut printed);
        String::from_utf8_lossy(&printed).into_owned()
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

#[test]
#[cfg(unix)]
#[should_panic(expected = "it had not ended, but printed:\nno\nnever\n")]
fn a_program_that_goes_on_is_ended_and_its_words_are_repeated() {
    let stays = "echo never >&2; printf 'ready\nno\n'; read -r line";
    let staying = Program::new("/bin/sh").arg("-c").arg(stays).start();
    staying.ends_within(Duration::ZERO);
}
