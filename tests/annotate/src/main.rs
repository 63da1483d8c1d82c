//! Tries `#[report_errors]` on every fallible function of a crate.
//!
//! ```text
//! cargo run --package dragonfly-annotate -- path/to/crate
//! cargo run --package dragonfly-annotate -- semver@1.0.26
//! ```
//!
//! The crate is copied twice, and in one copy the attribute is put on each function of `src` whose
//! return type is written as a `Result`, or as a future of one. Both copies are checked, linted and
//! tested; whatever differs is printed. Functions that do not compile with the attribute lose it,
//! are listed, and the rest is compared. Lines stay the lines that they were, and columns are mapped
//! back, so the positions printed are those of the crate as it was published.
//!
//! Not seen: functions that a macro writes. Both copies are linked with `dragonfly`, so that the
//! attribute is all that differs. The crate has to stand alone: a member of a workspace that inherits
//! from it cannot be copied.
#![forbid(unsafe_code)]

mod annotate;
mod cargo;
mod compare;
mod find;
mod print;
mod source;
mod trial;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

const EXIT_CODES: &str = "\
Exit codes:
  0  every fallible function compiles with the attribute, and nothing differs
  1  something does not compile, or differs
  2  it could not be tried, or the command line is wrong";

/// Tries `#[report_errors]` on every fallible function of a crate
///
/// Compares the compiler's warnings, those of clippy and the results of the tests with and without
/// the attribute.
#[derive(Parser)]
#[command(name = "dragonfly-annotate", version, after_help = EXIT_CODES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
struct Cli {
    /// A folder with a Cargo.toml, or NAME@VERSION of a published crate
    #[arg(value_name = "CRATE")]
    subject: String,
    /// The runtime crate to annotate with, instead of this checkout's
    #[arg(long, value_name = "FOLDER")]
    dragonfly: Option<PathBuf>,
    /// Features of the crate to turn on, separated by commas
    #[arg(long, value_name = "FEATURES")]
    features: Option<String>,
    /// Turns all features of the crate on
    #[arg(long)]
    all_features: bool,
    /// Does not run the tests
    #[arg(long)]
    no_test: bool,
    /// Runs the tests without those in the documentation, which can take long
    #[arg(long, conflicts_with = "no_test")]
    no_doctest: bool,
    /// Compares the lints of `clippy::pedantic` too
    #[arg(long)]
    pedantic: bool,
    /// Keeps the two copies, and says where they are
    #[arg(long)]
    keep: bool,
    /// Prints one JSON object instead of text
    #[arg(long)]
    json: bool,
}

/// Nothing was tried; clap ends with the same.
const WRONG: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match trial::run(&cli).and_then(|report| {
        if cli.json {
            print::json(&report)?;
        } else {
            print::text(&report)?;
        }
        Ok(report.is_clean())
    }) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "dragonfly-annotate: {error:#}");
            ExitCode::from(WRONG)
        }
    }
}
