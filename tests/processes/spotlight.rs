//! Copies for Spotlight, which the inbox stands in for: it takes `POST /stream`, too.

use crate::program::{Ended, Program};
use crate::sessions::World;
use crate::timed::of_type;
use dragonfly::inbox::{Envelope, Fault, Inbox, Item, Received};
use std::path::Path;
use std::time::Duration;

const SHOP: &str = env!("CARGO_BIN_EXE_shop");
const ENDS: &str = env!("CARGO_BIN_EXE_ends");
const BURST: &str = env!("CARGO_BIN_EXE_burst");
const TIMED: &str = env!("CARGO_BIN_EXE_timed");
const SPOTLIT: &str = env!("CARGO_BIN_EXE_spotlit");

const TITLE: &str = "io::Error: No such file or directory (os error 2)";

/// The URL of an inbox as a Spotlight's.
fn url(inbox: &Inbox) -> String {
    format!("http://{}/stream", inbox.addr())
}

fn with_spotlight(path: &str, spotlight: &Inbox) -> Program {
    Program::new(path).env("SENTRY_SPOTLIGHT", &url(spotlight))
}

/// What the library said, without what the program did.
fn said(ended: &Ended) -> Vec<String> {
    let lines = ended.stderr();
    let ours = lines.lines().filter(|line| line.starts_with("dragonfly: "));
    ours.map(str::to_owned).collect()
}

fn titles(inbox: &Inbox) -> Vec<String> {
    inbox.events().iter().map(Received::title).collect()
}

fn kinds(inbox: &Inbox) -> Vec<String> {
    let envelopes = inbox.envelopes();
    let items = envelopes.iter().flat_map(Envelope::items);
    items.map(Item::kind).map(str::to_owned).collect()
}

#[test]
fn without_a_dsn_spotlight_alone_gets_everything() {
    let spotlight = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    let folder = spool.path().join("spool");
    let ended = with_spotlight(TIMED, &spotlight)
        .env("DRAGONFLY_SPOOL", folder.to_str().unwrap())
        .env("SENTRY_TRACES_SAMPLE_RATE", "0")
        .env("SENTRY_SAMPLE_RATE", "0")
        .run();
    assert_eq!(ended.code(), Some(1));
    assert_eq!(said(&ended), [""; 0]);
    assert_eq!(titles(&spotlight), ["String: there is no order 0"]);
    let mut kinds = kinds(&spotlight);
    kinds.sort();
    assert_eq!(kinds, ["event", "transaction"], "and no counts of losses");
    assert!(!folder.exists(), "nothing is kept for a server");

    for envelope in spotlight.envelopes() {
        let mut headers = envelope.headers().iter();
        let content = headers.find(|(name, _)| name == "content-type").unwrap();
        assert_eq!(content.1, "application/x-sentry-envelope");
        assert_eq!(envelope.key(), None);
        let text = String::from_utf8(envelope.items()[0].payload().to_vec()).unwrap();
        assert!(!text.contains("dragonfly.copy"), "{text}");
    }
}

#[test]
fn beside_a_server_both_get_the_same_scrubbed() {
    let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    let ended = with_spotlight(env!("CARGO_BIN_EXE_scrubbed"), &spotlight)
        .env("DRAGONFLY_SCRUB_DENY", "/ORD-[0-9]+/")
        .reporting_to(server.dsn())
        .run();
    assert_eq!(said(&ended), [""; 0]);
    let [(at_server, at_spotlight)] = [(server.events(), spotlight.events())];
    assert_eq!((at_server.len(), at_spotlight.len()), (1, 1));
    assert_eq!(at_server[0].json(), at_spotlight[0].json());
    let title = at_spotlight[0].title();
    assert!(!title.contains("ORD-4711"), "{title}");
}

#[test]
fn without_the_variable_nothing_goes_there() {
    let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    for off in [
        None,
        Some(""),
        Some("0"),
        Some("off"),
        Some("No"),
        Some("f"),
    ] {
        server.clear();
        let mut program = Program::new(SHOP)
            .file(&format!("[dragonfly]\nspotlight = {}\n", url(&spotlight)))
            .reporting_to(server.dsn());
        match off {
            Some(off) => program = program.env("SENTRY_SPOTLIGHT", off),
            None => program = program.file(""),
        }
        let ended = program.run();
        assert_eq!((ended.code(), said(&ended)), (Some(1), vec![]), "{off:?}");
        assert_eq!((server.events().len(), spotlight.requests()), (1, 0));
    }
    // the same file, were it not for the variable
    Program::new(SHOP)
        .file(&format!("[dragonfly]\nspotlight = {}\n", url(&spotlight)))
        .reporting_to(server.dsn())
        .run();
    assert_eq!(titles(&spotlight), [TITLE]);
}

