//! A server that asks for patience, or fails again and again, is asked seldom and gets everything in
//! the end, from a program that just goes on.

use crate::program::{Program, Running};
use crate::spool::told;
use dragonfly::inbox::{Fault, Inbox, Received};
#[cfg(unix)]
use rustix::process::Signal;
use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

const ON_DEMAND: &str = env!("CARGO_BIN_EXE_on_demand");
const CAPTURED: usize = 5;
/// A machine may have other work to do.
const LONG: Duration = Duration::from_secs(90);

/// A program that has captured, and waits.
fn captured(inbox: &Inbox, spool: &str) -> Running {
    let mut program = Program::new(ON_DEMAND)
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SPOOL", spool)
        .start();
    program.captures(CAPTURED);
    program
}

fn limits(seconds: u32) -> [Fault; 2] {
    let limit = |sentry: Option<String>, retry_after: Option<String>| Fault::RateLimit {
        sentry,
        retry_after,
    };
    [
        limit(None, Some(seconds.to_string())),
        limit(Some(format!("{seconds}:error:organization")), None),
    ]
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A start that captures nothing.
fn start_again(inbox: &Inbox, spool: &str) {
    let program = Program::new(ON_DEMAND)
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SPOOL", spool);
    assert!(program.start().end().success());
}

/// All arrived, each once.
#[track_caller]
fn check_arrived(inbox: &Inbox, what: &str) {
    let events = inbox.wait_for_events(CAPTURED, LONG);
    let titles: BTreeSet<String> = events.iter().map(Received::title).collect();
    assert_eq!((titles.len(), events.len()), (CAPTURED, CAPTURED), "{what}");
}

#[test]
fn a_short_limit_is_waited_out_while_the_program_goes_on() {
    for spool in ["spool", "off"] {
        for limit in limits(1) {
            let what = format!("{limit:?}, spool: {spool}");
            let inbox = Inbox::start().unwrap();
            inbox.set_fault(limit);
            let program = captured(&inbox, spool);
            let began = Instant::now();
            wait_until("it tries again", || inbox.requests() >= 3);
            let limited = inbox.requests();
            let most = 2 + began.elapsed().as_secs();
            assert!(limited as u64 <= most, "{what}: {limited} of {most}");
            inbox.set_fault(Fault::None);
            check_arrived(&inbox, &what);
            assert_eq!(told(&inbox), [], "{what}");
            assert!(program.end().success(), "{what}");
        }
    }
}

#[test]
fn a_long_limit_is_not() {
    for limit in limits(3600) {
        let inbox = Inbox::start().unwrap();
        let spool = tempfile::tempdir().unwrap();
        let spool = spool.path().to_str().unwrap();
        inbox.set_fault_for(1, limit);
        let program = captured(&inbox, spool);
        wait_until("it asks", || inbox.requests() == 1);
        assert!(program.end().success());
        // also where the limit is one on counts, too; a machine with other work may take some starts
        let until = Instant::now() + LONG;
        let mut counts = told(&inbox);
        while counts.is_empty() && Instant::now() < until {
            start_again(&inbox, spool);
            counts = told(&inbox);
        }
        assert_eq!(inbox.events().len(), 0);
        let dropped = ("error/ratelimit_backoff".to_owned(), CAPTURED as u64);
        assert_eq!(counts, [dropped]);
    }
}

/// How often a server may be asked in that time, where each pause is at least twice the one before.
fn most_asked(time: Duration) -> usize {
    let mut pauses = (0..).map(|n| Duration::from_millis(200) * (1 << n));
    let mut left = time;
    1 + std::iter::from_fn(|| {
        left = left.checked_sub(pauses.next()?)?;
        Some(())
    })
    .count()
}

#[track_caller]
fn check_asked(requests: usize, time: Duration, what: &str) {
    let most = most_asked(time);
    assert!(requests <= most, "{what}: asked {requests} times of {most}");
}

#[test]
fn a_server_that_fails_again_and_again_is_asked_with_growing_pauses_and_gets_it_once_it_is_well() {
    let faults = [Fault::Status(500), Fault::Status(503), Fault::Reset];
    let checks = faults.map(|fault| {
        thread::spawn(move || {
            let what = format!("{fault:?}");
            let inbox = Inbox::start().unwrap();
            inbox.set_fault(fault);
            let began = Instant::now();
            let program = captured(&inbox, "spool");
            wait_until("it tries again", || inbox.requests() >= 5);
            let requests = inbox.requests();
            check_asked(requests, began.elapsed(), &what);
            inbox.set_fault(Fault::None);
            check_arrived(&inbox, &what);
            assert_eq!(told(&inbox), [], "{what}");
            assert!(program.end().success(), "{what}");
        })
    });
    for check in checks {
        check.join().unwrap();
    }
}

#[test]
#[should_panic(expected = "every 200 ms: asked 15 times of 5")]
fn the_check_for_growing_pauses_can_fail() {
    check_asked(4, Duration::from_secs(3), "as it should be");
    check_asked(15, Duration::from_secs(3), "every 200 ms");
}

/// A program whose server has failed, so that it waits for a while until it tries again.
#[cfg(unix)]
fn paused(inbox: &Inbox, spool: &str) -> Running {
    inbox.set_fault(Fault::Status(500));
    let program = captured(inbox, spool);
    wait_until("it tries again", || inbox.requests() >= 4);
    program
}

/// Ends it by a signal, of which it dies.
#[cfg(unix)]
#[track_caller]
fn end_by(signal: Signal, program: Running) {
    let id = rustix::process::Pid::from_child(&program.child);
    rustix::process::kill_process(id, signal).unwrap();
    let status = program.ends_by_itself();
    let died_of = std::os::unix::process::ExitStatusExt::signal(&status);
    assert_eq!(died_of, Some(signal.as_raw()));
}

#[test]
#[cfg(unix)]
fn a_signal_amid_a_pause_loses_nothing_with_a_spool_or_without() {
    let folder = tempfile::tempdir().unwrap();
    for spool in [folder.path().to_str().unwrap(), "off"] {
        let inbox = Inbox::start().unwrap();
        let program = paused(&inbox, spool);
        inbox.set_fault(Fault::None);
        end_by(Signal::TERM, program);
        if spool != "off" {
            start_again(&inbox, spool);
        }
        check_arrived(&inbox, spool);
    }
    // of a signal that leaves no time, the same program dies with all that it had
    let inbox = Inbox::start().unwrap();
    let program = paused(&inbox, "off");
    inbox.set_fault(Fault::None);
    end_by(Signal::KILL, program);
    assert!(inbox.events().len() < CAPTURED);
}

#[test]
#[cfg(unix)]
fn a_signal_does_not_wait_for_a_server_that_is_gone() {
    let inbox = Inbox::start().unwrap();
    let program = paused(&inbox, "off");
    drop(inbox);
    let began = Instant::now();
    end_by(Signal::TERM, program);
    let took = began.elapsed();
    assert!(took < Duration::from_secs(15), "of thirty: {took:?}");
}

#[test]
#[cfg(unix)]
fn counts_that_a_signal_ends_are_told_after_the_next_start() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    let spool = spool.path().to_str().unwrap();
    inbox.set_fault(Fault::Status(413));
    let program = captured(&inbox, spool);
    wait_until("all are refused", || inbox.requests() >= CAPTURED);
    inbox.set_fault(Fault::Reset);
    end_by(Signal::TERM, program);
    assert_eq!(told(&inbox), []);
    inbox.set_fault(Fault::None);
    start_again(&inbox, spool);
    assert_eq!(
        told(&inbox),
        [("error/send_error".to_owned(), CAPTURED as u64)]
    );
}

#[test]
fn counts_that_a_silent_server_does_not_hear_are_told_after_the_next_start() {
    // an error takes them along, or nothing does
    for more in [1, 0] {
        let inbox = Inbox::start().unwrap();
        let spool = tempfile::tempdir().unwrap();
        let spool = spool.path().to_str().unwrap();
        inbox.set_fault(Fault::Status(413));
        let mut program = Program::new(ON_DEMAND)
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SPOOL", spool)
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "4")
            .start();
        program.captures(CAPTURED);
        wait_until("all are refused", || inbox.requests() >= CAPTURED);
        inbox.set_fault(Fault::Hang);
        program.captures(more);
        wait_until("it asks", || inbox.requests() >= CAPTURED + more);
        assert!(program.end().success());
        assert_eq!(inbox.requests(), CAPTURED + 1, "one that nobody answers");
        assert_eq!((inbox.events().len(), told(&inbox)), (0, vec![]));
        inbox.set_fault(Fault::None);
        start_again(&inbox, spool);
        assert_eq!(inbox.events().len(), more);
        let lost = ("error/send_error".to_owned(), CAPTURED as u64);
        assert_eq!(told(&inbox), [lost]);
    }
}
