//! The `dragonfly` tool: is reporting on, does it arrive, what would it say.
#![forbid(unsafe_code)]

mod config;
mod health;
mod inbox;
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

use clap::{Parser, Subcommand};
use dragonfly::scrub::printed;

/// Shows whether errors are reported, and where they go
#[derive(Parser)]
#[command(name = "dragonfly", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Health(health::Args),
    Config(config::Args),
    Inbox(inbox::Args),
    Spool(spool::Args),
    User(user::Args),
    Scrub(scrub::Args),
    Symbols(symbols::Args),
    Release(release::Args),
}

/// The configuration or the command line is wrong; clap ends with the same.
const WRONG: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let ended = match cli.command {
        Command::Health(args) => health::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Inbox(args) => inbox::run(&args),
        Command::Spool(args) => spool::run(&args),
        Command::User(args) => user::run(&args),
        Command::Scrub(args) => scrub::run(&args),
        Command::Symbols(args) => symbols::run(&args),
        Command::Release(args) => release::run(&args),
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
