//! `dragonfly spool`: what programs could not deliver yet.

use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use dragonfly::Answer;
use dragonfly::config::{Settings, Source};
use dragonfly::inbox::Envelope;
use dragonfly::scrub::printed;
use dragonfly::sentry::types::Dsn;
use dragonfly::spool::{Destination, Kept};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::screen::{BOLD, FAINT, one_line, size};
use crate::{WRONG, screen, settings};

const EXIT_CODES: &str = "\
Exit codes:
  0  done, also if nothing waits
  1  not all could be sent, or a file could not be read
  2  the spool is off, there is no DSN to send to, nothing has that number, or
     the command line is wrong

Other settings that are wrong are said on stderr, and left out.";

/// Shows, sends or deletes what programs could not deliver yet
///
/// Programs keep each event on disk until the server took it, and send what earlier runs left. The
/// folder is that of a program which is started here: `dragonfly config` shows it.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print JSON, one object a line
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Lists what waits, the oldest first: number, age, size, title (this is the default)
    List,
    /// Shows one as it would be sent: its events as the inbox prints them, with --json the items
    Show {
        /// The number that `list` gives it
        number: usize,
    },
    /// Sends now what no running program works on, of the DSN's server and project
    Send,
    /// Deletes, unsent, what no running program works on, whatever its server and project; also what
    /// programs set aside, as it is no envelope
    Clear,
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let settings = settings();
    for note in &settings.notes {
        screen::say(note);
    }
    let Some(root) = settings.spool.value.clone() else {
        screen::say(
            "the spool is off, or there is no home for it: name a folder in `DRAGONFLY_SPOOL`",
        );
        return Ok(ExitCode::from(WRONG));
    };
    if let Err(why) = readable(&root) {
        screen::say(&why);
        return Ok(ExitCode::FAILURE);
    }
    match args.command.as_ref().unwrap_or(&Command::List) {
        Command::List => list(&root, &settings, args.json),
        Command::Show { number } => show(&root, &settings, *number, args.json),
        Command::Send if settings.dry_run.value => {
            screen::say(
                "nothing is sent in a dry run: `dragonfly spool show` prints what would be",
            );
            Ok(ExitCode::from(WRONG))
        }
        Command::Send => match &settings.dsn.value {
            Some(dsn) => send(&root, dsn, &settings, args.json),
            None => {
                screen::say(
                    "sending needs a DSN: set `SENTRY_DSN`, or write `dsn = ..` below `[auth]` into .sentryclirc",
                );
                Ok(ExitCode::from(WRONG))
            }
        },
        Command::Clear => clear(&root, args.json),
    }
}

/// How many envelopes wait for a DSN, and how old the oldest is.
pub(crate) fn waiting(settings: &Settings) -> Option<(usize, Duration)> {
    let root = settings.spool.value.as_ref()?;
    let kept = Destination::of(root, settings.dsn.value.as_ref()?).list();
    Some((kept.len(), kept.first()?.age()))
}

/// Says so where programs report, and nobody named a place for a spool where there is none by default.
pub(crate) fn missing(settings: &Settings) -> Option<&'static str> {
    let spool = &settings.spool;
    let is_missing = spool.value.is_none() && spool.source == Source::Default;
    (is_missing && settings.state.is_on()).then_some(
        "undelivered events are kept in memory only, as there is no home: name a folder that stays in \
         DRAGONFLY_SPOOL, or as `spool` below `[dragonfly]` in .sentryclirc",
    )
}

/// Whether the folders of a spool can be read, those of its destinations and of their runs too.
fn readable(root: &Path) -> Result<(), String> {
    let mut folders = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let found = match fs::read_dir(&folder) {
            Ok(found) => found,
            // it comes with the first event, and a run's goes with its last
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(format!(
                    "reading the spool failed: `{}`: {error}: run it as the user whose programs write there, \
                     or name another folder in `DRAGONFLY_SPOOL`",
                    folder.display()
                ));
            }
        };
        let paths = found.flatten().map(|entry| entry.path());
        folders.extend(
            paths
                .filter(|path| depth < 2 && path.is_dir())
                .map(|path| (path, depth + 1)),
        );
    }
    Ok(())
}

