//! The real sentry-cli: what it is given, and what becomes of it.

mod access;
mod child;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::process::{Command, ExitCode};

use dragonfly::scrub::printed;

pub(crate) use self::access::{Access, Needs};
use crate::screen::one_line;
use crate::{WRONG, screen};

pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done, as sentry-cli says
  1  not done: sentry-cli says why, or is not there
  2  token, organization or project are missing, or the configuration or the
     command line is wrong

sentry-cli is looked for in PATH, or where SENTRY_CLI says.";

/// Who does it, and where.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The organization [default: `SENTRY_ORG`, that of the token, or `[defaults] org` of .sentryclirc]
    #[arg(long, value_name = "SLUG")]
    org: Option<String>,
    /// The project [default: `SENTRY_PROJECT`, or `[defaults] project` of .sentryclirc]
    #[arg(long, value_name = "SLUG")]
    project: Option<String>,
    /// The server [default: that of the token, `SENTRY_URL`, `[defaults] url` of .sentryclirc, or of the
    /// DSN]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Print the command instead, without the token
    #[arg(long)]
    dry_run: bool,
    /// What else sentry-cli is told
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) rest: Vec<OsString>,
}

/// Runs sentry-cli with what we know, and says what it ended with.
pub(crate) fn run(access: &Access, options: &Options, words: &[OsString]) -> io::Result<ExitCode> {
    let program = std::env::var_os("SENTRY_CLI").filter(|program| !program.is_empty());
    let named = program.is_some();
    let program = program.unwrap_or_else(|| "sentry-cli".into());
    let variables = access.variables();
    if options.dry_run {
        return print(&variables, &program, words).map(|()| ExitCode::SUCCESS);
    }
    let mut command = Command::new(&program);
    command
        .args(words)
        .envs(variables)
        .env("SENTRY_AUTH_TOKEN", access.token());
    let ended = match child::wait_for(&mut command) {
        Ok(ended) => ended,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            not_there(named.then_some(&*program));
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => {
            let whence = if named {
                ", which `SENTRY_CLI` names,"
            } else {
                ""
            };
            screen::say(&format!(
                "running `{}`{whence} failed: {error}",
                program.display()
            ));
            return Ok(ExitCode::FAILURE);
        }
    };
    if ended.success() {
        return Ok(ExitCode::SUCCESS);
    }
    let way = access.in_words();
    screen::say(&match ended.code() {
        Some(_) => format!("sentry-cli failed ({ended}): it says why above; {way}"),
        None => format!("sentry-cli was ended ({ended}); {way}"),
    });
    Ok(match ended.code() {
        // its command line is wrong, as ours would be
        Some(2) => ExitCode::from(WRONG),
        _ => ExitCode::FAILURE,
    })
}

fn not_there(named: Option<&OsStr>) {
    let why = match named {
        Some(program) => format!(
            "`SENTRY_CLI` names `{}`, which is not there",
            program.display()
        ),
        None => "sentry-cli is not there".to_owned(),
    };
    screen::say(&format!(
        "{why}: install it by `npm install --global @sentry/cli`, by `pip install sentry-cli`, or from \
         the releases of getsentry/sentry-cli on GitHub, or name it in `SENTRY_CLI`"
    ));
}

/// As a shell takes it; the token stays where it is.
fn print(variables: &[(&str, &str)], program: &OsStr, words: &[OsString]) -> io::Result<()> {
    let variables = variables
        .iter()
        .map(|(name, value)| format!("{name}={}", quoted(value)));
    let words = [program]
        .into_iter()
        .chain(words.iter().map(|word| &**word));
    let words = words.map(|word| quoted(&word.to_string_lossy()));
    let line: Vec<_> = ["SENTRY_AUTH_TOKEN=…".to_owned()]
        .into_iter()
        .chain(variables)
        .chain(words)
        .collect();
    let mut out = io::stdout().lock();
    writeln!(out, "{}", one_line(&printed(&line.join(" "))))?;
    out.flush()
}

fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@=+,%".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
