//! Every way out: what was captured has arrived by then, or is kept for the next start, and the
//! process ends as it would have.

use crate::program::{Ended, Program, Running};
use dragonfly::inbox::{Fault, Inbox, Received};
use rustix::process::Signal;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

const EXITS: &str = env!("CARGO_BIN_EXE_exits");

/// Errors that the program captures before its end.
const BEFORE: usize = 3;

fn titles(inbox: &Inbox) -> Vec<String> {
    let mut titles: Vec<String> = inbox.events().iter().map(Received::title).collect();
    titles.sort();
    titles
}

/// What arrives when the program ends in a way, and once it was started again; and how it ended.
fn run(way: &str) -> (usize, usize, Ended) {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    let program = |way: &str| {
        Program::new(EXITS)
            .arg(way)
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
    };
    let ended = program(way).run();
    let now = inbox.events().len();
    program("return").run();
    let later = titles(&inbox).len() - now - BEFORE;
    (now, later, ended)
}

#[track_caller]
fn ends_as_without_us(way: &str, ended: &Ended) {
    let without = Program::new(EXITS).arg(way).run();
    let how = |status: ExitStatus| (status.code(), status.signal());
    assert_eq!(
        how(ended.output.status),
        how(without.output.status),
        "{way}: {}",
        ended.stderr()
    );
}

#[test]
fn every_way_out_delivers() {
    for (way, more) in [
        ("return", 0),
        ("code", 0),
        ("exit", 0),
        ("exit in a thread", 0),
        ("exit in a task", 0),
        ("panic", 1),
        ("panic in a thread", 1),
        ("panic in a task", 1),
        ("panic in a drop", 1),
        ("resumed unwind", 1),
        ("init twice", 1),
        ("fork", 1),
    ] {
        let (now, later, ended) = run(way);
        assert_eq!(
            (now, later),
            (BEFORE + more, 0),
            "{way}: {}",
            ended.stderr()
        );
        ends_as_without_us(way, &ended);
    }
}

#[test]
#[cfg(not(feature = "crash"))]
fn a_crash_keeps_what_was_captured_before() {
    for (way, more) in [
        ("abort", 0),
        ("bad access", 0),
        ("stack overflow", 0),
        ("out of memory", 0),
        ("panic while panicking", 3),
        ("panic in a hook", 1),
    ] {
        let (now, later, ended) = run(way);
        assert_eq!(now + later, BEFORE + more, "{way}: {}", ended.stderr());
        assert!(ended.output.status.signal().is_some(), "{way}");
        ends_as_without_us(way, &ended);
    }
}

#[test]
fn what_is_on_disk_survives_the_sudden_end() {
    for way in ["kill by itself", "exec"] {
        let (now, later, ended) = run(way);
        // the program that replaces this one reports errors of its own, and delivers at once
        let more = if way == "exec" { BEFORE } else { 0 };
        assert_eq!(now + later, BEFORE + more, "{way}");
        ends_as_without_us(way, &ended);
    }
}

#[test]
fn without_a_spool_the_sudden_end_loses_it() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Hang);
    let program = |way: &str| {
        Program::new(EXITS)
            .arg(way)
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SPOOL", "off")
    };
    program("kill by itself").run();
    inbox.set_fault(Fault::None);
    program("return").run();
    assert_eq!(inbox.events().len(), BEFORE);
}

fn start(way: &str, inbox: &Inbox) -> Running {
    Program::new(EXITS)
        .arg(way)
        .reporting_to(inbox.dsn())
        .start()
}

fn signal(running: &Running, signal: Signal) {
    let id = rustix::process::Pid::from_child(&running.child);
    rustix::process::kill_process(id, signal).unwrap();
}

const ASKING: [Signal; 4] = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT];

#[test]
fn a_signal_that_ends_the_program_delivers_first() {
    for asked in ASKING {
        let inbox = Inbox::start().unwrap();
        let mut waiting = start("wait", &inbox);
        signal(&waiting, asked);
        let ended = waiting.child.wait().unwrap();
        assert_eq!(ended.signal(), Some(asked.as_raw()));
        assert_eq!(inbox.events().len(), BEFORE, "{asked:?}");
    }
}

#[test]
fn a_second_signal_ends_the_program_at_once() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Hang);
    let mut waiting = start("wait", &inbox);
    let started = Instant::now();
    signal(&waiting, Signal::TERM);
    while inbox.requests() == 0 {
        std::thread::sleep(Duration::from_millis(1));
        assert!(started.elapsed() < Duration::from_secs(20), "nothing came");
    }
    signal(&waiting, Signal::INT);
    let ended = waiting.child.wait().unwrap();
    assert_eq!(ended.signal(), Some(2));
    assert!(started.elapsed() < Duration::from_secs(15), "of thirty");
}

#[test]
fn handlers_of_the_program_are_not_disturbed() {
    for way in ["own handler", "tokio's handler"] {
        let inbox = Inbox::start().unwrap();
        let waiting = start(way, &inbox);
        signal(&waiting, Signal::TERM);
        assert_eq!(waiting.end().code(), Some(6), "{way}");
        assert_eq!(inbox.events().len(), BEFORE + 1, "{way}");
    }
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let inbox = Inbox::start().unwrap();
    let waiting = start("ignored", &inbox);
    signal(&waiting, Signal::TERM);
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(waiting.end().code(), Some(4));
    assert_eq!(inbox.events().len(), BEFORE);
}

#[test]
fn nothing_is_held_back_while_the_program_goes_on() {
    let inbox = Inbox::start().unwrap();
    let mut waiting = start("wait", &inbox);
    assert_eq!(
        inbox.wait_for_events(BEFORE, Duration::from_secs(20)).len(),
        BEFORE
    );
    assert!(waiting.child.try_wait().unwrap().is_none());
    waiting.end();
}

#[test]
fn a_child_by_fork_says_nothing_and_does_not_hang() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(EXITS)
        .arg("fork")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.code(), Some(5), "the child's");
    assert!(!titles(&inbox).iter().any(|title| title.contains("100")));
    let anew = Program::new(EXITS)
        .arg("fork and init")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(anew.code(), Some(5));
    assert!(titles(&inbox).iter().any(|title| title.contains("100")));
}

#[test]
fn a_second_start_joins_the_first() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(EXITS)
        .arg("init twice")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.stdout(), "enabled: true\n");
    for event in inbox.events() {
        assert_ne!(
            event.event().unwrap().environment.as_deref(),
            Some("second")
        );
    }
}
