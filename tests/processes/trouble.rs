//! Servers and user code that misbehave: the program ends as it would without us.

use crate::program::{Ended, Program};
use dragonfly::inbox::{Fault, Inbox, Received};
use std::time::Duration;

const SHOP: &str = env!("CARGO_BIN_EXE_shop");
const HOSTILE: &str = env!("CARGO_BIN_EXE_hostile");

fn shop(inbox: &Inbox) -> Ended {
    Program::new(SHOP).reporting_to(inbox.dsn()).run()
}

#[test]
fn a_server_that_never_answers_delays_the_end_by_the_shutdown_timeout_at_most() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Hang);
    let ended = Program::new(SHOP)
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "0.5")
        .env("DRAGONFLY_SPOOL", "off")
        .run();
    assert_eq!(ended.code(), Some(1));
    assert!(
        ended.took >= Duration::from_millis(500),
        "it did wait: {:?}",
        ended.took
    );
    // far from the half minute that a request may take; the rest is this machine's other work
    assert!(ended.took < Duration::from_secs(4), "{:?}", ended.took);
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_once_all_is_kept() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Hang);
    let run = |spool: &str, timeout: &str| {
        Program::new(SHOP)
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SPOOL", spool)
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", timeout)
            .run()
    };
    let spool = tempfile::tempdir().unwrap();
    let ended = run(spool.path().to_str().unwrap(), "15");
    assert_eq!(ended.code(), Some(1));
    assert!(ended.took < Duration::from_secs(14), "{:?}", ended.took);
    // what is in memory only is
    let ended = run("off", "3");
    assert!(ended.took >= Duration::from_secs(3), "{:?}", ended.took);

    inbox.set_fault(Fault::None);
    run(spool.path().to_str().unwrap(), "60");
    assert_eq!(
        inbox.events().len(),
        2,
        "that of the first run, and of this one"
    );
}

#[test]
fn a_dead_server_delays_nothing() {
    let dsn = Inbox::start().unwrap().dsn();
    let ended = Program::new(SHOP)
        .reporting_to(&dsn)
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "10")
        .run();
    assert_eq!(ended.code(), Some(1));
    assert!(ended.took < Duration::from_secs(5), "{:?}", ended.took);
}

#[test]
fn a_server_that_recovers_gets_what_it_missed() {
    for fault in [Fault::Status(500), Fault::Status(503)] {
        let inbox = Inbox::start().unwrap();
        inbox.set_fault_for(1, fault);
        let ended = shop(&inbox);
        assert_eq!(ended.code(), Some(1));
        assert_eq!(inbox.events().len(), 1);
        assert_eq!(inbox.requests(), 2);
    }
}

#[test]
fn what_the_server_refuses_is_said_once_and_not_tried_again() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Status(403));
    let ended = Program::new(env!("CARGO_BIN_EXE_burst"))
        .arg("3")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.code(), Some(0));
    assert_eq!(inbox.requests(), 4, "three, and the count of what is lost");
    assert_eq!(ended.stderr().lines().count(), 1, "{}", ended.stderr());
    assert!(ended.stderr().contains("403"), "{}", ended.stderr());
}

#[test]
fn resets_garbage_and_redirects_are_survived() {
    for fault in [
        Fault::Reset,
        Fault::Garbage,
        Fault::Redirect("http://127.0.0.1:9/".into()),
    ] {
        let inbox = Inbox::start().unwrap();
        inbox.set_fault(fault);
        let ended = shop(&inbox);
        assert_eq!(ended.code(), Some(1));
        assert_eq!(ended.stdout(), "the shop opens\n");
    }
}

#[test]
fn a_rate_limit_is_obeyed() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::RateLimit {
        retry_after: Some("60".into()),
        sentry: None,
    });
    let ended = Program::new(env!("CARGO_BIN_EXE_burst"))
        .arg("20")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.code(), Some(0));
    assert_eq!(inbox.requests(), 1, "the first answer stops the others");
}

#[test]
fn user_code_that_misbehaves_does_not_change_the_program() {
    for (how, expected) in [
        (
            "panics",
            Some("Hostile: <its text could not be made: formatting it panicked>"),
        ),
        ("slow", Some("Hostile: slow, but there")),
        ("fails", Some("Hostile: reports itself")),
        ("hook-captures", Some("Hostile: reports itself")),
        ("hook-panics", None),
        ("hook-drops", None),
    ] {
        let inbox = Inbox::start().unwrap();
        let ours = Program::new(HOSTILE)
            .arg(how)
            .reporting_to(inbox.dsn())
            .run();
        let off = Program::new(HOSTILE).arg(how).run();
        assert_eq!(ours.code(), off.code(), "{how}");
        assert_eq!(ours.stdout(), off.stdout(), "{how}");
        let noise = ours
            .stderr()
            .lines()
            .filter(|line| !line.starts_with("dragonfly: "))
            .count();
        assert_eq!(noise, 0, "{how}: {}", ours.stderr());
        let titles: Vec<_> = inbox.events().iter().map(Received::title).collect();
        let of_errors: Vec<_> = titles
            .iter()
            .filter(|title| title.starts_with("Hostile"))
            .map(String::as_str)
            .collect();
        assert_eq!(of_errors.first().copied(), expected, "{how}: {titles:?}");
        assert!(of_errors.len() < 2, "{how}: {titles:?}");
        if how == "hook-captures" {
            assert!(
                titles.iter().any(|title| title == "from the hook"),
                "{titles:?}"
            );
        }
    }
}

#[test]
fn a_limit_on_something_else_does_not_hold_errors_up() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault_for(
        1,
        Fault::RateLimit {
            retry_after: None,
            sentry: Some("60:transaction:key".into()),
        },
    );
    let ended = Program::new(env!("CARGO_BIN_EXE_burst"))
        .arg("5")
        .reporting_to(inbox.dsn())
        .run();
    assert_eq!(ended.code(), Some(0));
    assert_eq!(inbox.events().len(), 5);
}
