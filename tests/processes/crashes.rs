//! With the feature `crash`, a crash is an event of its own, with the stack of the thread.

use crate::program::Program;
use dragonfly::inbox::{Inbox, Received};
use std::os::unix::process::ExitStatusExt as _;

const EXITS: &str = env!("CARGO_BIN_EXE_exits");

/// What arrives by the time that the program was started again, without the errors before the end.
fn crash(way: &str) -> Vec<Received> {
    let inbox = Inbox::start().unwrap();
    let program = |way: &str| {
        let program = Program::new(EXITS).arg(way).reporting_to(inbox.dsn());
        let spool = inbox.addr().port().to_string();
        program.env(
            "DRAGONFLY_SPOOL",
            &std::env::temp_dir().join(spool).to_string_lossy(),
        )
    };
    let ended = program(way).run();
    let without = Program::new(EXITS).arg(way).run();
    assert_eq!(
        ended.output.status.signal(),
        without.output.status.signal(),
        "{way}: {}",
        ended.stderr()
    );
    program("return").run();
    let mut events = inbox.events();
    events.retain(|event| !event.title().starts_with("String: failure"));
    events
}

#[test]
fn a_crash_is_an_event_with_its_stack() {
    for (way, signal, function) in [
        ("bad access", "SIGSEGV", "write_volatile"),
        ("stack overflow", "SIGSEGV", "exits::deeper"),
        ("abort", "SIGABRT", "exits::main"),
        ("out of memory", "SIGABRT", "exits::main"),
    ] {
        let events = crash(way);
        assert_eq!(events.len(), 1, "{way}");
        let event = events[0].event().unwrap();
        assert_eq!(event.exception[0].ty, signal, "{way}");
        assert_eq!(event.level, dragonfly::sentry::Level::Fatal);
        let mechanism = event.exception[0].mechanism.as_ref().unwrap();
        assert_eq!(
            (mechanism.ty.as_str(), mechanism.handled),
            ("signalhandler", Some(false))
        );
        let frames = events[0].frames();
        let functions: Vec<_> = frames.iter().filter_map(|frame| frame.function()).collect();
        let has = |part: &str| functions.iter().any(|function| function.contains(part));
        assert!(has(function), "{way}: {functions:?}");
        assert!(!has("dragonfly::exit"), "{way}: {functions:?}");
    }
}

#[test]
fn an_abort_after_a_panic_is_the_panics_event() {
    let events = crash("panic in a hook");
    let titles: Vec<String> = events.iter().map(Received::title).collect();
    assert_eq!(titles, ["panic: first"]);
}
