//! Where the settings come from, seen in what arrives.

use crate::program::Program;
use dragonfly::inbox::{Envelope, Inbox, Item, Received};
use std::collections::BTreeMap;

const SHOP: &str = env!("CARGO_BIN_EXE_shop");
const CONFIGURED: &str = env!("CARGO_BIN_EXE_configured");
const ENDS: &str = env!("CARGO_BIN_EXE_ends");
const SCRUBBED: &str = env!("CARGO_BIN_EXE_scrubbed");
const FLOOD: &str = env!("CARGO_BIN_EXE_flood");

fn only_event(inbox: &Inbox) -> Received {
    let mut events = inbox.events();
    assert_eq!(events.len(), 1);
    events.remove(0)
}

#[test]
fn the_dsn_may_stand_in_the_file_in_any_of_its_forms() {
    let inbox = Inbox::start().unwrap();
    let dsn = inbox.dsn();
    for file in [
        format!(
            "[auth]\ntoken = sntrys_secret\n\n[defaults]\norg = acme\nproject = shop\nurl = {dsn}\n"
        ),
        format!("[auth]\ndsn = {dsn}\n[defaults]\nurl = https://sentry.example.com\n"),
        format!("\u{feff}; a comment\r\n[auth]\r\ndsn: \"{dsn}\"\r\n"),
    ] {
        inbox.clear();
        let ended = Program::new(SHOP).file(&file).run();
        assert_eq!(ended.code(), Some(1));
        assert!(!ended.stderr().contains("dragonfly"), "{}", ended.stderr());
        assert_eq!(
            only_event(&inbox).title(),
            "io::Error: No such file or directory (os error 2)"
        );
    }
}

#[test]
fn the_environment_is_stronger_than_the_file_and_code_stronger_than_both() {
    let inbox = Inbox::start().unwrap();
    let file = format!(
        "[auth]\ndsn = {}\n[dragonfly]\nenvironment = from-file\nrelease = a@1\n",
        inbox.dsn()
    );
    Program::new(SHOP)
        .file(&file)
        .env("SENTRY_ENVIRONMENT", "from-env")
        .run();
    let event = only_event(&inbox);
    assert_eq!(event.environment(), Some("from-env"));
    assert_eq!(event.release(), Some("a@1"));
    assert_eq!(event.event().unwrap().dist, None);

    inbox.clear();
    Program::new(CONFIGURED)
        .file(&file)
        .env("SENTRY_ENVIRONMENT", "from-env")
        .run();
    let event = only_event(&inbox);
    assert_eq!(event.environment(), Some("staging"));
    assert_eq!(event.release(), Some("shop@9.9.9"));
    assert_eq!(event.event().unwrap().dist.as_deref(), Some("musl"));
    assert_eq!(
        event.server_name(),
        None,
        "where it runs is not told, even where code names it"
    );
    assert_eq!(
        event.event().unwrap().tags.get("hook").map(String::as_str),
        Some("ran")
    );
}

#[test]
fn wrong_settings_are_said_in_one_line_and_never_with_their_secrets() {
    for (program, says) in [
        (
            Program::new(SHOP).reporting_to("https://topsecretkey@/1"),
            "SENTRY_DSN",
        ),
        (
            Program::new(SHOP).reporting_to("topsecretkey"),
            "SENTRY_DSN",
        ),
        (
            Program::new(SHOP).reporting_to("http://topsecretkey@sentry.example.com/1"),
            "http",
        ),
        (
            Program::new(SHOP).file("[auth]\ndsn = nonsense-topsecretkey\n"),
            ".sentryclirc:2",
        ),
        (
            Program::new(SHOP).env("SENTRY_SAMPLE_RATE", "2"),
            "SENTRY_SAMPLE_RATE",
        ),
    ] {
        let ended = program.run();
        assert_eq!(ended.code(), Some(1));
        assert_eq!(ended.stdout(), "the shop opens\n");
        let stderr = ended.stderr();
        let ours: Vec<_> = stderr
            .lines()
            .filter(|line| line.starts_with("dragonfly: "))
            .collect();
        assert_eq!(ours.len(), 1, "{stderr}");
        assert!(ours[0].contains(says), "{stderr}");
        assert!(!stderr.contains("topsecretkey"), "{stderr}");
    }
}

