//! The health of a release: each run arrives as one session, which says how it ended.

use crate::program::{Ended, Program, Running};
use dragonfly::inbox::{Envelope, Fault, Inbox, Item};
use dragonfly::spool::Destination;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const UNHEALTHY: &str = env!("CARGO_BIN_EXE_unhealthy");

/// A server, and a spool that runs share.
pub(crate) struct World {
    pub(crate) inbox: Inbox,
    pub(crate) state: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            inbox: Inbox::start().unwrap(),
            state: tempfile::tempdir().unwrap(),
        }
    }

    fn spool(&self) -> String {
        let spool = self.state.path().join("spool");
        spool.to_str().unwrap().to_owned()
    }

    pub(crate) fn program(&self, way: &str, errors: u32) -> Program {
        self.program_of(UNHEALTHY, way)
            .arg(&errors.to_string())
            .env("DRAGONFLY_SESSIONS", "true")
    }

    pub(crate) fn program_of(&self, path: &str, way: &str) -> Program {
        Program::new(path)
            .arg(way)
            .reporting_to(self.inbox.dsn())
            .env("DRAGONFLY_SPOOL", &self.spool())
    }

    pub(crate) fn run(&self, way: &str, errors: u32) -> Ended {
        self.program(way, errors).run()
    }

    pub(crate) fn items(&self, kind: &str) -> Vec<Value> {
        let envelopes = self.inbox.envelopes();
        let items = envelopes.iter().flat_map(Envelope::items);
        let of_kind = items.filter(|item| item.kind() == kind);
        of_kind.filter_map(Item::json).collect()
    }

    /// How the runs ended, in the order in which they began, and how many errors they had.
    pub(crate) fn ends(&self) -> Vec<(String, u64)> {
        let mut sessions = self.items("session");
        sessions.sort_by_key(|session| session["started"].as_str().unwrap().to_owned());
        let end = |session: &Value| {
            let status = session["status"].as_str().unwrap();
            (status.to_owned(), session["errors"].as_u64().unwrap())
        };
        sessions.iter().map(end).collect()
    }

    /// Of the only run.
    #[track_caller]
    fn end(&self) -> (String, u64) {
        let mut ends = self.ends();
        assert_eq!(ends.len(), 1, "{ends:?}");
        ends.remove(0)
    }
}

#[track_caller]
fn ends_as(way: &str, errors: u32, status: &str, counted: u64) {
    let world = World::new();
    let ended = world.run(way, errors);
    assert_eq!(
        world.end(),
        (status.to_owned(), counted),
        "{way}: {}",
        ended.stderr()
    );
    world.nothing_is_left();
}

impl World {
    /// What the server was told of losses: category, reason, count.
    fn losses(&self) -> Vec<(String, String, u64)> {
        let reports = self.items("client_report");
        let lost = reports
            .iter()
            .filter_map(|report| report["discarded_events"].as_array());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        lost.flatten()
            .map(|lost| {
                (
                    text(&lost["category"]),
                    text(&lost["reason"]),
                    lost["quantity"].as_u64().unwrap(),
                )
            })
            .collect()
    }

