#![doc = include_str!("../README.md")]
//!
//! # The way of one error
//!
//! An annotated function hands its `Err` to `report`, which takes on the failing thread only what
//! will be gone later: the texts of the chain, the addresses of the stack, the scope. One worker
//! thread does the rest in `delivery`: it joins what the functions on the way said of the same
//! error, resolves symbols, lets `before_send` look, scrubs (`privacy`, the one door out) and sends.

mod app;
pub mod config;
mod delivery;
mod envelope;
#[cfg(feature = "inbox")]
pub mod inbox;
mod integrations;
mod options;
mod privacy;
mod report;
#[cfg(feature = "tokio")]
mod runtime;
mod say;
pub mod testing;

#[doc(hidden)]
pub mod __private;

pub use crate::app::{Guard, init};
pub use crate::delivery::{Answer, Delivery};
pub use crate::options::{Configure, Text, Timeout};
pub use dragonfly_macros::{init, main, report_errors};
/// The official crate underneath, for scopes, tags, breadcrumbs and `ClientOptions`.
pub use sentry;
