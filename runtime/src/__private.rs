//! What expansions call. Not for use by hand: it may change in any release.
#![expect(
    clippy::inline_always,
    reason = "the `Ok` path is one branch, and the stack of an error goes on in the user's function, in debug builds too"
)]

pub use crate::app::start;
pub use crate::capture::exits::{Exit, Inspect, unless_passed};
pub use crate::capture::watched::{Rebox, watch};
pub use crate::monitor::{CheckIn, Monitor};
pub use crate::options::{Build, Options};
pub use crate::report::expected::{
    Expected, ExpectedInside, ExpectedItself, IsText, Predicate, PredicateInside, PredicateItself,
    PredicateOfAnother,
};
pub use crate::report::kept::{
    Field, FieldText, FieldValue, Keep, KeepCopy, KeepOwned, KeepText, Show, ShowDebug, ShowDisplay,
};
pub use crate::report::passed::Details;
pub use crate::report::site::{Package, Site};
pub use crate::report::stack::Floor;
pub use crate::report::view::{ErrorView, Probe, View};
#[cfg(feature = "tokio")]
pub use crate::runtime::{Runtime, block_on};
pub use crate::trace::entered::Entered;
pub use crate::trace::span::Span;
pub use crate::trace::traced::{Retrace, Traced, traced};
pub use crate::{
    __dragonfly_built_from as built_from, __dragonfly_options as options,
    __dragonfly_package as package,
};
pub use core::convert::Infallible;
pub use core::option::Option::Some;
pub use core::{file, format_args, module_path};
pub use sentry::Level;
pub use sentry::protocol::MonitorIntervalUnit;

use crate::capture;
use crate::report::bubble::Claimant;
use std::any::type_name_of_val;

/// Where `Package` gets its values: from the crate being compiled.
#[doc(hidden)]
#[macro_export]
macro_rules! __dragonfly_package {
    () => {
        $crate::__private::Package {
            name: ::core::option_env!("CARGO_PKG_NAME"),
            version: ::core::option_env!("CARGO_PKG_VERSION"),
        }
    };
}

/// The commit, as build services name it, in the order of Sentry's SDK for Node: those with names of their own
/// come before those with names that anybody may have chosen.
#[doc(hidden)]
#[macro_export]
macro_rules! __dragonfly_built_from {
    () => {
        $crate::__private::built_from!(
            "SENTRY_RELEASE"
            "GITHUB_SHA"
            "CI_COMMIT_SHA"
            "BITBUCKET_COMMIT"
            "APPVEYOR_REPO_COMMIT"
            "CODEBUILD_RESOLVED_SOURCE_VERSION"
            "AWS_COMMIT_ID"
            "BUILD_SOURCEVERSION"
            "GIT_CLONE_COMMIT_HASH"
            "BUDDY_EXECUTION_REVISION"
            "BUILDKITE_COMMIT"
            "CIRCLE_SHA1"
            "CIRRUS_CHANGE_IN_REPO"
            "CF_REVISION"
            "CM_COMMIT"
            "CF_PAGES_COMMIT_SHA"
            "DRONE_COMMIT_SHA"
            "FC_GIT_COMMIT_SHA"
            "HEROKU_TEST_RUN_COMMIT_VERSION"
            "HEROKU_BUILD_COMMIT"
            "HEROKU_SLUG_COMMIT"
            "RAILWAY_GIT_COMMIT_SHA"
            "RENDER_GIT_COMMIT"
            "SEMAPHORE_GIT_SHA"
            "TRAVIS_COMMIT"
            "VERCEL_GIT_COMMIT_SHA"
            "CI_COMMIT_ID"
            "SOURCE_COMMIT"
            "SOURCE_VERSION"
            "GIT_COMMIT"
            "COMMIT_REF"
            "BUILD_VCS_NUMBER"
        )
    };
    ($($name:literal)+) => {
        &[$(($name, ::core::option_env!($name))),+]
    };
}

/// Options that know the crate being compiled, and how it is compiled.
#[doc(hidden)]
#[macro_export]
macro_rules! __dragonfly_options {
    () => {
        $crate::__private::Options::new(
            $crate::__private::package!(),
            if ::core::cfg!(debug_assertions) {
                $crate::__private::Build::Debug
            } else {
                $crate::__private::Build::Release
            },
        )
    };
}

/// What `#[report_errors]` can tell success from failure of. The error is a parameter, not an
/// associated type, so that a function which returns something else makes one compile error, not two.
#[diagnostic::on_unimplemented(
    message = "`#[report_errors]` needs a function that returns `Result`",
    label = "this is not a `Result`",
    note = "if it is a future, make the function an `async fn`"
)]
pub trait Fallible<E> {
    /// The error, if it is one.
    fn error(&self) -> Option<&E>;
}

