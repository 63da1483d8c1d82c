//! The release by the commit that was built, where the program asks for it.

use super::env::{ON_PLATFORMS, Surroundings, Variable};
use super::source::{Setting, Source};
use super::value;

/// What `release_from` says.
pub(super) const CI: &str = "ci";
pub(super) const PACKAGE: &str = "package";

pub(super) fn from(text: &str) -> Result<String, &'static str> {
    match text {
        CI | PACKAGE => Ok(text.to_owned()),
        _ => Err("expected `ci` or `package`"),
    }
}

/// `package@version+commit`, the form that Sentry understands; where no package is known, the commit.
///
/// What the build wrote down comes first: where a program runs, the same variables may be those of
/// another commit.
pub(super) fn by_commit(
    package: Option<&str>,
    built: Option<(&'static str, &'static str)>,
    around: &Surroundings,
) -> Option<Setting<Option<String>>> {
    if let Some((RELEASE, release)) = built
        && let Ok(release) = value::release(release)
    {
        return Some(Setting::new(Some(release), Source::Build(RELEASE)));
    }
    let built = built.and_then(|(name, commit)| Some((commit_of(commit)?, Source::Build(name))));
    let on_platform = || {
        ON_PLATFORMS.into_iter().find_map(|name| {
            let Variable::Text(text) = around.variable(name) else {
                return None;
            };
            Some((commit_of(&text)?, Source::Env(name)))
        })
    };
    let (commit, source) = built.or_else(on_platform)?;
    let release = match package {
        // its version may name a build already
        Some(package) if package.contains('+') => format!("{package}.{commit}"),
        Some(package) => format!("{package}+{commit}"),
        None => commit,
    };
    Some(Setting::new(Some(release), source))
}

/// The release itself, where the build was told one.
const RELEASE: &str = "SENTRY_RELEASE";

/// What can be a commit; other texts would break the form of a release.
fn commit_of(text: &str) -> Option<String> {
    let text = text.trim();
    let is_one =
        (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_one.then(|| text.to_owned())
}
