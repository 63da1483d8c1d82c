//! The real binary, run in folders of its own, against inboxes in this process.

mod config;
mod health;
mod inbox;
mod place;