#[test]
fn right_settings_are_not_mentioned() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(SHOP)
        .reporting_to(inbox.dsn())
        .env("SENTRY_SAMPLE_RATE", "1.0")
        .run();
    assert!(!ended.stderr().contains("dragonfly"), "{}", ended.stderr());
}

#[test]
fn expected_errors_are_named_in_the_environment_or_the_file() {
    let inbox = Inbox::start().unwrap();
    let shop = || Program::new(SHOP).reporting_to(inbox.dsn());
    for expected in [
        "io::Error",
        "ParseIntError, io::ErrorKind::NotFound",
        "/^No such file/",
    ] {
        shop().env("DRAGONFLY_IGNORE_ERRORS", expected).run();
        let file = format!("[dragonfly]\nignore_errors = {expected}\n");
        shop().file(&file).run();
        assert!(inbox.events().is_empty(), "{expected}");
    }
    for unexpected in ["fmt::Error", "io::ErrorKind::TimedOut", "/^no such file/"] {
        inbox.clear();
        shop().env("DRAGONFLY_IGNORE_ERRORS", unexpected).run();
        only_event(&inbox);
    }
}

#[test]
fn an_entry_that_cannot_be_read_is_named_and_the_others_count() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(SHOP)
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_IGNORE_ERRORS", "io::Error, /(/")
        .run();
    assert!(inbox.events().is_empty());
    let stderr = ended.stderr();
    let ours: Vec<_> = stderr
        .lines()
        .filter(|line| line.contains("dragonfly"))
        .collect();
    assert_eq!(ours.len(), 1, "{stderr}");
    assert!(
        ours[0].contains("entry 2 of `DRAGONFLY_IGNORE_ERRORS`"),
        "{stderr}"
    );
}

#[test]
fn panics_are_not_expected_but_in_the_program_s_share() {
    let inbox = Inbox::start().unwrap();
    let panics = || Program::new(ENDS).arg("panic").reporting_to(inbox.dsn());
    panics()
        .env("DRAGONFLY_IGNORE_ERRORS", "panic, String, /panicked/")
        .run();
    only_event(&inbox);

    inbox.clear();
    panics().env("SENTRY_SAMPLE_RATE", "0").run();
    assert!(inbox.events().is_empty());
}

#[test]
fn a_flood_is_limited_by_the_environment_or_the_file() {
    let inbox = Inbox::start().unwrap();
    let flood = || Program::new(FLOOD).arg("10").reporting_to(inbox.dsn());
    let file = "[dragonfly]\nmax_per_minute = 3\n";
    for (program, most) in [
        (flood(), 10),
        (flood().file(file), 3),
        (flood().file(file).env("DRAGONFLY_MAX_PER_MINUTE", "5"), 5),
    ] {
        inbox.clear();
        let ended = program.run();
        assert!(!ended.stderr().contains("WARNING"), "{}", ended.stderr());
        assert_eq!(failures(&inbox), most);
        assert_eq!(inbox.events().len(), most + 1, "one of another function");
        let mut expected = BTreeMap::from([("sample_rate".to_owned(), 10)]);
        if most < 10 {
            expected.insert("ratelimit_backoff".to_owned(), 10 - most as u64);
        }
        assert_eq!(left_out(&inbox), expected);
    }
}

#[test]
fn nothing_is_reported_where_the_share_is_nothing() {
    let inbox = Inbox::start().unwrap();
    let flood = Program::new(FLOOD).arg("10").reporting_to(inbox.dsn());
    flood.env("SENTRY_SAMPLE_RATE", "0").run();
    assert!(inbox.events().is_empty());
    // what was left out after it is told by itself, or not, as it happens
    let envelopes = inbox.envelopes();
    let items = envelopes.iter().flat_map(Envelope::items);
    let kinds: Vec<_> = items
        .map(Item::kind)
        .filter(|kind| *kind != "client_report")
        .collect();
    assert_eq!(kinds, ["check_in"], "which is no error");
}

/// How many events of `fail` there are.
fn failures(inbox: &Inbox) -> usize {
    let events = inbox.events();
    let titles = events.iter().map(Received::title);
    titles.filter(|title| title.contains("failure")).count()
}

/// What the server was told of errors that did not come, by the reason.
fn left_out(inbox: &Inbox) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for envelope in inbox.envelopes() {
        for item in envelope.items() {
            if item.kind() != "client_report" {
                continue;
            }
            for entry in item.json().unwrap()["discarded_events"].as_array().unwrap() {
                assert_eq!(entry["category"], "error");
                let reason = entry["reason"].as_str().unwrap().to_owned();
                *counts.entry(reason).or_default() += entry["quantity"].as_u64().unwrap();
            }
        }
    }
    counts
}

