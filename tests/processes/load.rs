//! Many errors at once.

use crate::program::Program;
use dragonfly::inbox::{Inbox, Received};
use std::collections::BTreeSet;

#[test]
fn ten_thousand_errors_in_a_loop_all_arrive() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(env!("CARGO_BIN_EXE_burst"))
        .arg("10000")
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "120")
        .run();
    assert_eq!(ended.code(), Some(0));
    let arrived: BTreeSet<String> = inbox.events().iter().map(Received::title).collect();
    assert_eq!(arrived.len(), 10_000);
}
