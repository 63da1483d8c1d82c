//! `dragonfly inbox`: a receiver on loopback that prints what comes.

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::Duration;

use dragonfly::inbox::{Envelope, Inbox, Item};
use serde_json::{Value, json};

use crate::screen;
use crate::screen::{FAINT, one_line};

const EXIT_CODES: &str = "\
Exit codes:
  0  ended after --count events, or because nobody reads the output any more
  1  the port cannot be had
  2  the command line is wrong";

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

const JSON: &str = "\
Print JSON, one object a line: first {dsn}, then {kind, header, payload} for each item of an \
envelope; a payload that is no JSON is a string, one that is no text is null";

/// Receives reports on loopback and prints them as they come
///
/// The first line gives the DSN to use: run it in the shell that starts your program. Nothing leaves
/// this machine, and nothing is kept. Ctrl-C ends it.
///
/// What arrives is printed as it came, so that you see what would have reached Sentry: dragonfly has
/// scrubbed its own by then, other SDKs may have not.
///
/// With `--port 8969` it stands in for Spotlight: programs that run with `SENTRY_SPOTLIGHT=1` send it their
/// copies, whether they have a DSN or not.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// The port on 127.0.0.1; 0 is any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Print JSON, one object a line
    #[arg(long, long_help = JSON)]
    json: bool,
    /// End after N events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let inbox = match Inbox::bind((Ipv4Addr::LOCALHOST, args.port)) {
        Ok(inbox) => inbox,
        Err(error) => return Ok(no_port(args.port, &error)),
    };
    announce(&inbox, args)?;
    let mut events = 0;
    loop {
        let Some(envelope) = inbox.next_envelope(AN_HOUR) else {
            continue;
        };
        if args.json {
            print_json(&envelope)?;
        } else {
            print(&envelope)?;
        }
        events += envelope.events().len() as u64;
        if args.count.is_some_and(|count| events >= count) {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

fn no_port(port: u16, error: &io::Error) -> ExitCode {
    screen::say(&format!("listening on 127.0.0.1:{port} failed: {error}"));
    if port != 0 {
        screen::say("without `--port` it takes a port that is free");
    }
    ExitCode::FAILURE
}

fn announce(inbox: &Inbox, args: &Args) -> io::Result<()> {
    let dsn = inbox.dsn();
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{}", json!({ "dsn": dsn }))?;
    } else {
        // plain, to be copied or read by a script
        writeln!(out, "export SENTRY_DSN={dsn}\n")?;
    }
    out.flush()
}

pub(crate) fn print(envelope: &Envelope) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let mut events = envelope.events().iter();
    for item in envelope.items() {
        let is_event = item.kind() == "event" && item.json().is_some_and(|json| json.is_object());
        match events.next().filter(|_| is_event) {
            Some(event) => writeln!(out, "{event:#}\n")?,
            None => writeln!(out, "{FAINT} {}{FAINT:#}", in_short(item))?,
        }
    }
    out.flush()
}

/// What an item is about, on one line.
fn in_short(item: &Item) -> String {
    let json = item.json().unwrap_or_default();
    let text = |key: &str| text(&json, key).map(str::to_owned);
    let about = match item.kind() {
        "transaction" => text("transaction"),
        "session" => Some(session(&json)),
        "sessions" => Some(sessions(&json)),
        "check_in" => text("monitor_slug"),
        "client_report" => Some(lost(&json)),
        "attachment" => item
            .header()
            .get("filename")
            .and_then(Value::as_str)
            .map(str::to_owned),
        _ => None,
    };
    let about = about.map(|about| format!("  {about}")).unwrap_or_default();
    let size = match item.payload().len() {
        1 => "1 byte".to_owned(),
        size => format!("{size} bytes"),
    };
    one_line(&format!("{}{about}  {size}", item.kind()))
}

/// `exited, 2 errors, after 1.2 s, shop@1.4.2`.
fn session(session: &Value) -> String {
    let errors = session.get("errors").and_then(Value::as_u64);
    let mut known = vec![text(session, "status").unwrap_or("ok").to_owned()];
    known.extend(match errors {
        None | Some(0) => None,
        Some(1) => Some("1 error".to_owned()),
        Some(count) => Some(format!("{count} errors")),
    });
    let duration = session.get("duration").and_then(Value::as_f64);
    known.extend(duration.map(|seconds| format!("after {seconds:.1} s")));
    known.extend(release(session));
    known.join(", ")
}

/// `12 exited, 1 crashed, shop@1.4.2`, of all minutes together.
fn sessions(sessions: &Value) -> String {
    let aggregates = sessions.get("aggregates").and_then(Value::as_array);
    let sum = |status: &str| -> u64 {
        let counts = aggregates.into_iter().flatten();
        counts
            .filter_map(|counts| counts.get(status)?.as_u64())
            .fold(0, u64::saturating_add)
    };
    let counts = ["exited", "errored", "abnormal", "crashed"].map(|status| (sum(status), status));
    let known = counts.iter().filter(|(count, _)| *count > 0);
    let mut known: Vec<String> = known
        .map(|(count, status)| format!("{count} {status}"))
        .collect();
    if known.is_empty() {
        known.push("nothing".to_owned());
    }
    known.extend(release(sessions));
    known.join(", ")
}

fn release(session: &Value) -> Option<String> {
    text(session.get("attrs")?, "release").map(str::to_owned)
}

fn text<'a>(json: &'a Value, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str()
}

/// `3 error lost (queue_overflow), 1 transaction lost (sample_rate)`.
fn lost(report: &Value) -> String {
    let entries = report.get("discarded_events").and_then(Value::as_array);
    let lost: Vec<String> = entries
        .into_iter()
        .flatten()
        .filter_map(|lost| {
            let count = lost.get("quantity")?.as_u64()?;
            let category = lost.get("category")?.as_str()?;
            let reason = lost.get("reason")?.as_str()?;
            Some(format!("{count} {category} lost ({reason})"))
        })
        .collect();
    lost.join(", ")
}

pub(crate) fn print_json(envelope: &Envelope) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for item in envelope.items() {
        let text = || std::str::from_utf8(item.payload()).ok().map(Value::from);
        let payload = item.json().or_else(text);
        let line = json!({ "kind": item.kind(), "header": item.header(), "payload": payload });
        writeln!(out, "{line}")?;
    }
    out.flush()
}
