//! Functions that fail, and the ways to report that.

use std::hint::black_box;

use anyhow::Context as _;
use clap::ValueEnum;
use dragonfly::report_errors;

/// How failures are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Way {
    /// `#[report_errors]` on the function that fails
    ReportErrors,
    /// `#[report_errors]` on it and on four of its callers
    FiveFunctions,
    /// `sentry::capture_error`
    CaptureError,
    /// The same, with a stack: `attach_stacktrace`
    AttachStacktrace,
    /// `sentry_anyhow::capture_anyhow`, with the backtrace that `RUST_BACKTRACE` asks for
    CaptureAnyhow,
    /// `tracing::error!`, through sentry's layer, with a stack
    TracingError,
    /// No report: a stack alone, its names not looked up
    Stack,
}

/// Why an order failed.
#[derive(Debug, thiserror::Error)]
#[error("order {number} was lost")]
pub(crate) struct Lost {
    number: u32,
}

type Result<T, E = Lost> = std::result::Result<T, E>;

/// One failure, `depth` functions below its caller.
pub(crate) fn fail(way: Way, depth: u32, number: u32) {
    let _ = black_box(descend(black_box(depth), way, number));
}

#[inline(never)]
fn descend(depth: u32, way: Way, number: u32) -> Result<u32> {
    // the functions of a way are part of the depth
    let own = if way == Way::FiveFunctions { 5 } else { 1 };
    if depth > own {
        return Ok(descend(black_box(depth - 1), way, number)? + 1);
    }
    match way {
        Way::ReportErrors => annotated(number),
        Way::FiveFunctions => fifth(number),
        Way::CaptureError | Way::AttachStacktrace => by_hand(number),
        Way::CaptureAnyhow => Ok(anyhow_by_hand(number).unwrap_or_default()),
        Way::TracingError => traced(number),
        Way::Stack => stack(number),
    }
}

#[inline(never)]
fn look_up(number: u32) -> Result<u32> {
    Err(Lost {
        number: black_box(number),
    })
}

#[inline(never)]
#[report_errors]
fn annotated(number: u32) -> Result<u32> {
    Ok(look_up(number)? + 1)
}

macro_rules! caller {
    ($name:ident, $callee:ident) => {
        #[inline(never)]
        #[report_errors]
        fn $name(number: u32) -> Result<u32> {
            Ok($callee(number)? + 1)
        }
    };
}

caller!(second, annotated);
caller!(third, second);
caller!(fourth, third);
caller!(fifth, fourth);

#[inline(never)]
fn by_hand(number: u32) -> Result<u32> {
    look_up(number).inspect_err(|error| {
        sentry::capture_error(error);
    })
}

#[inline(never)]
fn anyhow_by_hand(number: u32) -> anyhow::Result<u32> {
    look_up(number)
        .context("looking up an order")
        .inspect_err(|error| {
            sentry_anyhow::capture_anyhow(error);
        })
}

#[inline(never)]
fn traced(number: u32) -> Result<u32> {
    look_up(number).inspect_err(|error| {
        tracing::error!(error = error as &dyn std::error::Error, "order {number}");
    })
}

#[inline(never)]
fn stack(number: u32) -> Result<u32> {
    black_box(backtrace::Backtrace::new_unresolved());
    look_up(number)
}
