//! `dragonfly symbols`: what Sentry needs to name the functions of a stripped program.

mod binary;
mod check;
mod finding;
mod units;
mod upload;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use self::binary::Binary;
use crate::project::{self, NoProject, Project};

const EXIT_CODES: &str = "\
Exit codes:
  0  Sentry can use the program's debug information, or has it now
  1  it cannot, or it could not be uploaded
  2  the settings or the command line are wrong";

/// Checks and uploads the debug information of a program
///
/// Sentry names functions and lines of a program that was stripped, or that crashed, by debug
/// information that it has. The return trace of `#[report_errors]` needs none of it.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Check(check::Args),
    Upload(upload::Args),
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    match &args.command {
        Command::Check(args) => check::run(args),
        Command::Upload(args) => upload::run(args),
    }
}

/// Which program is meant.
#[derive(clap::Args)]
struct Program {
    /// The program [default: that of the cargo project here, as `cargo build --release` makes it]
    path: Option<PathBuf>,
    /// The package of the workspace whose program it is
    #[arg(long, value_name = "NAME", conflicts_with = "path")]
    package: Option<String>,
}

impl Program {
    /// The program, and how it was found; the error says why not.
    fn find(&self) -> Result<(Binary, &'static str), String> {
        let (path, found_by) = match &self.path {
            Some(path) => (path.clone(), "named"),
            None => match Project::find(self.package.as_deref()) {
                Ok(project) => (project.program()?, "by cargo metadata"),
                Err(NoProject::NoCargo) => {
                    let path = project::program_without_cargo()?;
                    (path, "the only program in target/release")
                }
                Err(NoProject::Other(why)) => return Err(why),
            },
        };
        let binary = Binary::read(&path)
            .map_err(|why| format!("reading `{}` failed: {why}", path.display()))?;
        Ok((binary, found_by))
    }
}
