//! Every way in which a network fails: what was captured arrives, at once or with the next start, or
//! is counted as lost where the server does not want it. Nothing else becomes of it.

#[cfg(target_os = "linux")]
use crate::between::BlackHole;
use crate::between::{Between, Manner, Then};
use crate::program::{Ended, Program};
use dragonfly::inbox::{Fault, Inbox};
use std::collections::BTreeSet;
use std::time::Duration;
use tempfile::TempDir;

const BURST: &str = env!("CARGO_BIN_EXE_burst");

/// How many errors a run of the program captures.
const CAPTURED: usize = 10;

/// The program, and the folder in which its undelivered reports wait.
struct Runs {
    dsn: String,
    spool: TempDir,
}

impl Runs {
    fn of(dsn: String) -> Self {
        let spool = tempfile::tempdir().unwrap();
        Self { dsn, spool }
    }

    fn run(&self, count: usize, variables: &[(&str, &str)]) -> Ended {
        let mut program = Program::new(BURST)
            .arg(&count.to_string())
            .reporting_to(&self.dsn)
            .env("DRAGONFLY_SPOOL", self.spool.path().to_str().unwrap());
        for (name, value) in variables {
            program = program.env(name, value);
        }
        let ended = program.run();
        assert_eq!((ended.code(), ended.stdout()), (Some(0), String::new()));
        ended
    }

    /// Whether nothing waits.
    fn is_empty(&self) -> bool {
        self.spool.path().read_dir().unwrap().next().is_none()
    }
}

/// The ids of the events that arrived, and how many of these came more than once.
fn arrived(inbox: &Inbox) -> (usize, usize) {
    let events = inbox.events();
    let ids = events.iter().map(|event| event.json()["event_id"].as_str());
    let different: BTreeSet<_> = ids.collect();
    (different.len(), events.len() - different.len())
}

#[test]
fn a_server_that_breaks_off_costs_nothing() {
    use Manner::{ResetsWithinTheRequest, Says, TakesAndSays};
    use Then::{Closes, Repeats, Resets};

    const HEAD: &str = "HTTP/1.1 200 OK\r\n";
    const BODY: &str = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\"";
    const ENDLESS: &str = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n";

    // what the server has by the end of the first run, and whether the program knows that
    for (manner, now, knows) in [
        (ResetsWithinTheRequest, 0, false),
        (Says("", Closes), 0, false),
        (Says("", Resets), 0, false),
        (Says("HTTP/1.1 20", Closes), 0, false),
        (Says("HTTP/1.1 20", Resets), 0, false),
        (Says(HEAD, Repeats("X-More: 1\r\n")), 0, false),
        (Says("\u{16}\u{3}\u{1}, not HTTP\r\n\r\n", Closes), 0, false),
        (TakesAndSays("HTTP/1.1 20", Resets), 1, false),
        (TakesAndSays(BODY, Closes), CAPTURED, true),
        (TakesAndSays(BODY, Resets), CAPTURED, true),
        (TakesAndSays(ENDLESS, Repeats("  ")), CAPTURED, true),
    ] {
        let inbox = Inbox::start().unwrap();
        let between = Between::start(&inbox, manner);
        let runs = Runs::of(between.dsn());
        let ended = runs.run(CAPTURED, &[]);
        // no use in waiting for the rest of the shutdown timeout, which is thirty
        assert!(ended.took < Duration::from_secs(10), "{manner:?}");
        let (different, _) = arrived(&inbox);
        assert_eq!(different, now, "{manner:?}");
        between.set(Manner::Well);
        runs.run(0, &[]);
        let (different, again) = arrived(&inbox);
        assert_eq!(different, CAPTURED, "{manner:?}");
        // what was taken by a server that did not say so comes again, under the id that it had
        assert_eq!(again > 0, now > 0 && !knows, "{manner:?}");
        assert!(runs.is_empty(), "{manner:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_address_that_swallows_everything_delays_the_end_by_the_shutdown_timeout_at_most() {
    let hole = BlackHole::new();
    let runs = Runs::of(hole.dsn());
    let ended = runs.run(CAPTURED, &[("DRAGONFLY_SHUTDOWN_TIMEOUT", "3")]);
    assert!(ended.took >= Duration::from_secs(1), "it was no hole");
    // far from the five seconds that a connection may take
    assert!(ended.took < Duration::from_secs(4), "{:?}", ended.took);
    let inbox = Inbox::start().unwrap();
    let _open = hole.open(&inbox);
    runs.run(0, &[]);
    assert_eq!(arrived(&inbox), (CAPTURED, 0));
    assert!(runs.is_empty());
}

#[test]
fn without_a_spool_a_network_that_fails_loses_it() {
    let inbox = Inbox::start().unwrap();
    let between = Between::start(&inbox, Manner::ResetsWithinTheRequest);
    let runs = Runs::of(between.dsn());
    runs.run(CAPTURED, &[("DRAGONFLY_SPOOL", "off")]);
    between.set(Manner::Well);
    runs.run(0, &[]);
    assert_eq!(arrived(&inbox), (0, 0));
}

#[test]
fn a_slow_server_gets_the_rest_with_the_next_start() {
    let inbox = Inbox::start().unwrap();
    let runs = Runs::of(inbox.dsn());
    inbox.set_fault(Fault::Delay(Duration::from_secs(2)));
    let ended = runs.run(CAPTURED, &[("DRAGONFLY_SHUTDOWN_TIMEOUT", "3")]);
    assert!(ended.took < Duration::from_secs(8), "{:?}", ended.took);
    let (some, _) = arrived(&inbox);
    assert!((1..CAPTURED).contains(&some), "{some}");
    inbox.set_fault(Fault::None);
    runs.run(0, &[]);
    let (all, _) = arrived(&inbox);
    assert_eq!(all, CAPTURED);
    assert!(runs.is_empty());
}

#[test]
fn a_server_far_away_gets_several_at_once_once_that_is_known() {
    let inbox = Inbox::start().unwrap();
    let between = Between::start(&inbox, Manner::Well);
    let runs = Runs::of(between.dsn());
    inbox.set_fault(Fault::Delay(Duration::from_millis(500)));
    // one after the other they would take five seconds
    runs.run(CAPTURED, &[("DRAGONFLY_SHUTDOWN_TIMEOUT", "4")]);
    assert_eq!(arrived(&inbox), (CAPTURED, 0));
    assert!(runs.is_empty());
    assert_eq!(between.connections(), CAPTURED - 2);
}

#[test]
fn everything_goes_over_one_connection() {
    let inbox = Inbox::start().unwrap();
    let between = Between::start(&inbox, Manner::Well);
    Runs::of(between.dsn()).run(CAPTURED, &[]);
    assert_eq!((arrived(&inbox), between.connections()), ((CAPTURED, 0), 1));
    // a server that closes it, and says so, gets one for each, which shows that they are counted
    between.set(Manner::TakesAndSays(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        Then::Closes,
    ));
    Runs::of(between.dsn()).run(CAPTURED, &[]);
    assert_eq!(between.connections(), 1 + CAPTURED);
}
