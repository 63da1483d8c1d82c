//! The `dragonfly` tool: is reporting on, does it arrive, what would it say.
#![forbid(unsafe_code)]

mod config;
mod health;
mod inbox;
mod screen;
mod scrub;
mod spool;
mod table;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    Scrub(scrub::Args),
}

/// The configuration or the command line is wrong; clap ends with the same.
const WRONG: u8 = 2;

fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        Command::Health(args) => health::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Inbox(args) => inbox::run(&args),
        Command::Spool(args) => spool::run(&args),
        Command::Scrub(args) => scrub::run(&args),
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
