//! `dragonfly symbols upload`: hands a program over to sentry-cli.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use super::{Program, finding};
use crate::sentry_cli::{self, Access, Needs};
use crate::{WRONG, screen, settings};

/// Uploads the debug information of a program, by sentry-cli
///
/// The program itself is named, not its folder: of that, build scripts and macros would go along.
/// What is not ready is not uploaded: `dragonfly symbols check` says what it lacks.
#[derive(clap::Args)]
#[command(after_help = sentry_cli::EXIT_CODES)]
pub(super) struct Args {
    #[command(flatten)]
    program: Program,
    /// Upload the source files too, so that Sentry shows the lines around each frame
    #[arg(long)]
    include_sources: bool,
    /// Wait until the server has read what was uploaded, and say what it thinks of it
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    access: sentry_cli::Options,
}

pub(super) fn run(args: &Args) -> io::Result<ExitCode> {
    let (binary, _) = match args.program.find() {
        Ok(found) => found,
        Err(why) => {
            screen::say(&why);
            return Ok(ExitCode::from(WRONG));
        }
    };
    let problems = finding::problems(&binary);
    let path = binary.path.display();
    for problem in &problems {
        screen::say(&format!("`{path}` is not uploaded: {}", problem.what));
    }
    let Some(ids) = binary.ids.as_ref().filter(|_| problems.is_empty()) else {
        screen::say("`dragonfly symbols check` says what to do");
        return Ok(ExitCode::FAILURE);
    };
    let settings = settings();
    let Some(access) = Access::find(&args.access, &settings, Needs::Project) else {
        return Ok(ExitCode::from(WRONG));
    };
    let mut words: Vec<OsString> = ["debug-files", "upload"].map(Into::into).into();
    if args.include_sources {
        words.push("--include-sources".into());
    }
    if args.wait {
        // it must know in the end what we found in the program
        words.extend(["--wait", "--id", &*ids.debug, "--require-all"].map(Into::into));
    }
    words.extend(args.access.rest.iter().cloned());
    words.extend(binary.files().into_iter().map(Into::into));
    sentry_cli::run(&access, &args.access, &words)
}
