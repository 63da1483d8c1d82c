//! The real binary, run in folders of its own, against inboxes in this process.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it inside of tests, not in what they share"
)]

mod config;
mod health;
mod inbox;
mod place;
mod project;
mod readme;
mod scrub;
mod secrets;
mod sentry_cli;
mod spool;
mod symbols;
mod user;
