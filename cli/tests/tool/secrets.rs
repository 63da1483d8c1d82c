//! Whatever the tool prints, it prints no key and no password.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use dragonfly::inbox::{Fault, Inbox};

use crate::place::{KEY, Place, Ran, dead_dsn};

const SECRET: &str = "hushhushhushhushhushhushhushhush";
const COMMANDS: [&[&str]; 13] = [
    &["init", "--no-dependency"],
    &["init", "--no-dependency", "--json"],
    &["config"],
    &["config", "--json"],
    &["health"],
    &["health", "--json"],
    &["spool"],
    &["spool", "--json"],
    &["spool", "show", "1"],
    &["spool", "send"],
    &["spool", "send", "--json"],
    &["symbols", "check", "nothing"],
    &["release", "deploy", "v1", "--dry-run", "--org", "pond"],
];

#[track_caller]
fn check(ran: Ran) {
    // the first four characters of a key tell which one it is
    ran.never_says(&KEY[..5])
        .never_says(&KEY[4..])
        .never_says(&SECRET[..4])
        .never_says("sesame");
}

#[test]
fn no_command_shows_the_keys_of_a_dsn() {
    let well = Inbox::start().unwrap();
    let refuses = Inbox::start().unwrap();
    refuses.set_fault(Fault::Status(403));
    let to = |host: &str| format!("http://{KEY}:{SECRET}@{host}/1");
    let well = to(&well.addr().to_string());
    let dsns = [
        to(&refuses.addr().to_string()),
        dead_dsn().replace('@', &format!(":{SECRET}@")),
        to("sentry.example.com"),
        to("sentry.example.com:99999"),
        to(""),
        well.replace("/1", "/"),
        well.replace("http://", ""),
        format!("{well},{well}"),
        format!("'{well}'"),
        well.replace("http:", "https:"),
        well,
    ];
    for dsn in &dsns {
        for command in COMMANDS {
            let variables = [("SENTRY_DSN", dsn.as_str()), ("SENTRY_DEBUG", "true")];
            check(Place::new().run(command, &variables));
            let rc = format!("[auth]\ndsn = {dsn}\ntoken = open-sesame\n[defaults]\nurl = {dsn}\n");
            let place = Place::new().with_rc(&rc);
            check(place.run(command, &[("SENTRY_DEBUG", "true")]));
        }
    }
}

/// A proxy that says no, and repeats what it was shown.
fn closed_proxy() -> String {
    answering("407 no, open-sesame\r\nContent-Length: 0")
}

/// Says this to whoever asks.
fn answering(head: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "http://clerk:open-sesame@{}",
        listener.local_addr().unwrap()
    );
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut lines = BufReader::new(client.try_clone().unwrap()).lines();
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let _ = client.write_all(format!("HTTP/1.1 {head}\r\n\r\n").as_bytes());
        }
    });
    url
}

#[test]
fn no_command_shows_what_a_proxy_asks_for() {
    let dsn = format!("https://{KEY}:{SECRET}@sentry.example.test/1");
    let closed = closed_proxy();
    let dead = dead_dsn().replace(KEY, "clerk:open-sesame");
    for proxy in [
        &closed,
        dead.trim_end_matches("/1"),
        "http://clerk:open#sesame@x",
    ] {
        for command in COMMANDS {
            let variables = [
                ("SENTRY_DSN", dsn.as_str()),
                ("SENTRY_DEBUG", "true"),
                ("HTTPS_PROXY", proxy),
            ];
            check(Place::new().run(command, &variables));
        }
    }
    let variables = [("SENTRY_DSN", dsn.as_str()), ("HTTPS_PROXY", &closed)];
    let ran = Place::new().run(&["health"], &variables).exits(1);
    ran.prints("407").prints("the proxy in HTTPS_PROXY");
}

#[test]
fn no_command_shows_a_secret_that_stands_where_none_belongs() {
    const TOKEN: &str = "ghp_5e5a3e5e5a3e5e5a3e5e5a3e5e5a3e5e5a3e";
    let says_none = |ran: Ran| {
        check(ran.never_says(&TOKEN[4..]).never_says("jane@"));
    };
    for value in [TOKEN, "shop@password=open-sesame", "jane@example.com"] {
        for command in COMMANDS {
            let rc = format!(
                "[defaults]\norg = {value}\nproject = {value}\nurl = https://u:open-sesame@s.example/\n"
            );
            for name in [
                "SENTRY_RELEASE",
                "SENTRY_ENVIRONMENT",
                "SENTRY_DIST",
                "SENTRY_SAMPLE_RATE",
            ] {
                let place = Place::new().with_rc(&rc);
                says_none(place.run(command, &[(name, value), ("SENTRY_DEBUG", "true")]));
            }
        }
        for command in [
            [value].as_slice(),
            &["config", value],
            &["health", "--timeout", value],
            &["init", "--dsn", value],
            &["init", value],
            &["spool", "show", value],
            &["inbox", "--port", value],
            &["symbols", "check", value],
            &["symbols", "upload", value],
            &["release", "new", "--package", value],
            &["config", &format!("--{value}")],
        ] {
            says_none(Place::new().run(command, &[]).exits(2));
        }
        let args = ["init", "--no-dependency", "--org", value];
        says_none(Place::new().run(&args, &[]));
        let line = format!("{{\"where\": \"{value}\", \"text\": \"x\"}}\n");
        says_none(
            Place::new()
                .run_on(line.as_bytes(), &["scrub", "--json-lines"], &[])
                .exits(2),
        );
    }
    let dsn = format!("https://{KEY}:{SECRET}@sentry.example.com/1");
    check(
        Place::new()
            .run(&["health", &dsn], &[])
            .exits(2)
            .notes("unexpected argument"),
    );
}

#[test]
fn a_server_that_repeats_what_it_was_shown_is_not_repeated() {
    let dsn = answering(
        "403 no\r\nX-Sentry-Error: password=open-sesame of jane@example.com\r\nContent-Length: 0",
    );
    let dsn = dsn.replace("clerk:open-sesame", KEY) + "/1";
    for command in [["health"].as_slice(), &["health", "--json"]] {
        let ran = Place::new().run(command, &[("SENTRY_DSN", &dsn)]).exits(1);
        check(
            ran.never_says("jane@")
                .prints("password=[Filtered] of [email]"),
        );
    }
}

#[test]
#[should_panic(expected = "in stdout")]
fn the_check_for_secrets_can_fail() {
    let place = Place::new().with_rc("[defaults]\norg = open-sesame\n");
    check(place.run(&["config"], &[]));
}
