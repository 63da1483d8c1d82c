//! What is reported, seen through `dragonfly::testing`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bubbling;
mod describing;
mod privacy;
mod silence;
