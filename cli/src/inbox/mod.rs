//! `dragonfly inbox`: a receiver on loopback that shows what comes.

mod issues;
mod keep;
mod plain;
mod sessions;
mod view;

use std::io::{self, IsTerminal as _, Write as _};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use dragonfly::inbox::{Envelope, Inbox};
use serde_json::json;

use self::keep::Keep;
pub(crate) use self::plain::{print, print_json};
use crate::screen;

const EXIT_CODES: &str = "\
Exit codes:
  0  ended by q, after --count events, or because nobody reads the output any
     more, which the next event shows
  1  the port or the folder of --keep cannot be had
  2  the command line is wrong";

/// How soon a refused request is told of.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

const JSON: &str = "\
Print JSON, one object a line: first {dsn}, then {kind, header, payload} for each item of an \
envelope; a payload that is no JSON is a string, one that is no text is null";

const KEEP: &str = "\
Keep each envelope in a file of this folder, as it came: decompressed, else byte for byte. The folder \
is made if it is not there; only you may read the files";

/// Receives reports on loopback and shows them as they come
///
/// The first line gives the DSN to use: run it in the shell that starts your program. Nothing leaves
/// this machine, and nothing is kept without --keep.
///
/// On a terminal, what comes is a list of issues, grouped as Sentry would: the arrow keys choose one,
/// enter opens it, esc goes back, q ends. Elsewhere, with --plain and with --count, each event is
/// printed below the last, and Ctrl-C ends it.
///
/// What arrives is shown as it came, so that you see what would have reached Sentry: dragonfly has
/// scrubbed its own by then, other SDKs may have not.
///
/// A request that no Sentry server would take is told of in one line, on stderr.
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
    /// Print each event below the last on a terminal too
    #[arg(long, conflicts_with = "json")]
    plain: bool,
    /// End after N events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// Keep each envelope in a file of this folder
    #[arg(long, value_name = "DIR", long_help = KEEP)]
    keep: Option<PathBuf>,
}

impl Args {
    fn wants_view(&self) -> bool {
        let is_told = self.plain || self.json || self.count.is_some() || screen::is_quiet();
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        !is_told && !is_dumb && io::stdout().is_terminal() && io::stdin().is_terminal()
    }
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let mut keep = match args.keep.as_deref().map(Keep::in_folder).transpose() {
        Ok(keep) => keep,
        Err(why) => return Ok(not_kept(&why)),
    };
    let inbox = match Inbox::bind((Ipv4Addr::LOCALHOST, args.port)) {
        Ok(inbox) => inbox,
        Err(error) => return Ok(no_port(args.port, &error)),
    };
    announce(&inbox, args)?;
    let ended = if args.wants_view() {
        view::run(&inbox, keep.as_mut())?
    } else {
        lines(&inbox, args, keep.as_mut())?
    };
    Ok(match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => not_kept(&why),
    })
}

/// Why an envelope could not be kept.
type NotKept = String;

fn lines(
    inbox: &Inbox,
    args: &Args,
    mut keep: Option<&mut Keep>,
) -> io::Result<Result<(), NotKept>> {
    let mut events = 0;
    loop {
        let next = inbox.next_envelope(LOOK_AGAIN);
        for refused in inbox.take_refused() {
            screen::say(&format!("refused {refused}"));
        }
        let Some(envelope) = next else { continue };
        if let Err(why) = kept(&envelope, keep.as_deref_mut()) {
            return Ok(Err(why));
        }
        if args.json {
            print_json(&envelope)?;
        } else {
            print(&envelope)?;
        }
        events += envelope.events().len() as u64;
        if args.count.is_some_and(|count| events >= count) {
            return Ok(Ok(()));
        }
    }
}

fn kept(envelope: &Envelope, keep: Option<&mut Keep>) -> Result<(), NotKept> {
    keep.map_or(Ok(()), |keep| keep.put(envelope))
}

fn not_kept(why: &str) -> ExitCode {
    screen::say(&format!(
        "{why}: name a folder with `--keep` in which you may write"
    ));
    ExitCode::FAILURE
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
    let mut out = screen::stdout();
    if args.json {
        writeln!(out, "{}", json!({ "dsn": dsn }))?;
    } else {
        // plain, to be copied or read by a script
        writeln!(out, "export SENTRY_DSN={dsn}\n")?;
    }
    out.flush()
}
