//! What a bad network keeps from the server goes out with the next start: once, and all of it.

use crate::program::Program;
use dragonfly::inbox::{Fault, Inbox, Received};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const BURST: &str = env!("CARGO_BIN_EXE_burst");
const ENDS: &str = env!("CARGO_BIN_EXE_ends");
const HOSTILE: &str = env!("CARGO_BIN_EXE_hostile");

fn program(path: &str, inbox: &Inbox, spool: &TempDir) -> Program {
    Program::new(path)
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
}

fn burst(inbox: &Inbox, spool: &TempDir) -> Program {
    program(BURST, inbox, spool).arg("10")
}

/// A start that captures nothing.
fn start_again(inbox: &Inbox, spool: &TempDir) {
    let ended = program(ENDS, inbox, spool).arg("ok").run();
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
}

fn titles(inbox: &Inbox) -> Vec<String> {
    let mut titles: Vec<String> = inbox.events().iter().map(Received::title).collect();
    titles.sort();
    titles
}

/// `category/reason` of what the server was told to be lost, and how many that are.
pub(crate) fn told(inbox: &Inbox) -> Vec<(String, u64)> {
    let mut told = std::collections::BTreeMap::new();
    while let Some(envelope) = inbox.next_envelope(Duration::ZERO) {
        for item in envelope
            .items()
            .iter()
            .filter(|item| item.kind() == "client_report")
        {
            let report = item.json().unwrap();
            for lost in report["discarded_events"].as_array().unwrap() {
                let name = |key: &str| lost[key].as_str().unwrap().to_owned();
                let name = format!("{}/{}", name("category"), name("reason"));
                *told.entry(name).or_default() += lost["quantity"].as_u64().unwrap();
            }
        }
    }
    told.into_iter().collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(found) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = found.flatten().map(|entry| entry.path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn what_a_bad_server_did_not_take_arrives_once_after_the_next_start() {
    let soon = |sentry: Option<&str>, retry_after: Option<&str>| Fault::RateLimit {
        sentry: sentry.map(str::to_owned),
        retry_after: retry_after.map(str::to_owned),
    };
    for fault in [
        Fault::Hang,
        Fault::Reset,
        Fault::Garbage,
        Fault::Status(500),
        Fault::Status(502),
        Fault::Status(503),
        soon(None, Some("30")),
        soon(Some("30:error:organization"), None),
    ] {
        let inbox = Inbox::start().unwrap();
        let spool = tempfile::tempdir().unwrap();
        inbox.set_fault(fault.clone());
        let ended = burst(&inbox, &spool)
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "3")
            .run();
        assert_eq!(
            (ended.code(), ended.stderr()),
            (Some(0), String::new()),
            "{fault:?}"
        );
        assert_eq!(titles(&inbox), [""; 0], "{fault:?}");
        inbox.set_fault(Fault::None);
        start_again(&inbox, &spool);
        let expected: Vec<String> = (0..10).map(|n| format!("String: failure {n}")).collect();
        assert_eq!(titles(&inbox), expected, "{fault:?}");
        assert_eq!(told(&inbox), [], "{fault:?}");
        assert!(files(spool.path()).is_empty(), "{fault:?}");
    }
}

#[test]
fn a_dead_server_ends_the_program_at_once_and_loses_nothing() {
    let spool = tempfile::tempdir().unwrap();
    let (dsn, port) = {
        let inbox = Inbox::start().unwrap();
        (inbox.dsn(), inbox.addr().port())
    };
    let ended = Program::new(BURST)
        .arg("10")
        .reporting_to(&dsn)
        .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
        .run();
    assert!(
        ended.took < Duration::from_secs(10),
        "of thirty: {:?}",
        ended.took
    );
    let kept = files(spool.path());
    assert_eq!(kept.len(), 11, "ten and the lock");
    let inbox = Inbox::bind(("127.0.0.1", port)).unwrap();
    start_again(&inbox, &spool);
    assert_eq!(titles(&inbox).len(), 10);
}

#[test]
fn what_the_server_refuses_is_counted_and_told_to_one_that_listens() {
    for fault in [400, 401, 403, 404, 413].map(Fault::Status) {
        let inbox = Inbox::start().unwrap();
        let spool = tempfile::tempdir().unwrap();
        inbox.set_fault_for(10, fault.clone());
        let ended = burst(&inbox, &spool).run();
        assert_eq!(ended.code(), Some(0), "{fault:?}");
        assert_eq!(titles(&inbox), [""; 0], "{fault:?}");
        assert_eq!(told(&inbox), [("error/send_error".to_owned(), 10)]);
        assert!(files(spool.path()).is_empty(), "{fault:?}");
    }
}

/// As networks do that ask for a login first.
#[test]
fn what_is_redirected_waits_for_a_server_that_takes_it() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    inbox.set_fault(Fault::Redirect("/login".to_owned()));
    let ended = burst(&inbox, &spool).run();
    assert_eq!(ended.code(), Some(0));
    let said = "a redirect is not followed, and nothing is sent: status 307";
    let stderr = ended.stderr();
    assert!(
        stderr.contains(said) && stderr.lines().count() == 1,
        "{stderr}"
    );
    // once, and once more at the end: the next one would be redirected, too
    assert!(inbox.requests() <= 2, "{}", inbox.requests());
    inbox.set_fault(Fault::None);
    start_again(&inbox, &spool);
    assert_eq!((titles(&inbox).len(), told(&inbox)), (10, Vec::new()));
    assert!(files(spool.path()).is_empty());
}