#[diagnostic::do_not_recommend]
impl<T, E> Fallible<E> for Result<T, E> {
    #[inline(always)]
    fn error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// Calls the body. As a `FnOnce` it may give away what it captured.
#[inline(always)]
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Tells inference a type, where no path leads.
pub fn never<R>() -> R {
    unreachable!("no path leads here")
}

/// The path of a function.
pub fn name_of<F: Copy>(function: F) -> &'static str {
    type_name_of_val(&function)
}

/// Reports the `Err` of an annotated function. Inlined, so that the stack goes on in that function.
#[inline(always)]
pub fn report(site: &'static Site, error: ErrorView<'_>, floor: Floor) {
    capture::error(site, Claimant::Function, error, &|_| {}, floor);
}

/// The same, with what the function was told to say of its calls.
#[inline(always)]
pub fn report_with(
    site: &'static Site,
    error: ErrorView<'_>,
    floor: Floor,
    tell: impl Fn(&mut Details),
) {
    capture::error(site, Claimant::Function, error, &tell, floor);
}

/// Reports the `Err` of `main`, unless it was reported on its way there.
#[inline(always)]
pub fn report_from_main(site: &'static Site, error: ErrorView<'_>) {
    capture::error(site, Claimant::Main, error, &|_| {}, Floor::HERE);
}

/// [`Inspect`] as a function, so that the type of the result is known from the outside.
#[inline(always)]
pub fn inspect<T, E>(result: Result<T, E>, look: impl Fn(&E, Floor)) -> Result<T, E> {
    result.__dragonfly_inspect(look)
}

/// Whether an error is one that `ignore(..)` names.
#[inline(always)]
pub fn is_expected(site: &'static Site, ask: impl Fn() -> bool) -> bool {
    capture::is_expected(site, &ask)
}

/// What came out of `main`, whatever its type.
pub struct Outcome<'a, R>(pub &'a R);

/// Finds the error of an [`Outcome`]; types other than `Result` have none.
pub trait MainError<'a> {
    /// What would be reported.
    type Error;
    /// The error, if it is one.
    fn __dragonfly_error(&self) -> Option<&'a Self::Error>;
}

impl<'a, T, E> MainError<'a> for &Outcome<'a, Result<T, E>> {
    type Error = E;
    fn __dragonfly_error(&self) -> Option<&'a E> {
        self.0.as_ref().err()
    }
}

impl<'a, R> MainError<'a> for Outcome<'a, R> {
    type Error = Infallible;
    fn __dragonfly_error(&self) -> Option<&'a Infallible> {
        None
    }
}

/// What the targets in `runtime/fuzz` reach, and programs do not.
#[cfg(fuzzing)]
pub mod fuzzing {
    use crate::config::{Defaults, Overrides, Settings, Surroundings};
    use crate::delivery::door;
    use crate::envelope;
    use crate::privacy::Scrubber;
    use sentry::protocol::Event;
    use std::ffi::OsStr;
    use std::path::Path;

    #[cfg(feature = "inbox")]
    pub use crate::inbox::posted;

    /// What the `.sentryclirc` in a folder and these variables make.
    pub fn settings(folder: &Path, variables: &[(&str, &OsStr)]) -> Settings {
        let defaults = Defaults {
            environment: "production",
            release: None,
        };
        let around = Surroundings::of(folder, variables);
        Settings::resolve_in(&Overrides::default(), &defaults, &around)
    }

    /// An envelope, read and written.
    pub fn written(bytes: &[u8]) -> Option<Vec<u8>> {
        let raw = envelope::parse(bytes).ok()?;
        let items = raw.items.iter().map(|item| (&item.header, item.payload));
        let mut out = Vec::new();
        envelope::write(&raw.header, items, &mut out);
        Some(out)
    }

    /// What leaves of an event: as part of an envelope, made here, and made here again.
    pub fn sealed(event: &[u8]) -> Option<[Vec<u8>; 3]> {
        let event: Event<'static> = serde_json::from_slice(event).ok()?;
        let mut scrubber = Scrubber::default();
        let in_envelope = door::seal(&event.clone().into(), &mut scrubber)?;
        let made = door::seal_event(event.clone(), &mut scrubber)?;
        let again = door::seal_event(event, &mut scrubber)?;
        Some([in_envelope, made, again].map(|sealed| sealed.bytes))
    }

    /// What leaves of an envelope that lay in a spool.
    pub fn sealed_again(bytes: &[u8]) -> Option<Vec<u8>> {
        Some(door::seal_again(bytes, &mut Scrubber::default())?.bytes)
    }
}
