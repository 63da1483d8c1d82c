//! `dragonfly release`: tells Sentry of a release, by sentry-cli.

use std::env;
use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use dragonfly::config::{Defaults, Overrides, Settings, Source};

use crate::project::{NoProject, Project};
use crate::sentry_cli::{self, Access, Needs};
use crate::{WRONG, screen};

/// Tells Sentry of a release and of where it runs, by sentry-cli
///
/// The version is what programs report: `SENTRY_RELEASE`, `[dragonfly] release` of .sentryclirc, else
/// `package@version` of the cargo project here, as `#[dragonfly::main]` names it, with `+commit` where
/// `release_from` is `ci`.
#[derive(clap::Args)]
#[command(after_help = sentry_cli::EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Makes the release known
    #[command(after_help = sentry_cli::EXIT_CODES)]
    New(What),
    /// Says which commits it is of: those since the last one, unless ARGS say others
    #[command(after_help = sentry_cli::EXIT_CODES)]
    SetCommits(What),
    /// Says that it is released
    #[command(after_help = sentry_cli::EXIT_CODES)]
    Finalize(What),
    /// Says that it runs now in an environment
    #[command(after_help = sentry_cli::EXIT_CODES)]
    Deploy {
        #[command(flatten)]
        what: What,
        /// Where it runs [default: `SENTRY_ENVIRONMENT`, that of .sentryclirc, or `production`]
        #[arg(long, value_name = "NAME")]
        env: Option<String>,
    },
}

#[derive(clap::Args)]
struct What {
    /// The release, such as `shop@1.4.2` [default: what programs here report]
    #[arg(value_name = "VERSION")]
    release: Option<String>,
    /// The package of the workspace that is released
    #[arg(long, value_name = "NAME", conflicts_with = "release")]
    package: Option<String>,
    #[command(flatten)]
    access: sentry_cli::Options,
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let settings = settings(None);
    let (what, needs) = match &args.command {
        Command::New(what) => (what, Needs::Project),
        Command::SetCommits(what) | Command::Finalize(what) | Command::Deploy { what, .. } => {
            (what, Needs::Organization)
        }
    };
    let version = match what.version(&settings) {
        Ok(version) => version,
        Err(why) => {
            screen::say(&why);
            return Ok(ExitCode::from(WRONG));
        }
    };
    let Some(access) = Access::find(&what.access, &settings, needs) else {
        return Ok(ExitCode::from(WRONG));
    };
    let mut words: Vec<OsString> = match &args.command {
        Command::New(_) => vec!["releases".into(), "new".into(), version.into()],
        Command::SetCommits(what) => {
            let mut words = vec!["releases".into(), "set-commits".into(), version.into()];
            if what.access.rest.is_empty() {
                words.push("--auto".into());
            }
            words
        }
        Command::Finalize(_) => vec!["releases".into(), "finalize".into(), version.into()],
        Command::Deploy { env, .. } => {
            let env = env.as_ref().unwrap_or(&settings.environment.value);
            let mut words: Vec<_> = ["deploys", "new", "--release"].map(Into::into).into();
            words.extend([version.into(), "--env".into(), env.into()]);
            words
        }
    };
    words.extend(what.access.rest.iter().cloned());
    sentry_cli::run(&access, &what.access, &words)
}

/// Those of a program of a package, as it would be built here.
fn settings(package: Option<String>) -> Settings {
    let defaults = Defaults {
        environment: "production",
        release: package,
    };
    let overrides = Overrides {
        built_from: built_from(),
        ..Overrides::default()
    };
    Settings::resolve(&overrides, &defaults)
}

/// The commit, by the variables that a program's build looks at.
fn built_from() -> Option<(&'static str, &'static str)> {
    let names = dragonfly::__private::built_from!();
    names.iter().find_map(|(name, _)| {
        let value = env::var(name).ok()?;
        (!value.trim().is_empty()).then(|| (*name, &*value.leak()))
    })
}

impl What {
    fn version(&self, settings: &Settings) -> Result<String, String> {
        let is_named = match settings.release.source {
            Source::File { .. } => true,
            Source::Env(name) => name == "SENTRY_RELEASE",
            _ => false,
        };
        let set = settings.release.value.as_ref();
        let set = set.filter(|_| is_named && self.package.is_none());
        if let Some(version) = self.release.as_ref().or(set) {
            return Ok(version.clone());
        }
        match Project::find(self.package.as_deref()) {
            Ok(project) if is_named => Ok(project.release()),
            Ok(project) => {
                let of_package = self::settings(Some(project.release())).release;
                Ok(of_package.value.unwrap_or_else(|| project.release()))
            }
            Err(NoProject::NoCargo) => {
                Err("the version is missing: name it, cargo is not there to say it".to_owned())
            }
            Err(NoProject::Other(why)) => {
                Err(format!("the version is missing: name it, for {why}"))
            }
        }
    }
}