#[test]
fn counts_that_nobody_listened_to_are_told_after_the_next_start() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    // nine are refused, and then nobody answers any more
    inbox.set_fault(Fault::Reset);
    inbox.set_fault_for(9, Fault::Status(413));
    burst(&inbox, &spool).run();
    assert_eq!(told(&inbox), []);
    inbox.set_fault(Fault::None);
    start_again(&inbox, &spool);
    assert_eq!(titles(&inbox).len(), 1);
    assert_eq!(told(&inbox), [("error/send_error".to_owned(), 9)]);
    assert!(files(spool.path()).is_empty());
}

#[test]
fn under_a_long_rate_limit_errors_are_dropped_and_counted() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    inbox.set_fault_for(
        1,
        Fault::RateLimit {
            retry_after: None,
            sentry: Some("3600:error:organization".to_owned()),
        },
    );
    burst(&inbox, &spool).run();
    assert_eq!(titles(&inbox), [""; 0]);
    assert_eq!(told(&inbox), [("error/ratelimit_backoff".to_owned(), 10)]);
}

#[test]
fn what_a_hook_drops_is_counted_by_the_client_and_told() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    program(HOSTILE, &inbox, &spool).arg("hook-drops").run();
    assert_eq!(titles(&inbox), [""; 0]);
    assert_eq!(told(&inbox), [("error/before_send".to_owned(), 1)]);
}

#[test]
fn a_server_that_is_down_for_a_while_gets_all_of_it_in_the_end() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    inbox.set_fault_for(3, Fault::Status(503));
    burst(&inbox, &spool).run();
    assert_eq!(titles(&inbox).len(), 10);
    assert!(files(spool.path()).is_empty());
}

#[test]
fn any_number_of_programs_share_a_spool() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    inbox.set_fault(Fault::Reset);
    let run_many = || {
        let many: Vec<_> = (0..4)
            .map(|_| {
                let program = burst(&inbox, &spool);
                std::thread::spawn(move || program.run().code())
            })
            .collect();
        for one in many {
            assert_eq!(one.join().unwrap(), Some(0));
        }
    };
    run_many();
    assert_eq!(files(spool.path()).len(), 4 * 11);
    inbox.set_fault(Fault::None);
    run_many();
    start_again(&inbox, &spool);
    let ids: Vec<String> = inbox
        .events()
        .iter()
        .map(|event| event.json()["event_id"].to_string())
        .collect();
    assert_eq!(ids.len(), 80);
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len(),
        80,
        "none of them twice"
    );
    assert!(files(spool.path()).is_empty());
}

#[test]
fn what_lies_on_disk_is_scrubbed_and_an_envelope() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    inbox.set_fault(Fault::Reset);
    burst(&inbox, &spool).run();
    let key = inbox.dsn().split(['/', '@']).nth(2).unwrap().to_owned();
    for file in files(spool.path()) {
        if file.ends_with("lock") {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(!text.contains(&key), "the key of the DSN");
        let envelope = dragonfly::inbox::Envelope::read(&bytes).unwrap();
        assert_eq!(envelope.events().len(), 1);
        assert!(dragonfly::sentry::Envelope::from_slice(&bytes).is_ok());
        let event: &Value = envelope.events()[0].json();
        assert!(event["exception"].is_object(), "{event}");
    }
}

#[test]
fn a_damaged_file_is_said_once_and_nobody_is_hurt() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    inbox.set_fault(Fault::Reset);
    burst(&inbox, &spool).run();
    let envelopes = files(spool.path())
        .into_iter()
        .filter(|file| !file.ends_with("lock"));
    for file in envelopes.take(3) {
        fs::write(file, "{}\n{\"type\":\"event\",\"length\":100}\n{").unwrap();
    }
    inbox.set_fault(Fault::None);
    let ended = program(ENDS, &inbox, &spool).arg("ok").run();
    assert_eq!(ended.code(), Some(0));
    assert_eq!(
        ended.stderr().matches("damaged").count(),
        3,
        "{}",
        ended.stderr()
    );
    assert_eq!(titles(&inbox).len(), 7);
    let again = program(ENDS, &inbox, &spool).arg("ok").run();
    assert_eq!(again.stderr(), "");
}

#[test]
fn without_a_place_for_it_the_spool_is_in_memory_and_said_once_under_debug() {
    let inbox = Inbox::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for (debug, lines) in [("false", 0), ("true", 1)] {
        inbox.clear();
        let ended = Program::new(BURST)
            .arg("10")
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SPOOL", file.to_str().unwrap())
            .env("SENTRY_DEBUG", debug)
            .run();
        assert_eq!(ended.code(), Some(0));
        assert_eq!(titles(&inbox).len(), 10);
        let said = ended.stderr().matches("memory only").count();
        assert_eq!(said, lines, "{}", ended.stderr());
    }
}

#[test]
fn a_name_that_nobody_knows_keeps_it() {
    let spool = tempfile::tempdir().unwrap();
    let ended = Program::new(BURST)
        .arg("10")
        .reporting_to("http://key@nobody-knows.invalid/1")
        .env("DRAGONFLY_ALLOW_HTTP", "nobody-knows.invalid")
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "5")
        .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
        .run();
    assert_eq!(ended.code(), Some(0));
    assert_eq!(files(spool.path()).len(), 11);
}
