//! Real processes, ended in every way, against the inbox.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[cfg(all(unix, feature = "aborting"))]
mod aborting;
mod answers;
mod backtraces;
mod between;
mod bounds;
mod configuration;
#[cfg(all(unix, feature = "crash"))]
mod crashes;
#[cfg(unix)]
mod disks;
mod ends;
#[cfg(unix)]
mod exits;
#[cfg(unix)]
mod hostile_spool;
mod https;
mod jobs;
mod load;
#[cfg(feature = "tracing")]
mod logging;
mod masking;
mod networks;
mod no_op;
mod patience;
mod program;
mod proxies;
mod releases;
mod runtimes;
#[cfg(target_os = "linux")]
mod sandbox;
mod sessions;
mod spool;
mod spotlight;
mod tasks;
mod timed;
mod tls;
mod trouble;
mod users;
#[cfg(all(unix, feature = "all-of-sentry"))]
mod whereabouts;