#[test]
fn the_operators_veto_and_a_dry_run_are_for_spotlight_too() {
    let spotlight = Inbox::start().unwrap();
    with_spotlight(SHOP, &spotlight).reporting_to("").run();
    with_spotlight(SHOP, &spotlight)
        .reporting_to("https://key@192.0.2.1/1")
        .env("DRAGONFLY_DRY_RUN", "1")
        .run();
    assert_eq!(spotlight.requests(), 0);
    with_spotlight(SHOP, &spotlight).run();
    assert_eq!(titles(&spotlight), [TITLE]);
}

#[test]
fn code_may_say_that_and_the_environment_where() {
    let spotlight = Inbox::start().unwrap();
    with_spotlight(SPOTLIT, &spotlight).run();
    assert_eq!(titles(&spotlight), ["String: failure 1"]);
}

#[test]
fn what_others_begin_is_copied_and_sampled_the_same() {
    let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    for (rate, at_server) in [("0", 0), ("1", 1)] {
        server.clear();
        spotlight.clear();
        with_spotlight(SPOTLIT, &spotlight)
            .reporting_to(server.dsn())
            .env("SENTRY_TRACES_SAMPLE_RATE", rate)
            .run();
        let [(_, copy)] = &of_type(&spotlight, "transaction")[..] else {
            panic!("{rate}: {:?}", kinds(&spotlight));
        };
        assert_eq!(copy["transaction"], "by hand");
        assert_eq!(of_type(&server, "transaction").len(), at_server, "{rate}");
    }
}

#[test]
fn a_dsn_that_is_wrong_is_as_none() {
    let spotlight = Inbox::start().unwrap();
    let wrong = with_spotlight(SHOP, &spotlight)
        .reporting_to("nonsense")
        .run();
    assert_eq!(titles(&spotlight), [TITLE]);
    assert_eq!(said(&wrong).len(), 1, "{}", wrong.stderr());
}

#[test]
fn spotlight_gets_all_and_the_server_its_share() {
    let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    for (rate, at_server) in [("0", 0), ("1", 1)] {
        server.clear();
        spotlight.clear();
        with_spotlight(TIMED, &spotlight)
            .reporting_to(server.dsn())
            .env("SENTRY_TRACES_SAMPLE_RATE", rate)
            .env("SENTRY_SAMPLE_RATE", rate)
            .run();
        for kind in ["event", "transaction"] {
            assert_eq!(of_type(&server, kind).len(), at_server, "{kind} {rate}");
            assert_eq!(of_type(&spotlight, kind).len(), 1, "{kind} {rate}");
        }
        if rate == "0" {
            assert_eq!(kinds(&server), ["client_report"], "it is told of its share");
        }
    }
}

#[test]
fn other_programs_are_told_of_the_servers_share() {
    let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    for (rate, at_server) in [("0", 0), ("1", 4)] {
        server.clear();
        spotlight.clear();
        with_spotlight(TIMED, &spotlight)
            .reporting_to(server.dsn())
            .env("SENTRY_TRACES_SAMPLE_RATE", rate)
            .arg("parent")
            .run();
        let made = of_type(&spotlight, "transaction");
        assert_eq!(made.len(), 4, "{rate}");
        let sampled = if rate == "0" { "false" } else { "true" };
        for (header, item) in &made {
            assert_eq!(header["trace"]["sampled"], sampled, "{rate}: {item}");
        }
        let at = of_type(&server, "transaction");
        assert_eq!(at.len(), at_server, "{rate}");
    }
}

#[test]
fn a_spotlight_that_is_not_there_is_said_once_and_delays_nothing() {
    let server = Inbox::start().unwrap();
    let nowhere = url(&Inbox::start().unwrap());
    let ended = Program::new(BURST)
        .arg("20")
        .env("SENTRY_SPOTLIGHT", &nowhere)
        .reporting_to(server.dsn())
        .run();
    assert_eq!(ended.code(), Some(0));
    assert_eq!(server.events().len(), 20);
    let [line] = &said(&ended)[..] else {
        panic!("{}", ended.stderr());
    };
    assert!(
        line.contains(&nowhere) && line.contains("Spotlight"),
        "{line}"
    );
    // a quarter of the shutdown timeout would be 7.5 s
    assert!(ended.took < Duration::from_secs(5), "{:?}", ended.took);

    let alone = Program::new(SHOP).env("SENTRY_SPOTLIGHT", &nowhere).run();
    assert_eq!((alone.code(), said(&alone).len()), (Some(1), 1));
    assert!(alone.took < Duration::from_secs(5), "{:?}", alone.took);
}

#[test]
fn a_spotlight_that_is_silent_delays_neither_the_server_nor_the_end() {
    let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    spotlight.set_fault(Fault::Hang);
    let ended = with_spotlight(BURST, &spotlight)
        .arg("20")
        .reporting_to(server.dsn())
        .run();
    assert_eq!((ended.code(), said(&ended)), (Some(0), vec![]));
    assert_eq!(server.events().len(), 20);
    assert_eq!(spotlight.requests(), 1);
    assert!(ended.took < Duration::from_secs(5), "{:?}", ended.took);
}