    #[track_caller]
    fn nothing_is_left(&self) {
        let left = Destination::all(self.spool().as_ref());
        let left: Vec<_> = left.iter().flat_map(Destination::list).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_run_is_one_session_that_says_how_it_ended() {
    ends_as("return", 0, "exited", 0);
    ends_as("return", 3, "exited", 3);
    ends_as("code", 1, "exited", 1);
    ends_as("exit", 2, "exited", 2);
    ends_as("err", 0, "crashed", 1);
    ends_as("panic", 1, "crashed", 2);
    ends_as("panic in a thread", 0, "crashed", 1);
    // a message is no error, whatever its level
    ends_as("message", 0, "exited", 0);
}

#[test]
fn a_session_has_what_sentry_asks_for_and_nothing_of_anybody() {
    let world = World::new();
    world
        .program("user", 1)
        .env("SENTRY_ENVIRONMENT", "staging")
        .run();
    let sessions = world.items("session");
    let [session] = &sessions[..] else {
        panic!("{sessions:?}")
    };
    assert_eq!(session["init"], true);
    assert_eq!(session["sid"].as_str().unwrap().len(), 36);
    assert!(session["started"].is_string() && session["timestamp"].is_string());
    assert!(session["duration"].as_f64().unwrap() > 0.0);
    assert_eq!(session["attrs"]["environment"], "staging");
    let release = concat!("dragonfly-tests@", env!("CARGO_PKG_VERSION"));
    assert_eq!(session["attrs"]["release"], release);
    assert_eq!(session.get("did"), None);
    assert!(!session.to_string().contains("jane"), "{session}");
    world.run("return", 0);
    let ids: BTreeSet<String> = world
        .items("session")
        .iter()
        .map(|one| one["sid"].to_string())
        .collect();
    assert_eq!(ids.len(), 2, "each run has its own");
}

#[test]
fn without_being_asked_no_session_is_sent() {
    let world = World::new();
    for no in ["false", ""] {
        let program = world.program("return", 1);
        program.env("DRAGONFLY_SESSIONS", no).run();
    }
    assert_eq!(world.inbox.events().len(), 2);
    assert_eq!(world.ends(), []);
    // nor is there anything without a DSN
    let program = world.program("return", 1);
    program
        .env("SENTRY_DSN", "")
        .env("DRAGONFLY_ANONYMOUS_USERS", "1")
        .run();
    assert_eq!(world.inbox.envelopes().len(), 2);
    assert_eq!(fs::read_dir(world.state.path()).unwrap().count(), 1);
}

#[test]
fn errors_of_which_a_share_is_sent_count_all_the_same() {
    let world = World::new();
    let program = world.program("panic", 4);
    program.env("SENTRY_SAMPLE_RATE", "0").run();
    assert_eq!(world.inbox.events().len(), 0);
    assert_eq!(world.end(), ("crashed".to_owned(), 5));
}

#[test]
fn a_second_start_that_joins_the_first_is_no_session_and_the_run_goes_on_after_a_guard() {
    let world = World::new();
    world.run("start twice", 0);
    assert_eq!(world.end(), ("exited".to_owned(), 1));
    assert!(!world.items("session")[0].to_string().contains("second"));
}

#[test]
fn where_the_server_is_down_the_session_waits_for_the_next_start() {
    let world = World::new();
    world.inbox.set_fault(Fault::Reset);
    world.run("return", 2);
    world.run("panic", 0);
    assert_eq!(world.ends(), []);
    world.inbox.set_fault(Fault::None);
    world.run("return", 0);
    let ends = [("exited", 2), ("crashed", 1), ("exited", 0)];
    assert_eq!(
        world.ends(),
        ends.map(|(end, errors)| (end.to_owned(), errors))
    );
    world.nothing_is_left();
}

#[test]
fn what_is_lost_of_sessions_is_counted() {
    let world = World::new();
    world.inbox.set_fault_for(1, Fault::Status(400));
    world.run("return", 0);
    assert_eq!(world.ends(), []);
    assert_eq!(
        world.losses(),
        [("session".to_owned(), "send_error".to_owned(), 1)]
    );
    world.nothing_is_left();
}

#[test]
fn a_limit_of_sessions_loses_them_alone() {
    let world = World::new();
    let limit = Fault::RateLimit {
        retry_after: None,
        sentry: Some("60:session:organization".to_owned()),
    };
    world.inbox.set_fault_for(1, limit);
    world.run("return", 1);
    assert_eq!((world.inbox.events().len(), world.ends().len()), (1, 0));
    assert_eq!(
        world.losses(),
        [("session".to_owned(), "ratelimit_backoff".to_owned(), 1)]
    );
}

#[test]
fn with_the_spool_off_the_session_is_sent_too() {
    let world = World::new();
    let program = world.program("err", 1);
    program.env("DRAGONFLY_SPOOL", "off").run();
    assert_eq!(world.end(), ("crashed".to_owned(), 2));
}

#[test]
fn a_dry_run_prints_it() {
    let world = World::new();
    let ended = world
        .program("return", 1)
        .env("DRAGONFLY_DRY_RUN", "1")
        .run();
    let said = ended.stderr();
    assert_eq!(said.matches("not sent: session").count(), 1, "{said}");
    assert!(said.contains("\"status\": \"exited\""), "{said}");
    assert_eq!(world.inbox.requests(), 0);
}

fn start(world: &World, errors: u32) -> Running {
    world.program("wait", errors).start()
}

/// Until the run lies on disk, and its errors do.
fn wait_for_disk(world: &World, envelopes: usize) {
    let until = Instant::now() + Duration::from_secs(60);
    let kept = || {
        let all = Destination::all(world.spool().as_ref());
        all.iter().flat_map(Destination::list).count()
    };
    while kept() != envelopes {
        assert!(Instant::now() < until, "{} are kept", kept());
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_run_that_ends_without_a_word_is_abnormal_at_the_next_start() {
    let world = World::new();
    let mut running = start(&world, 0);
    wait_for_disk(&world, 1);
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    assert_eq!(world.ends(), []);
    world.run("return", 0);
    let ends = [("abnormal", 0), ("exited", 0)];
    assert_eq!(
        world.ends(),
        ends.map(|(end, errors)| (end.to_owned(), errors))
    );
    world.run("return", 0);
    assert_eq!(world.ends().len(), 3, "it is sent once");
    let abnormal = &world
        .items("session")
        .into_iter()
        .find(|one| one["status"] == "abnormal");
    let abnormal = abnormal.as_ref().unwrap();
    assert_eq!(
        (&abnormal["init"], abnormal.get("duration")),
        (&true.into(), None)
    );
}

#[test]
fn one_that_had_errors_before_says_so() {
    let world = World::new();
    let mut running = start(&world, 1);
    world.inbox.wait_for_events(1, Duration::from_secs(20));
    // the event is removed once it was taken; what is left is the run
    wait_for_disk(&world, 1);
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    world.run("return", 0);
    assert_eq!(world.ends()[0], ("abnormal".to_owned(), 1));
}

#[test]
fn a_run_that_goes_on_is_not_there_twice() {
    let world = World::new();
    let running = start(&world, 1);
    world.inbox.wait_for_events(1, Duration::from_secs(20));
    // another run does not take it for one that has ended
    world.run("return", 0);
    assert_eq!(world.ends().len(), 1);
    running.end();
    assert_eq!(world.ends().len(), 2);
    world.nothing_is_left();
}

#[cfg(unix)]
#[test]
fn a_signal_that_ends_a_program_is_an_end_like_any_other() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::os::unix::process::ExitStatusExt as _;

    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        for fault in [Fault::None, Fault::Reset] {
            let world = World::new();
            world.inbox.set_fault(fault.clone());
            let running = start(&world, 2);
            kill_process(Pid::from_child(&running.child), signal).unwrap();
            let ended = running.ends_by_itself();
            assert_eq!(ended.signal(), Some(signal.as_raw()));
            if fault != Fault::None {
                assert_eq!(world.ends(), []);
                world.inbox.set_fault(Fault::None);
                world.run("return", 0);
            }
            assert_eq!(
                world.ends()[0],
                ("exited".to_owned(), 2),
                "{signal:?}, {fault:?}"
            );
            world.nothing_is_left();
        }
    }
}

#[cfg(unix)]
#[test]
fn a_crash_is_known_at_the_next_start() {
    let world = World::new();
    world.run("abort", 1);
    world.run("return", 0);
    let (status, errors) = world.ends().remove(0);
    // with the feature `crash`, the abort is an event too
    let expected = if cfg!(feature = "crash") { 2 } else { 1 };
    assert_eq!((status.as_str(), errors), ("crashed", expected));
    world.nothing_is_left();
}

#[cfg(unix)]
#[test]
fn a_child_by_fork_is_no_session() {
    for way in [
        "fork",
        "fork and exit",
        "fork and SIGTERM",
        "fork and abort",
        "fork and init",
    ] {
        let world = World::new();
        world
            .program_of(env!("CARGO_BIN_EXE_exits"), way)
            .env("DRAGONFLY_SESSIONS", "true")
            .run();
        let (status, _) = world.end();
        assert_eq!(status, "exited", "{way}");
        world.nothing_is_left();
    }
}

/// What Sentry shows of a release: the share of runs without a crash, of all whose first update came.
#[test]
fn the_rates_of_a_release_are_right() {
    let world = World::new();
    let ways = [
        ("return", 0),
        ("return", 1),
        ("exit", 0),
        ("err", 0),
        ("panic", 2),
        ("code", 0),
    ];
    for (way, errors) in ways {
        world.run(way, errors);
    }
    let mut running = start(&world, 0);
    wait_for_disk(&world, 1);
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    world.run("return", 0);

    let sessions = world.items("session");
    let first = sessions.iter().filter(|one| one["init"] == true).count();
    let mut by_status: BTreeMap<&str, usize> = BTreeMap::new();
    for session in &sessions {
        *by_status
            .entry(session["status"].as_str().unwrap())
            .or_default() += 1;
    }
    assert_eq!((sessions.len(), first), (8, 8));
    let expected = [("abnormal", 1), ("crashed", 2), ("exited", 5)];
    assert_eq!(by_status, expected.into());
    let errored = sessions
        .iter()
        .filter(|one| one["status"] == "exited" && one["errors"] != 0);
    assert_eq!(errored.count(), 1);
}

#[test]
fn without_a_release_there_is_none_and_that_is_said_under_debug() {
    let world = World::new();
    let guarded = || {
        Program::new(env!("CARGO_BIN_EXE_guarded"))
            .reporting_to(world.inbox.dsn())
            .env("DRAGONFLY_SESSIONS", "true")
    };
    let said = guarded().env("SENTRY_DEBUG", "true").run().stderr();
    assert_eq!(
        said.matches("no sessions are sent: they need a release")
            .count(),
        1,
        "{said}"
    );
    assert_eq!(world.ends(), []);
    guarded().env("SENTRY_RELEASE", "shop@1").run();
    assert_eq!(world.ends().len(), 1);
}