#[test]
#[cfg(unix)]
fn a_file_that_somebody_else_may_have_written_redirects_nothing() {
    use std::os::unix::fs::{PermissionsExt as _, chown, lchown, symlink};

    let inbox = Inbox::start().unwrap();
    let shop = || Program::new(SHOP).file(&format!("[auth]\ndsn = {}\n", inbox.dsn()));
    let path = |program: &Program| program.folder.path().join(".sentryclirc");

    let writable = shop();
    let mode = std::fs::Permissions::from_mode(0o666);
    std::fs::set_permissions(path(&writable), mode).unwrap();
    let mut refused = vec![(writable, "every user may write it")];
    let foreign = shop();
    // who is not root cannot make files of others
    if chown(path(&foreign), Some(4711), None).is_ok() {
        refused.push((foreign, "another user owns it"));
        let linked = shop();
        let target = linked.folder.path().join("target");
        std::fs::rename(path(&linked), &target).unwrap();
        symlink(&target, path(&linked)).unwrap();
        lchown(path(&linked), Some(4711), None).unwrap();
        refused.push((linked, "it is a link of another user"));
    }
    for (program, why) in refused {
        let ended = program.run();
        let stderr = ended.stderr();
        let said = format!("reading `./.sentryclirc` failed: it is refused, because {why}");
        assert_eq!(stderr.matches(&said).count(), 1, "{stderr}");
        assert_eq!(ended.code(), Some(1));
        assert_eq!(inbox.requests(), 0, "{why}");
    }
    shop().run();
    only_event(&inbox);
}

#[test]
fn a_dry_run_prints_what_would_be_sent_and_sends_and_keeps_nothing() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    let run = |dry: &str| {
        Program::new(SHOP)
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
            .env("DRAGONFLY_DRY_RUN", dry)
            .run()
    };
    let ended = run("1");
    assert_eq!(ended.code(), Some(1));
    let said = ended.stderr();
    assert!(
        said.contains("dragonfly: dry run, not sent: event\n{"),
        "{said}"
    );
    assert!(said.contains("\"type\": \"io::Error\""), "{said}");
    assert!(inbox.events().is_empty());
    assert_eq!(std::fs::read_dir(spool.path()).unwrap().count(), 0);

    let ended = run("0");
    assert!(!ended.stderr().contains("dry run"), "{}", ended.stderr());
    assert_eq!(inbox.events().len(), 1);
}

/// Without a DSN nothing is printed, which looks as if nothing would be sent.
#[test]
fn a_dry_run_without_a_dsn_says_what_it_lacks() {
    let said = "nothing is printed in a dry run without a DSN";
    let run = |program: Program| program.env("DRAGONFLY_DRY_RUN", "1").run();
    let ended = run(Program::new(SHOP));
    assert_eq!(ended.code(), Some(1));
    assert_eq!(
        ended.stderr().matches(said).count(),
        1,
        "{}",
        ended.stderr()
    );
    let vetoed = run(Program::new(SHOP).reporting_to(""));
    assert!(!vetoed.stderr().contains(said), "{}", vetoed.stderr());
}

#[test]
fn what_the_scrubber_takes_and_leaves_is_a_setting_too() {
    let inbox = Inbox::start().unwrap();
    let run = |variables: &[(&str, &str)]| {
        inbox.clear();
        let mut program = Program::new(SCRUBBED).reporting_to(inbox.dsn());
        for (name, value) in variables {
            program = program.env(name, value);
        }
        program.run();
        format!("{:?}", only_event(&inbox).event().unwrap())
    };
    let plain = run(&[]);
    assert!(
        plain.contains("ORD-4711") && plain.contains("session_id=[Filtered] in a hall"),
        "{plain}"
    );
    let own = run(&[
        ("DRAGONFLY_SCRUB_ALLOW", "session_id"),
        ("DRAGONFLY_SCRUB_DENY", "shelf, /ORD-[0-9]+/"),
    ]);
    assert!(
        own.contains("session_id=a1b2c3 in a hall")
            && own.contains("order [Filtered] on shelf=[Filtered]"),
        "{own}"
    );
}
