//! Every way out: what was captured has arrived by then, or is kept for the next start, and the
//! process ends as it would have.

use crate::program::{Ended, Program, Running};
use dragonfly::inbox::{Fault, Inbox, Received};
use dragonfly::spool::Destination;
use rustix::process::Signal;
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

const EXITS: &str = env!("CARGO_BIN_EXE_exits");
const LATE: &str = env!("CARGO_BIN_EXE_late");

/// Errors that the program captures before its end.
pub(crate) const BEFORE: usize = 3;

fn titles(inbox: &Inbox) -> Vec<String> {
    let mut titles: Vec<String> = inbox.events().iter().map(Received::title).collect();
    titles.sort();
    titles
}

/// Events that arrived: one whose process ended between sending and deleting it comes again, as itself.
fn different(inbox: &Inbox) -> usize {
    let events = inbox.events();
    let ids = events.iter().map(|event| event.json()["event_id"].as_str());
    ids.collect::<BTreeSet<_>>().len()
}

/// What arrives when the program ends in a way, and once it was started again; and how it ended.
fn run(way: &str) -> (usize, usize, Ended) {
    run_against(Fault::None, way)
}

/// The same, with a server that fails until the program is started again.
fn run_against(fault: Fault, way: &str) -> (usize, usize, Ended) {
    run_program(EXITS, fault, way)
}

pub(crate) fn run_program(path: &str, fault: Fault, way: &str) -> (usize, usize, Ended) {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    let program = |way: &str| {
        Program::new(path)
            .arg(way)
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
    };
    inbox.set_fault(fault);
    let ended = program(way).run();
    let now = different(&inbox);
    inbox.set_fault(Fault::None);
    program("return").run();
    let later = different(&inbox) - now - BEFORE;
    (now, later, ended)
}

#[track_caller]
fn ends_as_without_us(way: &str, ended: &Ended) {
    program_ends_as_without_us(EXITS, way, ended);
}

#[track_caller]
pub(crate) fn program_ends_as_without_us(path: &str, way: &str, ended: &Ended) {
    let without = Program::new(path).arg(way).run();
    let how = |status: ExitStatus| (status.code(), status.signal());
    assert_eq!(
        how(ended.output.status),
        how(without.output.status),
        "{way}: {}",
        ended.stderr()
    );
}

/// The ways that pass the end of `main` or `exit`, and what is captured on each.
const WAYS_OUT: [(&str, usize); 17] = [
    ("return", 0),
    ("code", 0),
    ("exit", 0),
    ("exit in a thread", 0),
    ("exit in a task", 0),
    ("panic", 1),
    ("panic in a thread", 1),
    ("panic in a thread alone", 1),
    ("panic in a task", 1),
    ("panic in a drop", 1),
    ("resumed unwind", 1),
    ("init twice", 1),
    ("library", 1),
    ("fork", 1),
    ("fork and exit", 1),
    ("fork and SIGTERM", 1),
    ("fork and abort", 1),
];

