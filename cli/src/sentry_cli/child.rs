//! Runs a program as if it were this one: on the same terminal, ended by the same signals.

use std::io;
use std::process::{Command, ExitStatus};

/// A signal that is meant for us is passed on, and the end of the child awaited.
#[cfg(unix)]
pub(super) fn wait_for(command: &mut Command) -> io::Result<ExitStatus> {
    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::iterator::Signals;

    // before it runs, so that its end is not missed; it starts with its own defaults
    let mut signals = Signals::new([SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
    let mut child = command.spawn()?;
    for signal in signals.forever() {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if signal != SIGCHLD
            && let Some(signal) = Signal::from_named_raw(signal)
        {
            // it still runs, or waits for us to look at it: the id is its own
            let _ = kill_process(Pid::from_child(&child), signal);
        }
    }
    child.wait()
}

/// A console tells both of Ctrl-C.
#[cfg(not(unix))]
pub(super) fn wait_for(command: &mut Command) -> io::Result<ExitStatus> {
    command.status()
}
