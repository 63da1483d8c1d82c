//! A keeper for tests, and what it is given.

use super::Keeper;
use crate::config::{Defaults, Overrides, Settings, Surroundings};
use crate::delivery::spool::Spool;
use crate::delivery::{HOLD, Pipeline};
use crate::privacy::Policy;
use crate::report::chain::Chain;
use crate::report::stack::Stack;
use crate::report::view::{ErrorView, Seen};
use crate::report::{Origin, Report};
use crate::sessions::Sessions;
use sentry::{Client, ClientOptions};
use std::sync::Arc;
use tempfile::TempDir;

pub(super) fn report() -> Report {
    let view = ErrorView {
        type_name: "panic",
        seen: Seen::Display(&"sold out"),
        outside: None,
    };
    let (chain, stack) = (Chain::of(view), Stack::of(&[]));
    Report::new(Origin::Panic(None), Arc::new(chain), Arc::new(stack))
}

/// The worker's; and the other side of the queue, and what must outlive both.
pub(super) fn keeper() -> (Keeper, Pipeline, (Arc<Client>, TempDir)) {
    const DSN: &str = "https://key@sentry.example.com/1";
    let defaults = Defaults {
        environment: "production",
        release: None,
    };
    let overrides = Overrides {
        dsn: Some(DSN.into()),
        ..Overrides::default()
    };
    let settings = Settings::resolve_in(&overrides, &defaults, &Surroundings::default());
    let sessions = Sessions::new(true, None);
    let (pipeline, receiver) = Pipeline::new(&settings, Policy::of(&settings), sessions);
    let shared = Arc::clone(&pipeline.shared);
    let client = Arc::new(Client::with_options(ClientOptions::new()));
    let _ = shared.client.set(Arc::downgrade(&client));
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(Some(folder.path()), &DSN.parse().unwrap(), true);
    let keeper = Keeper::new(receiver, shared, spool, HOLD);
    (keeper, pipeline, (client, folder))
}
