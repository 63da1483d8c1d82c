//! The `dragonfly` tool: is reporting on, does it arrive, what would it say.
#![forbid(unsafe_code)]

mod config;
mod generate;
mod health;
mod inbox;
mod init;
mod project;
mod release;
mod screen;
mod scrub;
mod sentry_cli;
mod spool;
mod symbols;
mod table;
mod user;

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use dragonfly::config::{Defaults, Overrides, Settings};
use dragonfly::scrub::printed;

const AFTER_HELP: &str = "\
Exit codes:
  0  done; also if reporting is off on purpose
  1  it could not be done: no answer, refused, no permission
  2  the configuration or the command line is wrong, or names what is not there

Each command says more about its own with --help. What went wrong is said on
stderr, with what to do next. NO_COLOR, or a pipe, takes the colours away.";

const QUIET: &str = "\
Print errors only; what scrub, completions and man make is printed all the same";

/// Turns error reporting on, shows what is reported, and where it goes
#[derive(Parser)]
#[command(
    name = "dragonfly",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 80,
    after_help = AFTER_HELP
)]
struct Cli {
    /// Print errors only
    #[arg(long, short, global = true, display_order = 900, long_help = QUIET)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Args),
    Health(health::Args),
    Config(config::Args),
    Inbox(inbox::Args),
    Spool(spool::Args),
    User(user::Args),
    Scrub(scrub::Args),
    Symbols(symbols::Args),
    Release(release::Args),
    Completions(generate::Completions),
    Man(generate::Man),
}

/// The configuration or the command line is wrong; clap ends with the same.
const WRONG: u8 = 2;

/// Those of a program that is started here: only it knows its own release.
fn settings() -> Settings {
    let defaults = Defaults {
        environment: "production",
        release: None,
    };
    Settings::resolve(&Overrides::default(), &defaults)
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    if cli.quiet {
        screen::be_quiet();
    }
    let ended = match cli.command {
        Command::Init(args) => init::run(&args),
        Command::Health(args) => health::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Inbox(args) => inbox::run(&args),
        Command::Spool(args) => spool::run(&args),
        Command::User(args) => user::run(&args),
        Command::Scrub(args) => scrub::run(&args),
        Command::Symbols(args) => symbols::run(&args),
        Command::Release(args) => release::run(&args),
        Command::Completions(args) => generate::completions(&args, Cli::command()),
        Command::Man(args) => generate::man(&args, Cli::command()),
    };
    match ended {
        Ok(code) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            screen::say(&format!("printing failed: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Says what is wrong with the command line, as clap does, but for what was pasted there by mistake:
/// what it repeats may end up in the log of a build.
fn refused(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    match printed(&text) {
        Cow::Owned(clean) if error.use_stderr() => {
            let _ = io::stderr().write_all(clean.as_bytes());
            ExitCode::from(WRONG)
        }
        _ => error.exit(),
    }
}
