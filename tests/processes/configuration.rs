//! Where the settings come from, seen in what arrives.

use crate::program::Program;
use dragonfly::inbox::{Inbox, Received};

const SHOP: &str = env!("CARGO_BIN_EXE_shop");
const CONFIGURED: &str = env!("CARGO_BIN_EXE_configured");

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
        Some("shop-7"),
        "what the program says itself is kept"
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
