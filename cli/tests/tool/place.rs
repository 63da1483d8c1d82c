use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

/// A working directory and a home, both empty.
pub(crate) struct Place(TempDir);

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A run that goes on; killed when dropped.
pub(crate) struct Running {
    pub(crate) child: Child,
    /// `None` once nobody reads it any more.
    out: Option<BufReader<ChildStdout>>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        fs::create_dir(place.cwd()).unwrap();
        fs::create_dir(place.home()).unwrap();
        // the search upward ends here, whatever lies in the folders above
        place.with_rc("")
    }

    /// For this user alone, as sentry-cli writes it.
    pub(crate) fn with_rc(self, text: &str) -> Self {
        let path = self.cwd().join(".sentryclirc");
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        self
    }

    pub(crate) fn with_rc_at_home(self, text: &str) -> Self {
        fs::write(self.home().join(".sentryclirc"), text).unwrap();
        self
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.0.path().join("home")
    }

    pub(crate) fn cwd(&self) -> PathBuf {
        self.0.path().join("cwd")
    }

    pub(crate) fn command(&self, args: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dragonfly"));
        for (name, _) in std::env::vars_os() {
            let upper = name.to_string_lossy().to_ascii_uppercase();
            let steers = ["SENTRY_", "DRAGONFLY_", "CLICOLOR", "NO_COLOR"];
            if steers.iter().any(|start| upper.starts_with(start)) || upper.ends_with("_PROXY") {
                command.env_remove(name);
            }
        }
        command
            .args(args)
            .current_dir(self.cwd())
            .env("HOME", self.home())
            .env("USERPROFILE", self.home())
            .envs(variables.iter().copied())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str], variables: &[(&str, &str)]) -> Ran {
        let output = self.command(args, variables).output().unwrap();
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same, with something on standard input.
    pub(crate) fn run_on(&self, input: &[u8], args: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(args, variables);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output().unwrap()
        });
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same, with a terminal for standard error: what is seen there is what it says.
    #[cfg(target_os = "linux")]
    pub(crate) fn run_on_terminal(&self, args: &[&str], variables: &[(&str, &str)]) -> Ran {
        let (terminal, screen) = crate::screen::terminal(100, 24);
        let mut command = self.command(args, variables);
        command.env("TERM", "xterm").stderr(screen);
        let child = command.stdout(Stdio::piped()).spawn().unwrap();
        drop(command); // with our end of the screen
        let seen = thread::spawn(move || {
            let mut seen = Vec::new();
            // which fails once nobody has the screen any more
            let _ = (&terminal).read_to_end(&mut seen);
            seen
        });
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(seen.join().unwrap()).unwrap(),
        }
    }

    pub(crate) fn start(&self, args: &[&str], variables: &[(&str, &str)]) -> Running {
        let mut command = self.command(args, variables);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = child.stdout.take().map(BufReader::new);
        Running { child, out }
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.out,
            self.err
        );
        self
    }

    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert!(self.out.contains(text), "no `{text}` in\n{}", self.out);
        self
    }

    /// A line of these words, however far apart.
    #[track_caller]
    pub(crate) fn has_row(self, words: &str) -> Self {
        let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            self.out.lines().any(|line| squeezed(line) == words),
            "no `{words}` in\n{}",
            self.out
        );
        self
    }

    #[track_caller]
    pub(crate) fn notes(self, text: &str) -> Self {
        assert_eq!(
            self.err.matches(text).count(),
            1,
            "`{text}` is not there once in\n{}",
            self.err
        );
        self
    }

    #[track_caller]
    pub(crate) fn never_says(self, text: &str) -> Self {
        assert!(
            !self.out.contains(text),
            "`{text}` in stdout:\n{}",
            self.out
        );
        assert!(
            !self.err.contains(text),
            "`{text}` in stderr:\n{}",
            self.err
        );
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "{}", self.out);
        serde_json::from_str(&self.out).unwrap()
    }
}

impl Running {
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.as_mut().unwrap().read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    pub(crate) fn json_line(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Closes our end of the output, as `head` does.
    pub(crate) fn close(&mut self) {
        self.out = None;
    }

    /// Reads up to the end of the output, and waits for that of the process.
    pub(crate) fn end(mut self) -> Ran {
        let mut out = String::new();
        if let Some(stdout) = &mut self.out {
            stdout.read_to_string(&mut out).unwrap();
        }
        let mut err = String::new();
        self.child
            .stderr
            .as_mut()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        Ran {
            code: self.child.wait().unwrap().code(),
            out,
            err,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody else gets once it is free again: none of those that the system gives out by itself,
/// and another one for each who asks.
pub(crate) fn own_port() -> TcpListener {
    static ASKED: AtomicU16 = AtomicU16::new(0);
    let of_this_process = 20_000 + (std::process::id() % 120) as u16 * 100;
    loop {
        let port = of_this_process + ASKED.fetch_add(1, Ordering::Relaxed);
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener;
        }
    }
}

/// A DSN at whose port nobody listens.
pub(crate) fn dead_dsn() -> String {
    let listener = own_port();
    format!("http://{KEY}@{}/1", listener.local_addr().unwrap())
}

pub(crate) const KEY: &str = "c0ffee00c0ffee00c0ffee00c0ffee00";
