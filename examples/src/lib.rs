//! What the examples share: a stage with an inbox on it.

use dragonfly::inbox::{Envelope, Inbox};
use serde_json::Value;
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
    let envelopes = inbox.envelopes();
    for item in envelopes.iter().flat_map(Envelope::items) {
        let content: Value = serde_json::from_slice(item.payload()).unwrap_or_default();
        if let Some(line) = line_of(item.kind(), &content) {
            println!("{line}");
        }
    }
    Ok(())
}

/// What is no event, in a line.
fn line_of(kind: &str, item: &Value) -> Option<String> {
    match kind {
        "transaction" => {
            let trace = &item["contexts"]["trace"];
            let id = trace["trace_id"].as_str()?.get(..8)?;
            let spans = item["spans"].as_array()?.len();
            let (name, status) = (item["transaction"].as_str()?, trace["status"].as_str()?);
            Some(format!(
                "transaction `{name}` in trace {id}: {status}, {spans} spans"
            ))
        }
        "check_in" => {
            let (slug, status) = (item["monitor_slug"].as_str()?, item["status"].as_str()?);
            Some(format!("check-in of `{slug}`: {status}"))
        }
        "session" => {
            let (status, errors) = (item["status"].as_str()?, item["errors"].as_u64()?);
            Some(format!("session: {status}, {errors} errors"))
        }
        _ => None,
    }
}
