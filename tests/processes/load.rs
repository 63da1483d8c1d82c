//! Many errors at once.

use crate::program::Program;
use dragonfly::inbox::{Envelope, Fault, Inbox, Received};
use dragonfly::spool::Destination;
use std::collections::BTreeSet;
use std::path::Path;
use tempfile::TempDir;

const BURST: &str = env!("CARGO_BIN_EXE_burst");

#[test]
fn ten_thousand_errors_in_a_loop_all_arrive() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(BURST)
        .arg("10000")
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "120")
        .run();
    assert_eq!(ended.code(), Some(0));
    let arrived: BTreeSet<String> = inbox.events().iter().map(Received::title).collect();
    assert_eq!(arrived.len(), 10_000);
}

/// A program that fails as often right before its end, while the server never answers.
fn burst_in_vain(count: &str, timeout: &str, spool: &Path) -> Inbox {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Hang);
    let ended = Program::new(BURST)
        .arg(count)
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SPOOL", spool.to_str().unwrap())
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", timeout)
        .run();
    assert_eq!(ended.code(), Some(0));
    assert_eq!(ended.stderr(), "");
    assert!(inbox.events().is_empty());
    inbox.set_fault(Fault::None);
    inbox
}

fn kept(spool: &Path) -> Vec<Envelope> {
    let all = Destination::all(spool).into_iter();
    all.flat_map(|destination| destination.list())
        .map(|kept| Envelope::read(&kept.read().unwrap()).unwrap())
        .collect()
}

#[test]
fn of_a_burst_right_before_the_end_all_is_kept_and_arrives_with_the_next_start() {
    let spool = TempDir::new().unwrap();
    // in less time than an answer is waited for, so that the first is on its way at the end
    let inbox = burst_in_vain("2000", "8", spool.path());
    let titles =
        |events: &[Received]| -> BTreeSet<String> { events.iter().map(Received::title).collect() };
    let kept: BTreeSet<String> = kept(spool.path())
        .iter()
        .flat_map(|envelope| titles(envelope.events()))
        .collect();
    assert_eq!(kept.len(), 2_000);

    let next = Program::new(BURST)
        .arg("1")
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "120")
        .run();
    assert_eq!(next.code(), Some(0));
    assert_eq!(titles(&inbox.events()), kept);
    let left = std::fs::read_dir(spool.path()).unwrap().count();
    assert_eq!(left, 0, "the spool is as empty as it was");
}

#[test]
fn what_a_burst_is_too_large_for_is_counted() {
    let spool = TempDir::new().unwrap();
    burst_in_vain("30000", "4", spool.path());
    let (mut events, mut told) = (0, 0);
    for envelope in kept(spool.path()) {
        events += envelope.events().len() as u64;
        for item in envelope.items() {
            if item.kind() == "client_report" {
                let report = item.json().unwrap();
                let lost = &report["discarded_events"][0];
                assert_eq!(lost["category"], "error");
                assert_eq!(lost["reason"], "queue_overflow");
                told += lost["quantity"].as_u64().unwrap();
            }
        }
    }
    assert_eq!(events + told, 30_000, "{events} + {told}");
}
