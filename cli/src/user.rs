//! `dragonfly user`: by which id this installation is counted, as an affected user.

use std::io::{self, Write};
use std::process::ExitCode;

use dragonfly::config::Settings;
use dragonfly::user::AnonymousUser;
use serde_json::json;

use crate::screen::{BOLD, FAINT, one_line};
use crate::{WRONG, screen, settings};

const EXIT_CODES: &str = "\
Exit codes:
  0  done, also if there is no id
  1  the file cannot be read or deleted
  2  the spool is off, so that there is no place for an id, there is no DSN, or
     the command line is wrong

Other settings that are wrong are said on stderr, and left out.";

/// Shows the random id by which this installation is counted as an affected user
///
/// Programs make it at their first start with `anonymous_users`, beside the spool, one for each project that they
/// report to: this shows that of the DSN here. It says nothing of anybody; whoever resets it is somebody new
/// from the next start on.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Delete the id: the next run takes a new one
    #[arg(long)]
    reset: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let settings = settings();
    for note in &settings.notes {
        screen::say(note);
    }
    let Some(user) = AnonymousUser::of(&settings) else {
        screen::say(if settings.spool.value.is_none() {
            "the spool is off, or there is no home for it: an id has its place beside the spool"
        } else {
            "no DSN says which project's users are meant: each has an id of its own; set `SENTRY_DSN`"
        });
        return Ok(ExitCode::from(WRONG));
    };
    if args.reset {
        match user.reset() {
            Ok(was_there) => print_reset(was_there, args.json),
            Err(error) => Ok(failed("deleting", &user, &error)),
        }
    } else {
        match user.id() {
            Ok(id) => print(&user, id.as_deref(), &settings, args.json),
            Err(error) => Ok(failed("reading", &user, &error)),
        }
    }
}

fn failed(what: &str, user: &AnonymousUser, error: &io::Error) -> ExitCode {
    let why = match error.kind() {
        io::ErrorKind::InvalidData => "another user may have written it".to_owned(),
        _ => error.to_string(),
    };
    screen::say(&format!("{what} `{}` failed: {why}", user.path().display()));
    ExitCode::FAILURE
}

fn print(
    user: &AnonymousUser,
    id: Option<&str>,
    settings: &Settings,
    as_json: bool,
) -> io::Result<ExitCode> {
    let is_used = settings.anonymous_users.value;
    let mut out = screen::stdout();
    if as_json {
        let line = json!({ "id": id, "path": user.path(), "anonymous_users": is_used });
        writeln!(out, "{line}")?;
    } else {
        let path = one_line(&user.path().to_string_lossy());
        match id {
            Some(id) => writeln!(out, "{BOLD}{id}{BOLD:#}  {FAINT}in {path}{FAINT:#}")?,
            None => writeln!(out, "there is no id; it would be in {path}")?,
        }
        if !is_used {
            writeln!(
                out,
                "{FAINT}programs say it with `anonymous_users` only, which is off here{FAINT:#}"
            )?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn print_reset(was_there: bool, as_json: bool) -> io::Result<ExitCode> {
    let mut out = screen::stdout();
    if as_json {
        writeln!(out, "{}", json!({ "deleted": was_there }))?;
    } else if was_there {
        writeln!(out, "deleted: the next run takes a new one")?;
    } else {
        writeln!(out, "there was no id")?;
    }
    Ok(ExitCode::SUCCESS)
}
