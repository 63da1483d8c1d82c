//! The screen, which whatever ends the view gives back as it was.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{panic, thread};

use anstream::{AutoStream, ColorChoice};
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, Event};
use crossterm::style::Print;
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen,
};
use crossterm::{execute, queue};

use super::text::width;

/// How long the view looks for keys before it looks for envelopes.
const TICK: Duration = Duration::from_millis(100);

/// Whether the screen is ours: a process has one, and one of several ends gives it back.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The screen is ours until this is dropped, the program panics, or a signal ends it.
pub(super) struct Terminal {
    shown: Vec<String>,
    size: (usize, usize),
    has_colours: bool,
}

impl Terminal {
    pub(super) fn take() -> io::Result<Self> {
        give_back_on_signals()?;
        give_back_on_panic();
        terminal::enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let terminal = Self {
            shown: Vec::new(),
            size: (0, 0),
            has_colours: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        };
        execute!(io::stdout(), EnterAlternateScreen, Hide)?;
        Ok(terminal)
    }

    /// Columns and rows.
    pub(super) fn size() -> (usize, usize) {
        let (columns, rows) = terminal::size().unwrap_or((80, 24));
        (columns.max(1).into(), rows.max(1).into())
    }

    /// Shows these lines. What stands there already is not written again: nothing flickers.
    pub(super) fn show(&mut self, mut lines: Vec<String>) -> io::Result<()> {
        let (columns, rows) = Self::size();
        lines.resize(rows, String::new());
        if !self.has_colours {
            for line in &mut lines {
                *line = anstream::adapter::strip_str(line).to_string();
            }
        }
        let mut bytes = Vec::new();
        if self.size != (columns, rows) {
            self.size = (columns, rows);
            self.shown.clear();
            queue!(bytes, Clear(ClearType::All))?;
        }
        for (row, line) in (0_u16..).zip(&lines) {
            if self.shown.get(usize::from(row)) == Some(line) {
                continue;
            }
            queue!(bytes, MoveTo(0, row), Print(line))?;
            // behind the last column, there is no place from which to clear
            if width(line) < columns {
                queue!(bytes, Clear(ClearType::UntilNewLine))?;
            }
        }
        self.shown = lines;
        if bytes.is_empty() {
            return Ok(());
        }
        let mut screen = io::stdout().lock();
        queue!(screen, BeginSynchronizedUpdate)?;
        screen.write_all(&bytes)?;
        execute!(screen, EndSynchronizedUpdate)
    }

    /// What was typed since the last time; `None` once the terminal is gone.
    pub(super) fn events() -> io::Result<Option<Vec<Event>>> {
        if !wait()? {
            return Ok(None);
        }
        let mut events = Vec::new();
        while event::poll(Duration::ZERO)? {
            events.push(event::read()?);
        }
        Ok(Some(events))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // each is tried, and there is nobody left to tell
        let _ = execute!(
            io::stdout(),
            EndSynchronizedUpdate,
            Show,
            LeaveAlternateScreen
        );
        let _ = terminal::disable_raw_mode();
    }
}

/// What a panic says belongs on the screen as it was before. Panics of other threads end nothing.
fn give_back_on_panic() {
    let ours = thread::current().id();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().id() == ours {
            give_back();
        }
        before(panic);
    }));
}

/// Gives the screen back, and then lets the signal do what it would have done.
#[cfg(unix)]
fn give_back_on_signals() -> io::Result<()> {
    use std::sync::Arc;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::{flag, iterator, low_level};

    const ENDING: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

    // a terminal that takes nothing more must not keep us: a second signal ends us at once
    let came = Arc::new(AtomicBool::new(false));
    for signal in ENDING {
        flag::register_conditional_default(signal, Arc::clone(&came))?;
        flag::register(signal, Arc::clone(&came))?;
    }
    let mut signals = iterator::Signals::new(ENDING)?;
    thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            // held to the end, so that nothing is drawn on a screen that is no longer ours
            let _screen = io::stdout().lock();
            give_back();
            let _ = low_level::emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// In raw mode, Ctrl-C is a key.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as it is on Unix")]
fn give_back_on_signals() -> io::Result<()> {
    Ok(())
}

/// Waits for keys for a moment; returns whether the terminal is still there.
///
/// `crossterm` would read from one that is gone without end.
#[cfg(target_os = "linux")]
fn wait() -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let stdin = io::stdin();
    let mut keys = [PollFd::new(&stdin, PollFlags::IN)];
    let tick = Timespec::try_from(TICK).map_err(io::Error::other)?;
    match poll(&mut keys, Some(&tick)) {
        // such as by a change of the window's size
        Err(rustix::io::Errno::INTR) => Ok(true),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(!keys[0].revents().contains(PollFlags::HUP)),
    }
}

#[cfg(not(target_os = "linux"))]
fn wait() -> io::Result<bool> {
    event::poll(TICK)?;
    Ok(true)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io::Read as _;
    use std::os::unix::ffi::OsStrExt as _;
    use std::process::Command;
    use std::{env, thread};

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{LocalModes, tcgetattr};

    use super::Terminal;

    const CHILD: &str = "DRAGONFLY_TEST_OF_A_PANIC";

    /// In a process of its own: this very test, with a terminal.
    #[test]
    fn a_panic_speaks_on_the_screen_as_it_was_before() {
        if env::var_os(CHILD).is_some() {
            let mut terminal = Terminal::take().unwrap();
            terminal.show(vec!["the view".to_owned()]).unwrap();
            assert!(thread::spawn(|| panic!("elsewhere")).join().is_err());
            terminal.show(vec!["it goes on".to_owned()]).unwrap();
            panic!("it broke");
        }
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let mut options = File::options();
        let screen = options.read(true).write(true);
        let screen = screen.open(OsStr::from_bytes(name.as_bytes())).unwrap();
        let end = || screen.try_clone().unwrap();
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "--nocapture", "--test-threads=1"]);
        child.arg("inbox::view::terminal::tests::a_panic_speaks_on_the_screen_as_it_was_before");
        child
            .env(CHILD, "1")
            .env("TERM", "xterm")
            .env_remove("NO_COLOR");
        child.stdin(end()).stdout(end()).stderr(end());
        let reader = thread::spawn(move || {
            let mut seen = Vec::new();
            // which fails once nobody has the screen any more
            let _ = File::from(ours).read_to_end(&mut seen);
            String::from_utf8_lossy(&seen).into_owned()
        });
        assert!(!child.status().unwrap().success());
        let modes = tcgetattr(&screen).unwrap().local_modes;
        assert!(modes.contains(LocalModes::ICANON | LocalModes::ECHO));
        drop((child, screen));
        let seen = reader.join().unwrap();
        let at = |text: &str| {
            seen.find(text)
                .unwrap_or_else(|| panic!("no {text} in {seen:?}"))
        };
        let order = [
            "?1049h",
            "the view",
            "elsewhere",
            "it goes on",
            "?1049l",
            "it broke",
        ]
        .map(at);
        assert!(order.is_sorted(), "{seen:?}");
        assert_eq!(seen.matches("?1049l").count(), 1);
    }
}
