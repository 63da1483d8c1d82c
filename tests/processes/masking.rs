//! The keys of a DSN: the server gets them, and nobody gets to see more than the start of one.

use crate::program::{Ended, Program};
use dragonfly::inbox::{Fault, Inbox};
use std::fs;
use std::path::Path;

const CONFIDES: &str = env!("CARGO_BIN_EXE_confides");
const HOSTILE: &str = env!("CARGO_BIN_EXE_hostile");
const KEY: &str = "0badcafe0badcafe0badcafe0badcafe";
const SECRET: &str = "hushhushhushhushhushhushhushhush";

/// Where a DSN may stand.
#[derive(Clone, Copy, Debug)]
enum Place {
    Code,
    Environment,
    File,
    Url,
}

fn program(path: &str, place: Place, dsn: &str) -> Program {
    let program = Program::new(path).env("SENTRY_DEBUG", "true");
    let folder = program.folder.path().join("spool");
    let program = program.env("DRAGONFLY_SPOOL", &folder.to_string_lossy());
    match place {
        Place::Code => program.arg(dsn).arg(dsn),
        Place::Environment => program.arg("").arg(dsn).reporting_to(dsn),
        Place::File => program
            .arg("")
            .arg(dsn)
            .file(&format!("[auth]\ndsn = {dsn}\n")),
        Place::Url => program
            .arg("")
            .arg(dsn)
            .file(&format!("[defaults]\nurl = {dsn}\n")),
    }
}

/// All that a program printed.
fn printed(ended: &Ended) -> String {
    format!("{}\n{}", ended.stdout(), ended.stderr())
}

#[track_caller]
fn check_masked(what: &str, text: &str) {
    // the first four characters of a key tell which one it is
    for secret in [&KEY[..5], &KEY[4..], &SECRET[..4], &SECRET[8..]] {
        assert!(!text.contains(secret), "{what}: `{secret}` in {text}");
    }
}

fn check_files(what: &str, folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            count += check_files(what, &path);
        } else {
            // an error's text may name the key, which is no secret
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            assert!(!text.contains(&SECRET[..4]), "{what}: {text}");
            check_masked(what, &path.to_string_lossy());
            count += 1;
        }
    }
    count
}

#[test]
fn no_output_and_no_file_holds_the_keys_of_a_dsn() {
    let inbox = Inbox::start().unwrap();
    let refused = Inbox::start().unwrap();
    refused.set_fault(Fault::Status(403));
    let dead = Inbox::start().unwrap().addr();
    let to = |host: &str| format!("http://{KEY}:{SECRET}@{host}/1");
    let dsns = [
        ("well", to(&inbox.addr().to_string())),
        ("refused", to(&refused.addr().to_string())),
        ("dead", to(&dead.to_string())),
        (
            "no TLS",
            to(&inbox.addr().to_string()).replace("http:", "https:"),
        ),
        ("not allowed", to("sentry.example.com")),
        (
            "no project",
            to(&inbox.addr().to_string()).replace("/1", "/"),
        ),
        ("no port", to("sentry.example.com:99999")),
        ("no host", to("")),
        ("quoted", format!("\"{}\"", to("sentry.example.com"))),
        ("no scheme", to("sentry.example.com").replace("http://", "")),
        (
            "another scheme",
            to("sentry.example.com").replace("http", "sentry"),
        ),
        (
            "two in one",
            format!("{},{}", to("a.example"), to("b.example")),
        ),
    ];
    for (what, dsn) in &dsns {
        for place in [Place::Code, Place::Environment, Place::File, Place::Url] {
            let what = format!("{what} in {place:?}");
            let program = program(CONFIDES, place, dsn);
            let folder = program.folder.path().join("spool");
            let mut command = program.command;
            let output = command.output().unwrap();
            assert!(output.status.success(), "{what}");
            let stdout = String::from_utf8_lossy(&output.stdout);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(
                stdout.contains("Settings {") && stderr.contains("panicked"),
                "{stderr}"
            );
            check_masked(&what, &stdout);
            check_masked(&what, &stderr);
            let files = check_files(&what, &folder);
            if what.starts_with("dead") || what.starts_with("no TLS") {
                assert!(files > 1, "{what}: something is kept");
            }
        }
    }
    // which of them it is can be seen, and that it was used
    let ended = program(CONFIDES, Place::Environment, &dsns[0].1).run();
    let masked = format!("http://{}…@{}/1", &KEY[..4], inbox.addr());
    assert!(ended.stdout().contains(&masked), "{}", ended.stdout());
    let events = inbox.events();
    assert_eq!(
        events.len(),
        10,
        "an error and a panic of each place, and the last ones"
    );
    for event in events {
        let text = event.json().to_string();
        assert!(!text.contains(&SECRET[..4]), "{text}");
        let speaks_of_it = ["cannot report to", "//[Filtered]@"];
        assert!(
            speaks_of_it.iter().any(|words| text.contains(words)),
            "{text}"
        );
    }
}

#[test]
fn hooks_and_worker_say_nothing_of_it_where_they_panic() {
    let inbox = Inbox::start().unwrap();
    let dsn = format!("http://{KEY}:{SECRET}@{}/1", inbox.addr());
    for how in ["panics", "hook-panics", "hook-captures", "fails"] {
        let ended = Program::new(HOSTILE)
            .arg(how)
            .reporting_to(&dsn)
            .env("SENTRY_DEBUG", "true")
            .env("RUST_BACKTRACE", "full")
            .run();
        check_masked(how, &printed(&ended));
    }
    assert!(inbox.requests() > 0);
}

#[test]
#[should_panic(expected = "seen")]
fn the_check_for_keys_can_fail() {
    check_masked("masked", "http://0bad…@sentry.example.com/1");
    check_masked("seen", &format!("http://{KEY}@sentry.example.com/1"));
}
