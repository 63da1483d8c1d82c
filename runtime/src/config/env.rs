use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use super::names::variables;
use super::slips::FOR_DSN;

/// What platforms that run programs call the commit. The variables of those that only build them are not
/// read where a program runs: a tool in somebody's CI finds there what is not its own.
pub(super) const ON_PLATFORMS: [&str; 8] = [
    "HEROKU_BUILD_COMMIT",
    "HEROKU_SLUG_COMMIT",
    "RAILWAY_GIT_COMMIT_SHA",
    "RENDER_GIT_COMMIT",
    "FC_GIT_COMMIT_SHA",
    "VERCEL_GIT_COMMIT_SHA",
    "SOURCE_COMMIT",
    "SOURCE_VERSION",
];

/// What settings are read from; tests make their own.
#[derive(Clone, Default)]
pub(crate) struct Surroundings {
    /// The variables that are set.
    pub(crate) env: BTreeMap<&'static str, OsString>,
    /// The working directory.
    pub(crate) cwd: Option<PathBuf>,
    /// The user's home folder.
    pub(crate) home: Option<PathBuf>,
    /// Where programs of this user keep their state.
    pub(crate) state: Option<PathBuf>,
    /// Who we are: the only one besides root whose files are believed. Without it (Windows) the
    /// owner is not looked at.
    pub(crate) user: Option<u32>,
}

/// A variable as it was found.
pub(super) enum Variable {
    Unset,
    Blank,
    Text(String),
    NotUnicode,
}

impl Surroundings {
    /// Those of this process.
    pub(crate) fn here() -> Self {
        let set = |name: &'static str| Some((name, std::env::var_os(name)?));
        Self {
            env: variables()
                .chain(ON_PLATFORMS)
                .chain(FOR_DSN)
                .filter_map(set)
                .collect(),
            cwd: std::env::current_dir().ok(),
            // A relative home (`HOME=` or `HOME=.`) would be the working directory under another
            // name.
            home: std::env::home_dir().filter(|home| home.is_absolute()),
            state: state_folder().filter(|state| state.is_absolute()),
            #[cfg(unix)]
            user: Some(rustix::process::geteuid().as_raw()),
            #[cfg(not(unix))]
            user: None,
        }
    }

    /// A folder and some variables; others than [`variables`] are left out.
    #[cfg(fuzzing)]
    pub(crate) fn of(folder: &std::path::Path, set: &[(&str, &std::ffi::OsStr)]) -> Self {
        let known = |(name, value): &(&str, &std::ffi::OsStr)| {
            let name = variables().find(|known| known == name)?;
            Some((name, (*value).to_owned()))
        };
        Self {
            env: set.iter().filter_map(known).collect(),
            cwd: Some(folder.to_owned()),
            ..Self::default()
        }
    }

    pub(super) fn variable(&self, name: &str) -> Variable {
        let Some(value) = self.env.get(name) else {
            return Variable::Unset;
        };
        match value.to_str().map(str::trim) {
            None => Variable::NotUnicode,
            Some("") => Variable::Blank,
            Some(text) => Variable::Text(text.to_owned()),
        }
    }
}

/// The platform's own: `$XDG_STATE_HOME` or `~/.local/state`, `~/Library/Application Support`,
/// `%LOCALAPPDATA%`.
fn state_folder() -> Option<PathBuf> {
    let places = etcetera::base_strategy::choose_native_strategy().ok()?;
    let otherwise = || {
        if cfg!(windows) {
            places.cache_dir()
        } else {
            places.data_dir()
        }
    };
    Some(places.state_dir().unwrap_or_else(otherwise))
}