#[test]
fn every_way_out_delivers() {
    for (way, more) in WAYS_OUT {
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
fn every_way_out_keeps_what_the_server_does_not_take() {
    for (way, more) in WAYS_OUT {
        let (now, later, ended) = run_against(Fault::Reset, way);
        assert_eq!(
            (now, later),
            (0, BEFORE + more),
            "{way}: {}",
            ended.stderr()
        );
        ends_as_without_us(way, &ended);
    }
}

#[test]
#[cfg(not(feature = "crash"))]
fn a_crash_keeps_what_was_captured_before() {
    let raised = [
        libc::SIGABRT,
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGSEGV,
        libc::SIGSYS,
        libc::SIGTRAP,
    ];
    let raised = raised.map(|signal| (format!("raise {signal}"), 0));
    let named = [
        ("abort", 0),
        ("bad access", 0),
        ("stack overflow", 0),
        ("out of memory", 0),
        ("panic while panicking", 3),
        ("panic in a hook", 1),
        ("panic in a thread-local", 1),
    ];
    let named = named.map(|(way, more)| (way.to_owned(), more));
    for (way, more) in named.into_iter().chain(raised) {
        let (now, later, ended) = run(&way);
        assert_eq!(now + later, BEFORE + more, "{way}: {}", ended.stderr());
        // the standard library's handler lets the program go on after a fault that was none
        let goes_on = [libc::SIGBUS, libc::SIGSEGV].map(|signal| format!("raise {signal}"));
        let is_killed = ended.output.status.signal().is_some();
        assert_eq!(is_killed, !goes_on.contains(&way), "{way}");
        ends_as_without_us(&way, &ended);
    }
}

#[test]
fn what_is_on_disk_survives_the_sudden_end() {
    for way in ["kill by itself", "use up all memory", "_exit", "exec"] {
        let (now, later, ended) = run_against(Fault::Reset, way);
        // the program that replaces this one reports errors of its own
        let more = if way == "exec" { BEFORE } else { 0 };
        assert_eq!((now, later), (0, BEFORE + more), "{way}");
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
fn a_signal_that_ends_the_program_delivers_first_and_leaves_nothing_behind() {
    for asked in ASKING {
        let inbox = Inbox::start().unwrap();
        let spool = tempfile::tempdir().unwrap();
        let waiting = Program::new(EXITS)
            .arg("wait")
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
            .start();
        signal(&waiting, asked);
        let ended = waiting.ends_by_itself();
        assert_eq!(ended.signal(), Some(asked.as_raw()));
        assert_eq!(inbox.events().len(), BEFORE, "{asked:?}");
        let left = std::fs::read_dir(spool.path()).unwrap().count();
        assert_eq!(left, 0, "{asked:?}: the spool is as empty as it was");
    }
}

#[test]
fn a_second_signal_ends_the_program_at_once() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Hang);
    // what is kept is not waited for
    let waiting = Program::new(EXITS)
        .arg("wait")
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SPOOL", "off")
        .start();
    let started = Instant::now();
    signal(&waiting, Signal::TERM);
    while inbox.requests() == 0 {
        std::thread::sleep(Duration::from_millis(1));
        assert!(started.elapsed() < Duration::from_secs(20), "nothing came");
    }
    signal(&waiting, Signal::INT);
    let ended = waiting.ends_by_itself();
    assert_eq!(ended.signal(), Some(2));
    assert!(started.elapsed() < Duration::from_secs(15), "of thirty");
}

#[test]
fn a_signal_ends_the_program_with_everything_kept_where_nobody_listens() {
    for (fault, timeout) in [(Fault::Reset, "30"), (Fault::Hang, "3")] {
        let inbox = Inbox::start().unwrap();
        let spool = tempfile::tempdir().unwrap();
        let program = |way: &str| {
            Program::new(EXITS)
                .arg(way)
                .reporting_to(inbox.dsn())
                .env("DRAGONFLY_SHUTDOWN_TIMEOUT", timeout)
                .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
        };
        inbox.set_fault(fault.clone());
        let waiting = program("wait").start();
        signal(&waiting, Signal::TERM);
        let ended = waiting.ends_by_itself();
        assert_eq!(ended.signal(), Some(libc::SIGTERM), "{fault:?}");
        assert_eq!(titles(&inbox), [""; 0], "{fault:?}");
        inbox.set_fault(Fault::None);
        program("return")
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "30")
            .run();
        assert_eq!(different(&inbox), 2 * BEFORE, "{fault:?}");
    }
}

#[test]
fn a_crash_signal_from_outside_keeps_what_was_captured() {
    // it may come to any thread, but not to the one that keeps, and that thread may hold anything
    let asked = [Signal::ABORT, Signal::FPE, Signal::ILL, Signal::TRAP];
    for (n, asked) in asked.into_iter().cycle().take(12).enumerate() {
        let way = if n % 3 == 0 { "hold and wait" } else { "wait" };
        let inbox = Inbox::start().unwrap();
        let spool = tempfile::tempdir().unwrap();
        let program = |way: &str| {
            Program::new(EXITS)
                .arg(way)
                .reporting_to(inbox.dsn())
                .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
        };
        let waiting = program(way).start();
        signal(&waiting, asked);
        let ended = waiting.ends_by_itself();
        assert_eq!(ended.signal(), Some(asked.as_raw()));
        let kept = || -> usize {
            let destinations = Destination::all(spool.path());
            destinations
                .iter()
                .map(|destination| destination.list().len())
                .sum()
        };
        let (now, before) = (different(&inbox), kept());
        let next = program("return").env("SENTRY_DEBUG", "true").run();
        let said = next.stderr();
        let crash = usize::from(cfg!(feature = "crash"));
        assert_eq!(
            different(&inbox),
            2 * BEFORE + crash,
            "{way}, {asked:?}: {now} arrived, {before} were kept, {} after the next start: {said}",
            kept()
        );
    }
}

#[test]
fn handlers_of_the_program_are_not_disturbed() {
    for way in [
        "signal-hook's flag",
        "signal-hook's iterator",
        "tokio's handler",
    ] {
        for asked in ASKING {
            let inbox = Inbox::start().unwrap();
            let waiting = Program::new(EXITS)
                .arg(way)
                .arg(&asked.as_raw().to_string())
                .reporting_to(inbox.dsn())
                .start();
            signal(&waiting, asked);
            assert_eq!(waiting.end().code(), Some(6), "{way}, {asked:?}");
            assert_eq!(inbox.events().len(), BEFORE + 1, "{way}, {asked:?}");
        }
    }
}

#[test]
fn a_handler_of_one_signal_leaves_the_others_to_us() {
    for way in ["signal-hook's iterator", "tokio's handler"] {
        let inbox = Inbox::start().unwrap();
        let waiting = start(way, &inbox);
        signal(&waiting, Signal::INT);
        let ended = waiting.ends_by_itself();
        assert_eq!(ended.signal(), Some(libc::SIGINT), "{way}");
        assert_eq!(inbox.events().len(), BEFORE, "{way}");
    }
}

#[test]
fn a_handler_from_before_the_start_is_not_disturbed() {
    let inbox = Inbox::start().unwrap();
    let late = || Program::new(LATE).reporting_to(inbox.dsn());
    let waiting = late().arg("handler").start();
    signal(&waiting, Signal::TERM);
    assert_eq!(waiting.end().code(), Some(1), "it was asked");
    assert_eq!(inbox.events().len(), 1);
    // without its handler, the same signal ends it
    let waiting = late().arg("ignored").start();
    signal(&waiting, Signal::TERM);
    let ended = waiting.ends_by_itself();
    assert_eq!(ended.signal(), Some(libc::SIGTERM));
    assert_eq!(inbox.events().len(), 2);
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
fn a_signal_that_the_parent_ignores_stays_ignored() {
    for asked in ASKING {
        let inbox = Inbox::start().unwrap();
        let ignoring = format!("trap '' {}; exec {EXITS} wait", asked.as_raw());
        let waiting = Program::new("/bin/sh")
            .arg("-c")
            .arg(&ignoring)
            .reporting_to(inbox.dsn())
            .start();
        signal(&waiting, asked);
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(waiting.end().code(), Some(4), "{asked:?}");
        assert_eq!(inbox.events().len(), BEFORE, "{asked:?}");
    }
}

#[test]
fn the_end_comes_while_other_threads_go_on_failing() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(EXITS)
        .arg("exit amid captures")
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "1")
        .run();
    assert_eq!(ended.code(), Some(3), "{}", ended.stderr());
    assert!(ended.took < Duration::from_secs(10), "{:?}", ended.took);
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
    for (way, code) in [
        ("fork", 5),
        ("fork and exit", 5),
        ("fork and SIGTERM", 128 + libc::SIGTERM),
        ("fork and abort", 128 + libc::SIGABRT),
    ] {
        let inbox = Inbox::start().unwrap();
        let ended = Program::new(EXITS).arg(way).reporting_to(inbox.dsn()).run();
        assert_eq!(ended.code(), Some(code), "the child's, {way}");
        assert!(!titles(&inbox).iter().any(|title| title.contains("100")));
    }
    let inbox = Inbox::start().unwrap();
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

/// The environments of the events, in order of their arrival.
fn environments(inbox: &Inbox) -> Vec<String> {
    let events = inbox.events();
    let events = events.iter().map(|event| event.event().unwrap());
    events
        .filter_map(|event| Some(event.environment?.into_owned()))
        .collect()
}

#[test]
fn a_library_reports_through_the_program_and_the_program_through_a_library_that_was_first() {
    let inbox = Inbox::start().unwrap();
    let program = Program::new(EXITS).arg("library");
    program.reporting_to(inbox.dsn()).run();
    assert_eq!(environments(&inbox), ["development"; BEFORE + 1]);

    let inbox = Inbox::start().unwrap();
    let program = Program::new(LATE).arg("library");
    program.reporting_to(inbox.dsn()).run();
    assert_eq!(environments(&inbox), ["library"; 2]);

    let inbox = Inbox::start().unwrap();
    Program::new(LATE).reporting_to(inbox.dsn()).run();
    assert_eq!(environments(&inbox), ["program"]);
}

#[test]
fn a_panic_hook_from_before_the_start_is_called_too() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(LATE)
        .arg("hook")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.stdout(), "the program's own hook\n");
    assert_eq!(ended.stderr(), "");
    assert_eq!(titles(&inbox), ["String: failure 2", "panic: caught"]);
}

