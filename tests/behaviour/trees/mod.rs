//! Trees of calls that fail in every way, and a model that knows how many events each must make.

mod asynchronous;
mod model;
mod synchronous;

use dragonfly::sentry::Hub;
use proptest::prelude::*;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The error of functions that return one by value.
#[derive(Debug)]
pub(crate) enum Failure {
    Closed,
    Refused,
    Around(&'static str, Box<dyn Error + Send + Sync>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "closed",
            Self::Refused => "refused",
            Self::Around(doing, _) => doing,
        })
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Around(_, source) => Some(source.as_ref()),
            Self::Closed | Self::Refused => None,
        }
    }
}

/// What functions fail with, and make of an error that passes them.
trait Fails: Sized {
    fn closed() -> Self;
    fn refused() -> Self;
    fn pass(error: anyhow::Error) -> Self;
}

impl Fails for Failure {
    fn closed() -> Self {
        Self::Closed
    }
    fn refused() -> Self {
        Self::Refused
    }
    fn pass(error: anyhow::Error) -> Self {
        Self::Around("passing a value", error.into())
    }
}

impl Fails for String {
    fn closed() -> Self {
        Failure::Closed.to_string()
    }
    fn refused() -> Self {
        Failure::Refused.to_string()
    }
    fn pass(error: anyhow::Error) -> Self {
        format!("passing a text: {error:#}")
    }
}

impl Fails for anyhow::Error {
    fn closed() -> Self {
        Self::new(Failure::Closed)
    }
    fn refused() -> Self {
        Self::msg("refused")
    }
    fn pass(error: anyhow::Error) -> Self {
        error.context("passing on")
    }
}

type Boxed = Box<dyn Error + Send + Sync>;

impl Fails for Boxed {
    fn closed() -> Self {
        Failure::Closed.into()
    }
    fn refused() -> Self {
        "refused".into()
    }
    fn pass(error: anyhow::Error) -> Self {
        error.into()
    }
}

/// A function that fails, and that nobody annotated.
fn leaf(number: u32) -> anyhow::Result<()> {
    anyhow::bail!("failure {number}")
}

/// The first error, if there is one.
fn first_error(results: Vec<anyhow::Result<()>>) -> anyhow::Result<()> {
    results.into_iter().collect()
}

/// A hub of its own for another thread or task of the same test.
fn hub() -> Arc<Hub> {
    Arc::new(Hub::new_from_top(Hub::current()))
}

/// How many trees are tried: fewer where each event reads the debug information of a whole program.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(debug_assertions) { 500 } else { 10_000 },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
