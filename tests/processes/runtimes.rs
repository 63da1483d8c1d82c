//! Async `main`s: the client is bound before the runtime's threads exist.

use crate::program::Program;
use dragonfly::inbox::{Inbox, Received};

#[test]
fn our_own_runtime_reports_from_tasks_and_from_main() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(env!("CARGO_BIN_EXE_async_shop"))
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.code(), Some(1));
    let mut titles: Vec<_> = inbox.events().iter().map(Received::title).collect();
    titles.sort();
    assert_eq!(
        titles,
        ["String: item 1 is sold out", "String: item 2 is sold out"]
    );
}

#[test]
fn other_runtimes_attributes_stand_above_or_below() {
    for program in [
        env!("CARGO_BIN_EXE_tokio_above"),
        env!("CARGO_BIN_EXE_tokio_below"),
    ] {
        let inbox = Inbox::start().unwrap();
        let ended = Program::new(program).reporting_to(inbox.dsn()).run();
        assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
        let events = inbox.events();
        assert_eq!(events.len(), 1, "{program}");
        assert_eq!(events[0].title(), "String: failure 1");
    }
}