#[test]
fn a_panic_hook_that_replaces_ours_hides_no_panic_of_main() {
    for (way, title, said) in [
        (
            "panic under another hook",
            "panic: a panic that only another panic hook was told of",
            "another hook\n",
        ),
        (
            "panic under another hook, once ours is back",
            "panic: in main",
            "another hook\n",
        ),
        ("panic under a hook that calls ours", "panic: in main", ""),
    ] {
        let inbox = Inbox::start().unwrap();
        let ended = Program::new(EXITS).arg(way).reporting_to(inbox.dsn()).run();
        assert_eq!(ended.stdout(), said, "{way}");
        assert_eq!(ended.output.status.code(), Some(101), "{way}");
        assert_eq!(inbox.events().len(), BEFORE + 1, "{way}");
        assert_eq!(titles(&inbox)[BEFORE], title, "{way}");
    }
}

#[test]
fn what_came_before_a_storm_is_kept_where_nobody_listens() {
    for fault in [Fault::Reset, Fault::Hang].into_iter().cycle().take(6) {
        let inbox = Inbox::start().unwrap();
        let spool = tempfile::tempdir().unwrap();
        inbox.set_fault(fault.clone());
        Program::new(EXITS)
            .arg("exit amid captures")
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "2")
            .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
            .run();
        let destination = spool.path().read_dir().unwrap().next().unwrap().unwrap();
        let run = destination
            .path()
            .read_dir()
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        let texts: Vec<String> = run
            .path()
            .read_dir()
            .unwrap()
            .map(|file| {
                String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap()).into_owned()
            })
            .collect();
        for n in 0..BEFORE {
            let title = format!("\"failure {n}\"");
            assert!(
                texts.iter().any(|text| text.contains(&title)),
                "{fault:?}: {title}"
            );
        }
    }
}
