//! Every way out that returns to us, and what arrived by then.

use crate::program::Program;
use dragonfly::inbox::Inbox;

const SHOP: &str = env!("CARGO_BIN_EXE_shop");
const SHOP_PLAIN: &str = env!("CARGO_BIN_EXE_shop_plain");
const ENDS: &str = env!("CARGO_BIN_EXE_ends");
const GUARDED: &str = env!("CARGO_BIN_EXE_guarded");

#[test]
fn an_error_from_main_arrives_once_and_changes_nothing() {
    let inbox = Inbox::start().unwrap();
    let ours = Program::new(SHOP).reporting_to(inbox.dsn()).run();
    let plain = Program::new(SHOP_PLAIN).run();
    assert_eq!(ours.code(), plain.code());
    assert_eq!(ours.stdout(), plain.stdout());
    assert_eq!(ours.stderr(), plain.stderr());

    let events = inbox.events();
    assert_eq!(events.len(), 1);
    let event = events[0].event().unwrap();
    assert_eq!(event.exception.len(), 1);
    assert_eq!(event.exception[0].ty, "io::Error");
    assert_eq!(
        event.exception[0].value.as_deref(),
        Some("No such file or directory (os error 2)")
    );
    assert_eq!(
        event.release.as_deref(),
        Some(concat!("dragonfly-tests@", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(event.environment.as_deref(), Some("development"));
    assert_eq!(event.server_name, None);
    assert_eq!(event.transaction.as_deref(), Some("dragonfly_tests::read"));
    assert_eq!(
        event.exception[0].mechanism.as_ref().unwrap().handled,
        Some(false)
    );
    let functions: Vec<_> = events[0]
        .frames()
        .into_iter()
        .filter_map(|frame| frame.function().map(str::to_owned))
        .collect();
    assert_eq!(
        &functions[..3],
        [
            "dragonfly_tests::read",
            "dragonfly_tests::open_shop",
            "shop::main"
        ],
        "{functions:?}"
    );
}

#[test]
fn what_main_adds_to_an_error_arrives_where_it_started_reporting_once_more() {
    let inbox = Inbox::start().unwrap();
    let program = Program::new(ENDS).arg("err below a second start");
    let ended = program.reporting_to(inbox.dsn()).run();
    assert_eq!(ended.code(), Some(1));
    let events = inbox.events();
    assert_eq!(events.len(), 1);
    let event = events[0].event().unwrap();
    let outermost = event.exception.last().unwrap();
    assert_eq!(outermost.value.as_deref(), Some("opening the shop"));
    assert_eq!(outermost.mechanism.as_ref().unwrap().handled, Some(false));
}

#[test]
#[cfg(unix)]
fn a_pipe_that_nobody_reads_is_ignored_where_the_program_says_so() {
    for (ignored, wanted) in [
        ("io::ErrorKind::NotFound", 1),
        ("io::ErrorKind::BrokenPipe", 0),
    ] {
        let inbox = Inbox::start().unwrap();
        let program = Program::new(ENDS).arg("print").reporting_to(inbox.dsn());
        let mut program = program.env("DRAGONFLY_IGNORE_ERRORS", ignored);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader); // as `head` does
        program.command.stdout(writer);
        let ended = program.run();
        assert_eq!(ended.code(), Some(101), "{}", ended.stderr());
        assert_eq!(
            inbox.events().len(),
            wanted,
            "{ignored}: {}",
            ended.stderr()
        );
    }
}

#[test]
fn an_error_that_only_main_saw_is_fatal_and_unhandled() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(ENDS)
        .arg("err")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.code(), Some(1));
    assert_eq!(ended.stderr(), "Error: \"only main saw this\"\n");
    let events = inbox.events();
    assert_eq!(events.len(), 1);
    let event = events[0].event().unwrap();
    assert_eq!(event.level, dragonfly::sentry::Level::Fatal);
    assert_eq!(
        event.exception[0].value.as_deref(),
        Some("only main saw this")
    );
    assert_eq!(
        event.exception[0].mechanism.as_ref().unwrap().handled,
        Some(false)
    );
}

#[test]
fn success_reports_nothing() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(ENDS).arg("ok").reporting_to(inbox.dsn()).run();
    assert_eq!(ended.code(), Some(0));
    assert_eq!(inbox.requests(), 0);
}

#[test]
fn an_exit_code_is_kept_and_what_was_captured_arrives() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(ENDS)
        .arg("code")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.code(), Some(7));
    let events = inbox.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].title(), "String: failure 7");
}

#[test]
fn a_panic_in_main_arrives_and_ends_the_program_as_ever() {
    let inbox = Inbox::start().unwrap();
    let ours = Program::new(ENDS)
        .arg("panic")
        .reporting_to(inbox.dsn())
        .run();
    let off = Program::new(ENDS).arg("panic").run();
    assert_eq!(ours.code(), Some(101));
    assert_eq!(off.code(), Some(101));
    let message = |stderr: String| {
        stderr
            .lines()
            .filter(|line| !line.contains("thread 'main'"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(message(ours.stderr()), message(off.stderr()));
    let events = inbox.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].title(), "panic: main panicked with 42");
    let frames = events[0].frames();
    let own = frames.iter().filter(|frame| frame.in_app() == Some(true));
    let own: Vec<_> = own
        .map(|frame| frame.function().zip(frame.filename()))
        .collect();
    let file = "tests/src/bin/ends.rs"; // as those of errors, which are grouped by what they are called
    let at = |function| Some((function, file));
    assert_eq!(own, [at("ends::panicking"), at("ends::main")]);
}

#[test]
fn a_panic_in_a_thread_arrives_with_its_name() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(ENDS)
        .arg("thread")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.code(), Some(3));
    let events = inbox.events();
    assert_eq!(events.len(), 1);
    let event = events[0].event().unwrap();
    assert_eq!(event.threads[0].name.as_deref(), Some("stock"));
    assert_eq!(
        event.exception[0].value.as_deref(),
        Some("a thread panicked")
    );
}

#[test]
fn the_guard_of_init_reports_like_the_attribute() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(GUARDED).reporting_to(inbox.dsn()).run();
    assert_eq!(ended.stdout(), "enabled: true\n");
    let events = inbox.events();
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0].release(),
        Some(concat!("dragonfly-tests@", env!("CARGO_PKG_VERSION")))
    );

    let off = Program::new(GUARDED).run();
    assert_eq!(off.stdout(), "enabled: false\n");
}
