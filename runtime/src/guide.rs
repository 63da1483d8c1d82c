//! A guide, by what you want to do.
//!
//! | | |
//! | --- | --- |
//! | [getting started](getting_started) | from nothing to an error on the page of an issue |
//! | [configuration] | every setting, and where it may stand |
//! | [privacy] | what leaves this machine, what does not, and how to look |
//! | [delivery] | how a report gets to the server, and what happens if it does not; containers, services, CI |
//! | [performance] | how long things take, in one process and across many |
//! | [services] | requests: a scope, a transaction and the route for each |
//! | [asynchronous] | futures, tasks, runtimes |
//! | [releases] | debug symbols, commits, deploys |
//! | [testing] | tests that hold what your program reports |
//! | [migration] | from `sentry` by hand, and from `tracing::instrument(err)` |
//! | [troubleshooting] | by symptom |
//! | [costs] | what it costs and what it delivers, beside other ways |
//! | [limits] | what it does not do |
//!
//! These pages are part of the documentation alone: there is nothing in them to import.

#[doc = include_str!("../docs/guide/getting-started.md")]
pub mod getting_started {}

#[doc = include_str!("../docs/guide/privacy.md")]
pub mod privacy {}

#[doc = include_str!("../docs/guide/delivery.md")]
pub mod delivery {}

#[doc = include_str!("../docs/guide/performance.md")]
pub mod performance {}

#[doc = include_str!("../docs/guide/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/guide/asynchronous.md")]
pub mod asynchronous {}

#[doc = include_str!("../docs/guide/migration.md")]
pub mod migration {}

#[doc = include_str!("../docs/guide/troubleshooting.md")]
pub mod troubleshooting {}

#[doc = include_str!("../docs/guide/configuration.md")]
pub mod configuration {}

#[doc = include_str!("../docs/guide/services.md")]
pub mod services {}

#[doc = include_str!("../docs/guide/costs.md")]
pub mod costs {}

#[doc = include_str!("../docs/guide/limits.md")]
pub mod limits {}

#[doc = include_str!("../docs/guide/releases.md")]
pub mod releases {}
