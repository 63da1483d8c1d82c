//! What is reported, seen through `dragonfly::testing`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod arguments;
mod bubbling;
mod describing;
mod filters;
mod grouping;
mod hops;
mod privacy;
mod return_trace;
mod silence;
mod snapshots;
mod spans;
mod trees;
