//! The real binary, run in folders of its own, against inboxes in this process.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it inside of tests, not in what they share"
)]

mod config;
mod generate;
mod health;
mod help;
mod inbox;
mod init;
mod keep;
mod place;
mod project;
mod readme;
#[cfg(target_os = "linux")]
mod screen;
mod scrub;
mod secrets;
mod sentry_cli;
mod spool;
mod symbols;
mod user;
#[cfg(target_os = "linux")]
mod view;
