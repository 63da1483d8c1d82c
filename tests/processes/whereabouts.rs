//! What the `sentry` crate adds by itself, with all its features: whose machine it is leaves in no byte.

use crate::program::Program;
use dragonfly::inbox::{Envelope, Inbox};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const USER: &str = "quentinquill";
const HOST: &str = "box-of-quentin";

/// Runs the program from a build in the home of somebody.
fn run(dsn: &str, argument: &str) -> Program {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home").join(USER);
    let build = home.join("shop/target/debug");
    fs::create_dir_all(&build).unwrap();
    let executable = build.join("talkative");
    fs::copy(env!("CARGO_BIN_EXE_talkative"), &executable).unwrap();
    let mut program = Program::new(executable)
        .arg(argument)
        .reporting_to(dsn)
        .env("HOME", &home.to_string_lossy())
        .env("USER", USER)
        .env("HOSTNAME", HOST);
    program.command.current_dir(&home);
    program.folder = folder;
    program
}

/// All that was received: of each request the headers, of each envelope all bytes.
fn bytes(envelopes: &[Envelope]) -> String {
    let mut text = String::new();
    for envelope in envelopes {
        let of_envelope = Value::Object(envelope.header().clone());
        writeln!(text, "{:?}\n{of_envelope}", envelope.headers()).unwrap();
        for item in envelope.items() {
            writeln!(text, "{}", Value::Object(item.header().clone())).unwrap();
            text += &String::from_utf8_lossy(item.payload());
            text.push('\n');
        }
    }
    text
}

/// What of the machine and its user is found in a text.
fn found(text: &str) -> Vec<String> {
    let name = rustix::system::uname();
    let name = name.nodename().to_string_lossy().into_owned();
    // there are frames of the build, too
    let real = std::env::var("HOME").unwrap_or_default();
    let is_somebodys = real.starts_with("/home/") || real.starts_with("/Users/");
    let words = [USER.to_owned(), HOST.to_owned(), format!("\"{name}\"")];
    words
        .into_iter()
        .chain(is_somebodys.then_some(real))
        .filter(|word| text.contains(word.as_str()))
        .collect()
}

fn kinds(envelopes: &[Envelope]) -> BTreeSet<String> {
    let items = envelopes.iter().flat_map(Envelope::items);
    items.map(|item| item.kind().to_owned()).collect()
}

#[test]
fn neither_host_nor_user_nor_home_leaves_in_any_item() {
    for (argument, sessions) in [("--each", "session"), ("--aggregates", "sessions")] {
        let inbox = Inbox::start().unwrap();
        let ended = run(&inbox.dsn(), argument).run();
        assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
        let envelopes = inbox.envelopes();
        let text = bytes(&envelopes);
        assert_eq!(found(&text), Vec::<String>::new(), "{text}");
        let all = [
            "check_in",
            "event",
            "log",
            sessions,
            "trace_metric",
            "transaction",
        ];
        assert_eq!(
            kinds(&envelopes).into_iter().collect::<Vec<_>>(),
            all,
            "{text}"
        );
        // what is left is of use
        for left in [
            "home/[user]/shop/target/debug/talkative",
            "[user] works on [host]",
        ] {
            assert!(text.contains(left), "{left} in {text}");
        }
        assert_eq!(inbox.events().len(), 4);
    }
}

#[test]
fn a_session_keeps_what_it_is_told_apart_by() {
    let inbox = Inbox::start().unwrap();
    run(&inbox.dsn(), "--each").run();
    let envelopes = inbox.envelopes();
    let mut items = envelopes.iter().flat_map(Envelope::items);
    let session = items.find(|item| item.kind() == "session").unwrap();
    let session = session.json().unwrap();
    let id = session["sid"].as_str().unwrap();
    assert_eq!(id.len(), 36, "{session}");
    assert_eq!((session.get("did"), &session["init"]), (None, &json!(true)));
}

#[test]
fn nor_does_it_lie_on_disk() {
    let dead = Inbox::start().unwrap().addr();
    let mut program = run(&format!("http://key@{dead}/1"), "--each");
    let spool = program.folder.path().join("spool");
    program = program.env("DRAGONFLY_SPOOL", &spool.to_string_lossy());
    assert!(program.command.output().unwrap().status.success());
    let files = read(&spool);
    assert!(files.contains("[user] works on [host]"), "{files}");
    assert_eq!(found(&files), Vec::<String>::new(), "{files}");
}

fn read(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            text += &read(&entry.path());
        } else {
            text += &String::from_utf8_lossy(&fs::read(entry.path()).unwrap());
        }
    }
    text
}

#[test]
fn the_check_finds_who_it_is_once_that_is_asked_for() {
    let inbox = Inbox::start().unwrap();
    let program = run(&inbox.dsn(), "--each").env("DRAGONFLY_SEND_DEFAULT_PII", "true");
    assert_eq!(program.run().code(), Some(0));
    let found = found(&bytes(&inbox.envelopes()));
    assert!(
        found.len() >= 2 && found[0] == USER && found[1] == HOST,
        "{found:?}"
    );
}
