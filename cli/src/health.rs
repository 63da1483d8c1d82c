//! `dragonfly health`: sends one test error the way that all errors go, and says what came back.

mod finding;

use std::fmt;
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::process::ExitCode;
use std::time::Duration;

use dragonfly::config::{Defaults, Overrides, Reporting, Settings};
use dragonfly::report_errors;
use dragonfly::sentry::ClientOptions;
use serde_json::json;

use self::finding::{Finding, Status};
use crate::screen::{BAD, BOLD, CALM, GOOD, one_line};
use crate::{screen, spool, table};

const EXIT_CODES: &str = "\
Exit codes:
  0  the test error arrived, or reporting is off on purpose (no DSN, or
     SENTRY_DSN set to nothing)
  1  the server could not be reached, refused the test error, or did not
     answer in time
  2  something in the configuration is wrong (stderr says where), even if the
     test error arrived, or the command line is";

const JSON: &str = "\
Print one JSON object instead of text: status (healthy, off, unreachable, misconfigured), reason, \
next_step, settings, notes, answer, event_id, waiting (envelopes in the spool); null where there is nothing to \
say";

/// Sends one test error and says whether it arrived
///
/// Shows the settings found (each with its source, secrets masked), whether reporting is on, what the
/// server answered, and on a failure what to do next.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Print one JSON object instead of text
    #[arg(long, long_help = JSON)]
    json: bool,
    /// How long to wait for the server
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    timeout: Duration,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    const WRONG: &str = "expected seconds, more than 0 and at most 3600";
    let seconds: f64 = text.parse().map_err(|_| WRONG)?;
    if seconds > 0.0 && seconds <= 3600.0 {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(WRONG)
    }
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let settings = Settings::resolve(&Overrides::default(), &defaults());
    if !args.json {
        screen::unless_closed(print_settings(&settings))?;
    }
    let finding = examine(&settings, args.timeout);
    if screen::is_quiet() && matches!(finding.status, Status::Unreachable) {
        let next_step = finding.next_step.as_deref().unwrap_or_default();
        screen::say(&format!("{}: {next_step}", finding.sentence()));
    }
    screen::unless_closed(if args.json {
        print_json(&settings, &finding)
    } else {
        print(&settings, &finding)
    })?;
    Ok(finding.status.code())
}

/// What `dragonfly::init!` takes for this crate where nothing else is said.
fn defaults() -> Defaults {
    Defaults {
        environment: if cfg!(debug_assertions) {
            "development"
        } else {
            "production"
        },
        release: Some(concat!(env!("CARGO_PKG_NAME"), "@", env!("CARGO_PKG_VERSION")).to_owned()),
    }
}

/// The error that is sent.
#[derive(Debug)]
struct HealthCheck;

impl fmt::Display for HealthCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a test error of `dragonfly health`: reporting works")
    }
}

impl std::error::Error for HealthCheck {}

#[report_errors]
fn send_test_error() -> Result<(), HealthCheck> {
    Err(HealthCheck)
}

fn examine(settings: &Settings, timeout: Duration) -> Finding {
    // The notes on the settings are said here, on stderr. Never dropped: that would wait once more,
    // for what was already waited for.
    // a test error is of no use later, must be sent to see whether it arrives, and is no run to be counted
    let guard = ManuallyDrop::new(dragonfly::init!(
        ignore_errors = [],
        spool = off,
        dry_run = false,
        spotlight = false,
        sessions = false,
        shutdown_timeout = 0.1, // it was waited for already
        configure = always_sampled
    ));
    say_of_the_others(settings);
    let finding = if let Reporting::Off(reason) = &settings.state {
        Finding::off(reason)
    } else if guard.is_enabled() {
        // it is reported by its attribute
        let _ = send_test_error();
        guard.flush(timeout);
        Finding::of_answer(guard.delivery().last_answer.as_ref(), settings, timeout)
    } else {
        Finding::not_started()
    };
    finding.unless_misconfigured(settings)
}

/// Says what is wrong with settings that the start did not ask for.
fn say_of_the_others(settings: &Settings) {
    let without = Overrides {
        ignore_errors: Some(Vec::new()),
        spool: Some("off".into()),
        dry_run: Some(false),
        spotlight: Some("false".into()),
        sessions: Some(false),
        shutdown_timeout: Some(Duration::ZERO),
        ..Overrides::default()
    };
    let said = Settings::resolve(&without, &defaults()).notes;
    for note in settings.notes.iter().filter(|note| !said.contains(note)) {
        screen::say(note);
    }
}

/// A sample rate must not decide whether the server is there.
fn always_sampled(options: ClientOptions) -> ClientOptions {
    options.sample_rate(1.0)
}

fn print_settings(settings: &Settings) -> io::Result<()> {
    let mut out = screen::stdout();
    table::print(&mut out, &settings.entries())?;
    writeln!(out)?;
    out.flush()
}

fn print(settings: &Settings, finding: &Finding) -> io::Result<()> {
    let mut out = screen::stdout();
    let mut row = |label: &str, style: anstyle::Style, text: &str| {
        let text = one_line(text);
        writeln!(out, "{BOLD}{label:<10}{BOLD:#}  {style}{text}{style:#}")
    };
    let plain = anstyle::Style::new();
    let style = match finding.status {
        Status::Healthy => GOOD,
        Status::Off => CALM,
        Status::Unreachable | Status::Misconfigured => BAD,
    };
    match &settings.state {
        Reporting::On => {
            row("Reporting", GOOD, "on")?;
            row("Test error", style, &finding.sentence())?;
        }
        Reporting::Off(_) => row("Reporting", style, &format!("off: {}", finding.sentence()))?,
    }
    if let Some(next_step) = &finding.next_step {
        row("Next step", plain, next_step)?;
    }
    if let Some((count, oldest)) = spool::waiting(settings) {
        let note = format!(
            "{count} in the spool, the oldest for {}: the next start of a program sends them, or \
             `dragonfly spool send`",
            spool::age(oldest)
        );
        row("Waiting", plain, &note)?;
    }
    if let Some(note) = spool::missing(settings) {
        row("Spool", plain, note)?;
    }
    if let Some(url) = &settings.spotlight.value {
        let note = format!(
            "programs send a copy of everything to {url} ({}); the test error is not sent there",
            settings.spotlight.source
        );
        row("Spotlight", plain, &note)?;
    }
    if settings.state.is_on() && settings.dry_run.value {
        let note = format!(
            "programs print what they would send, and send nothing ({}); the test error is sent all the same",
            settings.dry_run.source
        );
        row("Dry run", plain, &note)?;
    }
    let rate = &settings.sample_rate;
    if settings.state.is_on() && rate.value < 1.0 {
        let note = format!(
            "sample_rate is {} ({}): programs send that share of their errors; the test error is \
             always sent",
            rate.value, rate.source
        );
        row("Note", plain, &note)?;
    }
    out.flush()
}

fn print_json(settings: &Settings, finding: &Finding) -> io::Result<()> {
    let report = json!({
        "status": finding.status.name(),
        "reason": finding.reason,
        "next_step": finding.next_step,
        "settings": table::json(&settings.entries()),
        "notes": settings.notes,
        "answer": finding.answer,
        "event_id": finding.event_id,
        "waiting": spool::waiting(settings).map_or(0, |(count, _)| count),
    });
    writeln!(screen::stdout(), "{report}")
}
