//! `dragonfly config`: what a program that starts here would run with.

use std::io::{self, Write};
use std::process::ExitCode;

use dragonfly::config::{
    Defaults, Entry, OffReason, Overrides, Reporting, Settings, Source, meant_by,
};
use serde_json::json;

use crate::screen::{BAD, BOLD, CALM, FAINT, GOOD, one_line};
use crate::{WRONG, screen, spool, table};

const EXIT_CODES: &str = "\
Exit codes:
  0  the configuration is right, whether reporting is on or off
  2  something in it is wrong (stderr says where), or the command line is";

/// Prints the resolved settings: value and source of each, secrets masked
///
/// They are those of a program that is started in this folder with this environment. What its code
/// says is stronger, and not seen here.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Print one JSON object instead of text: status (on, off, misconfigured), reporting (true, false),
    /// reason, settings, notes, unread (variables that nobody reads, and may be meant for one that is)
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    // those of a program built with optimisations; only it knows its own name and version
    let defaults = Defaults {
        environment: "production",
        release: Some("<package>@<version>".to_owned()),
    };
    let settings = Settings::resolve(&Overrides::default(), &defaults);
    let status = Status::of(&settings);
    for note in &settings.notes {
        screen::say(note);
    }
    let unread = unread(&settings.notes);
    for hint in &unread {
        screen::say(hint);
    }
    let entries = settings.entries();
    let printed = if args.json {
        let report = json!({
            "status": status.name(),
            "reporting": settings.state.is_on(),
            "reason": reason(&settings),
            "settings": table::json(&entries),
            "notes": settings.notes,
            "unread": unread,
        });
        writeln!(screen::stdout(), "{report}")
    } else {
        print(&settings, &entries, status)
    };
    screen::unless_closed(printed)?;
    Ok(match status {
        Status::On | Status::Off => ExitCode::SUCCESS,
        Status::Misconfigured => ExitCode::from(WRONG),
    })
}

/// Variables that are near one that is read, but for those that a note is about. They may be somebody else's, so
/// nothing is wrong.
fn unread(notes: &[String]) -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let hint = |name: String| {
        let quoted = format!("`{name}`");
        let is_noted = notes.iter().any(|note| note.contains(&quoted));
        let meant = meant_by(&name).filter(|_| !is_noted)?;
        Some(format!("{quoted} is not read, did you mean `{meant}`?"))
    };
    let mut hints: Vec<_> = names.filter_map(hint).collect();
    hints.sort_unstable();
    hints
}

#[derive(Clone, Copy)]
enum Status {
    On,
    Off,
    Misconfigured,
}

impl Status {
    fn of(settings: &Settings) -> Self {
        match &settings.state {
            _ if !settings.notes.is_empty() => Self::Misconfigured,
            Reporting::On => Self::On,
            Reporting::Off(reason) if reason.is_intended() => Self::Off,
            Reporting::Off(_) => Self::Misconfigured,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Misconfigured => "misconfigured",
        }
    }
}

fn reason(settings: &Settings) -> Option<String> {
    match &settings.state {
        Reporting::On => settings.notes.first().cloned(),
        Reporting::Off(OffReason::NoDsn) if !settings.notes.is_empty() => {
            settings.notes.first().cloned()
        }
        Reporting::Off(reason) => Some(reason.to_string()),
    }
}

fn print(settings: &Settings, entries: &[Entry], status: Status) -> io::Result<()> {
    let mut out = screen::stdout();
    table::print(&mut out, entries)?;
    if settings.environment.source == Source::Default {
        writeln!(
            out,
            "\n  {FAINT}a debug build has environment `development`, and traces_sample_rate 1 by \
             default{FAINT:#}"
        )?;
    }
    let style = match (&settings.state, status) {
        (Reporting::On, _) => GOOD,
        (_, Status::Misconfigured) => BAD,
        _ => CALM,
    };
    let state = one_line(&settings.state.to_string());
    writeln!(out, "\n{BOLD}Reporting{BOLD:#}  {style}{state}{style:#}")?;
    if let Some(note) = spool::missing(settings) {
        writeln!(out, "{BOLD}Spool{BOLD:#}      {note}")?;
    }
    if settings.state.is_on() && settings.dry_run.value {
        writeln!(
            out,
            "{BOLD}Dry run{BOLD:#}    what would be sent is printed, and nothing is sent"
        )?;
    }
    if let Some(url) = &settings.spotlight.value {
        let url = one_line(url);
        writeln!(
            out,
            "{BOLD}Spotlight{BOLD:#}  a copy of everything goes to {url}"
        )?;
    }
    if let Status::Misconfigured = status {
        writeln!(out, "{BOLD}Next step{BOLD:#}  correct what stderr says")?;
    }
    out.flush()
}
