//! Real processes, ended in every way, against the inbox.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[cfg(unix)]
mod aborting;
mod backtraces;
mod between;
mod configuration;
#[cfg(all(unix, feature = "crash"))]
mod crashes;
mod ends;
#[cfg(unix)]
mod exits;
mod load;
mod networks;
mod no_op;
mod program;
mod runtimes;
mod spool;
mod trouble;
