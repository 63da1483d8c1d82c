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

    inbox.clear();
    Program::new(CONFIGURED)
        .file(&file)
        .env("SENTRY_ENVIRONMENT", "from-env")
        .run();
    let event = only_event(&inbox);
    assert_eq!(event.environment(), Some("staging"));
    assert_eq!(event.release(), Some("shop@9.9.9"));
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
