//! What the tool says of itself.

use dragonfly::inbox::Inbox;

use crate::place::{KEY, Place, dead_dsn};

pub(crate) const COMMANDS: [&str; 11] = [
    "init",
    "health",
    "config",
    "inbox",
    "spool",
    "user",
    "scrub",
    "symbols",
    "release",
    "completions",
    "man",
];

#[test]
fn without_a_command_it_says_what_there_is() {
    let ran = Place::new().run(&[], &[]).exits(2);
    assert_eq!(ran.out, "");
    for command in COMMANDS {
        assert!(ran.err.contains(&format!("\n  {command} ")), "{}", ran.err);
    }
    assert!(ran.err.contains("Exit codes:\n  0 "), "{}", ran.err);
    Place::new()
        .run(&["nonsense"], &[])
        .exits(2)
        .notes("--help");
}

#[test]
fn help_fits_into_eighty_columns_and_names_the_exit_codes() {
    let commands = COMMANDS.iter().map(|command| vec![*command]);
    let spool = ["list", "show", "send", "clear"].map(|command| vec!["spool", command]);
    for command in [vec![]].into_iter().chain(commands).chain(spool) {
        for help in ["-h", "--help"] {
            let args = [&command[..], &[help]].concat();
            let ran = Place::new().run(&args, &[("COLUMNS", "200")]).exits(0);
            let wide = ran.out.lines().find(|line| line.chars().count() > 80);
            assert_eq!(wide, None, "{args:?}");
            let tells = ran.out.contains("Exit codes:");
            assert!(tells || command.len() > 1, "{args:?}");
        }
    }
}

#[test]
fn quiet_commands_print_errors_only() {
    let inbox = Inbox::start().unwrap();
    let dsn = inbox.dsn();
    let variables = [("SENTRY_DSN", dsn.as_str())];
    for command in ["health", "config", "spool"] {
        let loud = Place::new().run(&[command], &variables).exits(0);
        assert_ne!(loud.out, "");
        for args in [["-q", command], [command, "--quiet"]] {
            let quiet = Place::new().run(&args, &variables).exits(0);
            assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
        }
    }
    let dead = dead_dsn();
    let ran = Place::new().run(&["health", "-q"], &[("SENTRY_DSN", &dead)]);
    let ran = ran.exits(1).notes("cannot reach 127.0.0.1");
    assert_eq!((ran.out.as_str(), ran.err.lines().count()), ("", 1));
    let malformed = format!("https://{KEY}@sentry.example.com/");
    let ran = Place::new().run(&["health", "-q"], &[("SENTRY_DSN", &malformed)]);
    let ran = ran.exits(2).notes("it has no project id");
    assert_eq!(ran.out, "");
}
