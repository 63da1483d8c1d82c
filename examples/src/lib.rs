//! What the examples share: a stage with an inbox on it.

use dragonfly::inbox::Inbox;
use std::io;
use std::process::Command;
use std::time::Duration;

/// Runs this very program once more, its reports going to an inbox on loopback, and prints what arrived.
///
/// # Errors
///
/// If there is no free port on loopback, or the program cannot be started.
pub fn with_inbox() -> io::Result<()> {
    let inbox = Inbox::start()?;
    let program = std::env::current_exe()?;
    println!(
        "$ SENTRY_DSN={} {}",
        inbox.dsn(),
        program.file_name().unwrap_or_default().display()
    );
    let status = Command::new(program)
        .env("SENTRY_DSN", inbox.dsn())
        .status()?;

    let events = inbox.wait_for_events(0, Duration::ZERO);
    println!("\n{status}; {} events in the inbox:", events.len());
    for event in &events {
        anstream::println!("\n{event:#}");
    }
    Ok(())
}
