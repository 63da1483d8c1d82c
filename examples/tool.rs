//! A command-line tool: counts the lines of files. Its run is a transaction, and what it cannot read is an
//! event; its exit code is what it would be. Sentry counts it for the health of the release.
//!
//! `cargo run --example tool -- Cargo.toml nowhere.txt`

use dragonfly::{report_errors, trace};
use std::env;
use std::fs;
use std::io;
use std::process::ExitCode;

#[trace(op = "file", name = "count", fields(bytes = fs::metadata(path).map_or(0, |data| data.len())))]
#[report_errors(message = "counting {path}")]
fn count(path: &str) -> io::Result<usize> {
    let text = fs::read_to_string(path)?;
    Ok(text.lines().count())
}

#[dragonfly::main(sessions = true)]
#[trace(op = "cli", name = "tool")]
fn main() -> ExitCode {
    let mut paths: Vec<String> = env::args().skip(1).collect();
    if paths.is_empty() {
        paths = vec!["Cargo.toml".to_owned(), "nowhere.txt".to_owned()];
    }
    if env::var_os("SENTRY_DSN").is_none() {
        return dragonfly_examples::with_inbox().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    let mut code = ExitCode::SUCCESS;
    for path in paths {
        match count(&path) {
            Ok(lines) => println!("{lines:6} {path}"),
            Err(error) => {
                eprintln!("{path}: {error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