#[test]
fn a_spotlight_that_talks_nonsense_gets_nothing_more() {
    for fault in [Fault::Garbage, Fault::Reset, Fault::Status(500)] {
        let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
        spotlight.set_fault(fault.clone());
        let ended = with_spotlight(BURST, &spotlight)
            .arg("20")
            .reporting_to(server.dsn())
            .run();
        assert_eq!(ended.code(), Some(0));
        assert_eq!(server.events().len(), 20, "{fault:?}");
        assert_eq!(said(&ended).len(), 1, "{}", ended.stderr());
    }
}

#[test]
fn a_server_that_is_down_or_silent_is_no_reason_for_spotlight_to_wait() {
    let dead = Inbox::start().unwrap().dsn();
    let silent = Inbox::start().unwrap();
    silent.set_fault(Fault::Hang);
    for dsn in [dead, silent.dsn()] {
        let spotlight = Inbox::start().unwrap();
        let ended = with_spotlight(BURST, &spotlight)
            .arg("20")
            .reporting_to(&dsn)
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "8")
            .run();
        assert_eq!((ended.code(), said(&ended)), (Some(0), vec![]));
        assert_eq!(spotlight.events().len(), 20, "{dsn}");
    }
}

#[test]
fn a_server_that_is_down_while_the_program_goes_on_holds_up_no_copy() {
    let dead = Inbox::start().unwrap().dsn();
    let spotlight = Inbox::start().unwrap();
    let mut running = with_spotlight(env!("CARGO_BIN_EXE_on_demand"), &spotlight)
        .reporting_to(&dead)
        .start();
    for count in 1..=6 {
        // the server is tried less and less
        running.captures(1);
        let events = spotlight.wait_for_events(count, Duration::from_secs(20));
        assert_eq!(events.len(), count);
    }
    assert!(running.end().success());
    assert_eq!(spotlight.events().len(), 6, "each once");
}

#[test]
fn a_wrong_url_is_one_line_and_no_spotlight() {
    let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    let port = spotlight.addr().port();
    for wrong in [
        "maybe".to_owned(),
        format!("https://localhost:{port}/stream"),
        format!("http://jane:hunter2@127.0.0.1:{port}/stream"),
        "http://spotlight.example.com:8969/stream".to_owned(),
    ] {
        server.clear();
        let program = Program::new(SHOP).env("SENTRY_SPOTLIGHT", &wrong);
        let ended = program.reporting_to(server.dsn()).run();
        assert_eq!(ended.code(), Some(1));
        let [line] = &said(&ended)[..] else {
            panic!("{wrong}: {}", ended.stderr());
        };
        assert!(line.contains("reading `SENTRY_SPOTLIGHT` failed"), "{line}");
        assert!(!line.contains("hunter2"), "{line}");
        assert_eq!(titles(&server), [TITLE]);
    }
    assert_eq!(spotlight.requests(), 0);
    // without a path it gets the usual one
    let short = format!("HTTP://localhost:{port}/");
    Program::new(SHOP).env("SENTRY_SPOTLIGHT", &short).run();
    assert_eq!(titles(&spotlight), [TITLE]);
}

#[test]
#[cfg(unix)]
fn a_signal_lets_the_last_copies_go() {
    let spotlight = Inbox::start().unwrap();
    let running = with_spotlight(ENDS, &spotlight).arg("wait").start();
    let pid = rustix::process::Pid::from_child(&running.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let status = running.ends_by_itself();
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    assert_eq!(signal, Some(15));
    assert_eq!(titles(&spotlight), ["String: failure 1"]);
}

#[test]
fn an_error_that_spotlight_alone_gets_counts_once_in_the_session_of_both() {
    let (world, spotlight) = (World::new(), Inbox::start().unwrap());
    for rate in ["0", "1"] {
        world
            .program("return", 1)
            .env("SENTRY_SPOTLIGHT", &url(&spotlight))
            .env("SENTRY_SAMPLE_RATE", rate)
            .run();
    }
    let exited = ("exited".to_owned(), 1);
    assert_eq!(world.ends(), [exited.clone(), exited]);
    assert_eq!(world.items("event").len(), 1);
    let mut copied = kinds(&spotlight);
    copied.sort();
    assert_eq!(copied, ["event", "event", "session", "session"]);
}

#[test]
#[cfg(target_os = "linux")]
fn one_thread_of_ours_is_enough() {
    let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    let running = with_spotlight(ENDS, &spotlight)
        .reporting_to(server.dsn())
        .arg("wait")
        .start();
    for inbox in [&server, &spotlight] {
        inbox.wait_for_events(1, Duration::from_secs(20));
    }
    let tasks = Path::new("/proc").join(running.child.id().to_string());
    let tasks = std::fs::read_dir(tasks.join("task")).unwrap();
    let mut names: Vec<String> = tasks
        .map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["dragonfly\n", "ends\n"]);
    assert!(running.end().success());
}