/// All that waits, numbered from 1, with the name of where it is to go.
fn all(root: &Path) -> Vec<(String, Kept)> {
    let of = |destination: Destination| {
        let name = destination.path().file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let kept = destination.list();
        kept.into_iter().map(move |kept| (name.clone(), kept))
    };
    Destination::all(root).into_iter().flat_map(of).collect()
}

fn list(root: &Path, settings: &Settings, as_json: bool) -> io::Result<ExitCode> {
    let all = all(root);
    let mut out = screen::stdout();
    if !as_json && all.is_empty() {
        writeln!(
            out,
            "nothing waits in {}",
            one_line(&root.to_string_lossy())
        )?;
    }
    let mut last = "";
    let mut is_readable = true;
    for (number, (destination, kept)) in (1..).zip(&all) {
        let Some(title) = title(kept, settings) else {
            continue; // a running program delivered it meanwhile
        };
        is_readable &= title.is_ok();
        let title = title.unwrap_or_else(|why| why);
        if as_json {
            let line = json!({
                "number": number,
                "destination": destination,
                "age_seconds": kept.age().as_secs(),
                "bytes": kept.bytes(),
                "title": title,
                "path": kept.path(),
            });
            writeln!(out, "{line}")?;
            continue;
        }
        if last != destination {
            writeln!(out, "{BOLD}{}{BOLD:#}", one_line(destination))?;
            last = destination;
        }
        let (age, size) = (age(kept.age()), size(kept.bytes()));
        writeln!(
            out,
            "{number:>4}  {FAINT}{age:>6}  {size:>8}{FAINT:#}  {title}"
        )?;
    }
    out.flush()?;
    for destination in Destination::all(root) {
        say_what_is_aside(&destination);
    }
    Ok(if is_readable {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn say_what_is_aside(destination: &Destination) {
    let aside = destination.set_aside();
    let Some(folder) = aside.first().and_then(|path| path.parent()) else {
        return;
    };
    screen::say(&format!(
        "set aside in `{}`, as no envelopes: {}; `dragonfly spool clear` deletes what is there",
        folder.display(),
        match aside.len() {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        }
    ));
}

/// What lies there may be of an older version, or of another program: it is shown as it would be sent.
fn envelope(kept: &Kept, settings: &Settings) -> io::Result<Envelope> {
    Envelope::read(&kept.as_sent(settings)?)
}

/// Of a file that cannot be read, why; nothing of one that is gone.
fn title(kept: &Kept, settings: &Settings) -> Option<Result<String, String>> {
    let envelope = match envelope(kept, settings) {
        Ok(envelope) => envelope,
        Err(error) => {
            let why = format!("not to be sent: {error}");
            return match error.kind() {
                io::ErrorKind::NotFound => None,
                // what is no envelope of ours can be read all the same
                io::ErrorKind::InvalidData => Some(Ok(why)),
                _ => Some(Err(why)),
            };
        }
    };
    let title = match (envelope.events().first(), envelope.items().first()) {
        (Some(event), _) => event.title(),
        (None, Some(item)) => item.kind().to_owned(),
        (None, None) => "empty".to_owned(),
    };
    Some(Ok(one_line(&title)))
}

fn show(root: &Path, settings: &Settings, number: usize, as_json: bool) -> io::Result<ExitCode> {
    let Some((_, kept)) = number
        .checked_sub(1)
        .and_then(|index| all(root).into_iter().nth(index))
    else {
        screen::say(&format!(
            "nothing has the number {number}: `dragonfly spool` lists what waits"
        ));
        return Ok(ExitCode::from(WRONG));
    };
    let envelope = match envelope(&kept, settings) {
        Ok(envelope) => envelope,
        Err(error) => {
            let next_step = if error.kind() == io::ErrorKind::InvalidData {
                ": it is no envelope, and `dragonfly spool clear` deletes it with all that waits"
            } else {
                ""
            };
            screen::say(&format!(
                "reading `{}` failed: {error}{next_step}",
                kept.path().display()
            ));
            return Ok(ExitCode::FAILURE);
        }
    };
    if as_json {
        crate::inbox::print_json(&envelope)?;
    } else {
        crate::inbox::print(&envelope)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn send(root: &Path, dsn: &Dsn, settings: &Settings, as_json: bool) -> io::Result<ExitCode> {
    let destination = Destination::of(root, dsn);
    let waiting = destination.list().len();
    let bar = if io::stderr().is_terminal() && !as_json {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} sent, {eta} left");
        ProgressBar::new(waiting as u64)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    } else {
        ProgressBar::hidden()
    };
    let (mut sent, mut refused, mut failed) = (0_u64, 0_u64, None);
    let unfit = destination.send(settings, |_, answer| {
        match answer {
            Answer::Taken { .. } => sent += 1,
            Answer::Refused { status: 400.., .. } => refused += 1,
            other => failed = Some(why(other)),
        }
        bar.inc(1);
        failed.is_none()
    });
    bar.finish_and_clear();
    let left = destination.list().len();
    if as_json {
        let report = json!({
            "sent": sent,
            "refused": refused,
            "left": left,
            "unfit": unfit,
            "set_aside": destination.set_aside().len(),
            "failed": failed,
        });
        writeln!(screen::stdout(), "{report}")?;
    } else {
        let mut out = screen::stdout();
        writeln!(
            out,
            "{sent} sent, {refused} refused and removed, {left} left"
        )?;
        if let Some(why) = &failed {
            screen::say(&format!("sending ended early: {why}"));
        } else if unfit > 0 {
            screen::say(&format!(
                "{unfit} of what is left cannot be read, or is no envelope of ours: `dragonfly spool` lists it, \
                 `dragonfly spool clear` deletes it with all that waits"
            ));
        } else if left > 0 {
            screen::say("running programs work on what is left: `dragonfly spool` lists it");
        }
        say_what_is_aside(&destination);
        let all = Destination::all(root);
        let others = all
            .iter()
            .filter(|other| other.path() != destination.path());
        let others: usize = others.map(|other| other.list().len()).sum();
        if others > 0 {
            screen::say(&format!(
                "{others} more wait for other servers or projects: `dragonfly spool` lists them"
            ));
        }
    }
    Ok(if failed.is_none() && refused == 0 && unfit == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn why(answer: &Answer) -> String {
    match answer {
        Answer::RateLimited => "the server asks for patience".to_owned(),
        Answer::Failed { status } => format!("the server failed with status {status}"),
        Answer::Unreachable(why) => format!("the server cannot be reached: {}", printed(why)),
        Answer::Untrusted(why) => {
            format!("the server's certificate was refused: {}", printed(why))
        }
        Answer::Refused { status, .. } => {
            format!("the server answered with status {status}, and redirects are not followed")
        }
        other => format!("{other:?}"),
    }
}

fn clear(root: &Path, as_json: bool) -> io::Result<ExitCode> {
    let all = Destination::all(root);
    let count: usize = all.iter().map(Destination::clear).sum();
    let aside: usize = all.iter().map(Destination::clear_set_aside).sum();
    let mut out = screen::stdout();
    if as_json {
        writeln!(out, "{}", json!({ "deleted": count, "set_aside": aside }))?;
    } else {
        match aside {
            0 => writeln!(out, "{count} deleted")?,
            1 => writeln!(out, "{count} deleted, and 1 file that was no envelope")?,
            _ => writeln!(
                out,
                "{count} deleted, and {aside} files that were no envelopes"
            )?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `12 s`, `5 min`, `3 h`, `2 d`.
pub(crate) fn age(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::title;
    use dragonfly::config::{Defaults, Overrides, Settings};
    use dragonfly::spool::Destination;
    use std::fs;

    #[test]
    fn what_was_delivered_since_it_was_listed_is_nothing_that_cannot_be_read() {
        let root = tempfile::tempdir().unwrap();
        let run = root.path().join("sentry.example.com-443-1/run");
        fs::create_dir_all(&run).unwrap();
        fs::write(run.join("lock"), "").unwrap();
        let file = run.join("1700000000000-000001.envelope");
        fs::write(&file, "{}\n{\"type\":\"event\"}\n{}\n").unwrap();
        let defaults = Defaults {
            environment: "test",
            release: None,
        };
        let settings = Settings::resolve(&Overrides::default(), &defaults);
        let listed = Destination::all(root.path())[0].list();
        assert!(title(&listed[0], &settings).is_some_and(|title| title.is_ok()));
        fs::remove_file(file).unwrap();
        assert_eq!(title(&listed[0], &settings), None);
    }
}
