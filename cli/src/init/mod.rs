//! `dragonfly init`: the few things that turn reporting on in a project.

mod answers;
mod gitignore;
mod main_fn;
mod package;
mod rc;
mod told;
mod write;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use self::answers::Answers;
use self::gitignore::Gitignore;
use self::package::{Dependency, Package};
use self::rc::Rc;
use self::told::Told;
use crate::{WRONG, screen};

const EXIT_CODES: &str = "\
Exit codes:
  0  all is set up, now or before
  1  a file could not be written, cargo failed, or the .sentryclirc that is
     there names no DSN or another one
  2  the command line is wrong, there is no DSN, or no package

Nothing is written before all answers are known to be right. What is there
is never overwritten: a second run changes nothing.";

const JSON: &str = "\
Print one JSON object instead of text: dsn (masked), sentryclirc {path, status (written, left), missing}, \
gitignore {path, status (added, made, there, none), tracked (whether git tracks .sentryclirc)}, dependency {status (added, there, left_out, failed), \
command}, main {file, line, is_async, attribute, replaces, signature}; null where there is nothing to say";

/// Sets a project up: .sentryclirc, .gitignore, the dependency
///
/// Asks on a terminal for what no option says. Ends with the two attributes to paste.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Where reports go: the project's DSN, from its settings in Sentry
    #[arg(long)]
    dsn: Option<String>,
    /// The organization's name in addresses, for sentry-cli
    #[arg(long, value_name = "NAME")]
    org: Option<String>,
    /// The project's name in addresses, for sentry-cli
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// The environment of programs that are started here, such as `staging`
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// The folder of the package
    #[arg(long, value_name = "DIR", default_value = ".")]
    path: PathBuf,
    /// Ask nothing
    #[arg(long, short)]
    yes: bool,
    /// Leave Cargo.toml as it is
    #[arg(long)]
    no_dependency: bool,
    /// Print one JSON object instead of text
    #[arg(long, long_help = JSON)]
    json: bool,
}

/// Why it ends: the line to say, with the next step in it, and how it ends.
struct Stop(String, u8);

impl Stop {
    fn wrong(why: impl Into<String>) -> Self {
        Self(why.into(), WRONG)
    }

    fn failed(why: impl Into<String>) -> Self {
        Self(why.into(), 1)
    }
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let told = match set_up(args) {
        Ok(told) => told,
        Err(Stop(why, code)) => {
            screen::say(&why);
            return Ok(ExitCode::from(code));
        }
    };
    if let Some(why) = told.complaint() {
        screen::say(&why);
    }
    screen::unless_closed(if args.json {
        told.print_json()
    } else {
        told.print()
    })?;
    Ok(told.code())
}

fn set_up(args: &Args) -> Result<Told, Stop> {
    let folder = &args.path;
    if !folder.is_dir() {
        let shown = folder.display();
        return Err(Stop::wrong(format!(
            "there is no folder `{shown}`: name that of your package with `--path`"
        )));
    }
    let package = match Package::in_folder(folder) {
        Err(stop) if !args.no_dependency => return Err(stop),
        package => package.ok(),
    };
    let rc = Rc::in_folder(folder)?;
    let answers = Answers::get(args, &rc)?;
    // before the file that it keeps out
    let gitignore = Gitignore::write(folder)?;
    let rc = rc.write(&answers)?;
    let main = package.as_ref().and_then(Package::main);
    let dependency = match &package {
        Some(package) if !args.no_dependency => package.add_dependency(),
        _ => Dependency::LeftOut,
    };
    Ok(Told {
        rc,
        gitignore,
        dependency,
        main,
        root: package.and_then(|package| package.root_above(folder)),
    })
}
