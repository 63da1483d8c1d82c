use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use dragonfly::inbox::{Envelope, Fault, Inbox, Item, Received};

use crate::place::{KEY, Place, Ran, dead_dsn};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const ENVIRONMENT: &str = if cfg!(debug_assertions) {
    "development"
} else {
    "production"
};

/// The one event that came; the run is over.
#[track_caller]
fn only_event(inbox: &Inbox) -> Received {
    let events = inbox.events();
    assert_eq!(events.len(), 1);
    events[0].clone()
}

#[track_caller]
fn check_event(event: &Received) {
    assert_eq!(event.environment(), Some(ENVIRONMENT));
    assert_eq!(event.release(), Some(&*format!("dragonfly-cli@{VERSION}")));
    assert_eq!(event.server_name(), None);
    assert_eq!(event.level(), "error");
    assert!(
        event.title().starts_with("HealthCheck: a test error"),
        "{}",
        event.title()
    );
}

fn health_at(fault: Fault) -> Ran {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(fault);
    let dsn = inbox.dsn();
    // where no answer ends it, the timeout does; reading debug information takes its share of that
    let ran = Place::new().run(&["health", "--timeout", "4"], &[("SENTRY_DSN", &dsn)]);
    assert!(inbox.requests() > 0, "the server was asked");
    assert!(inbox.events().is_empty());
    ran
}

#[test]
fn delivers_an_event() {
    let inbox = Inbox::start().unwrap();
    let ran = Place::new().run(&["health"], &[("SENTRY_DSN", &inbox.dsn())]);
    let event = only_event(&inbox);
    check_event(&event);
    let id = inbox.envelopes()[0].header()["event_id"]
        .as_str()
        .unwrap()
        .to_owned();
    ran.exits(0)
        .has_row("Reporting on")
        .has_row(&format!("Test error arrived: status 200, event {id}"))
        .has_row(&format!("release dragonfly-cli@{VERSION} default"))
        .has_row(&format!("environment {ENVIRONMENT} default"))
        .never_says("Next step");
}

#[test]
fn the_event_is_as_configured() {
    let inbox = Inbox::start().unwrap();
    let variables = [
        ("SENTRY_DSN", &*inbox.dsn()),
        ("SENTRY_ENVIRONMENT", "staging"),
        ("SENTRY_RELEASE", "shop@2"),
    ];
    Place::new().run(&["health"], &variables).exits(0);
    let event = only_event(&inbox);
    assert_eq!(
        (event.environment(), event.release()),
        (Some("staging"), Some("shop@2"))
    );
}

#[test]
fn dsn_in_a_file() {
    let inbox = Inbox::start().unwrap();
    let place = Place::new().with_rc(&format!("[defaults]\nurl = {}\n", inbox.dsn()));
    let ran = place.run(&["health"], &[]).exits(0);
    check_event(&only_event(&inbox));
    let row = ran.out.lines().find(|line| line.contains("dsn ")).unwrap();
    assert!(row.ends_with("./.sentryclirc:2"), "{row}");
}

#[test]
fn a_server_address_is_no_dsn() {
    let inbox = Inbox::start().unwrap();
    let place = Place::new().with_rc(&format!("[defaults]\nurl = http://{}/\n", inbox.addr()));
    place
        .run(&["health"], &[])
        .exits(0)
        .has_row("Reporting off: no DSN");
    assert_eq!(inbox.requests(), 0);
}

#[test]
fn off_without_dsn() {
    let ran = Place::new()
        .run(&["health"], &[])
        .exits(0)
        .has_row("Reporting off: no DSN");
    assert!(ran.out.contains("Next step"));
    assert_eq!(ran.err, "");
}

#[test]
fn off_by_mistake() {
    // a DSN that lost its key
    let place = Place::new().with_rc("[defaults]\nurl = https://sentry.example.com/4711\n");
    place
        .run(&["health"], &[])
        .exits(2)
        .notes("it looks like a DSN without its key")
        .has_row("Next step correct what stderr says");
}

#[test]
fn veto() {
    let inbox = Inbox::start().unwrap();
    let place = Place::new().with_rc(&format!("[auth]\ndsn = {}\n", inbox.dsn()));
    let ran = place.run(&["health"], &[("SENTRY_DSN", "")]).exits(0);
    ran.has_row("Reporting off: SENTRY_DSN is set to nothing")
        .has_row("dsn set to nothing environment SENTRY_DSN");
    assert_eq!(inbox.requests(), 0);

    place.run(&["health"], &[]).exits(0);
    assert_eq!(inbox.events().len(), 1, "without the veto");
}

#[test]
fn malformed_dsn() {
    let dsn = format!("https://{KEY}@sentry.example.com/");
    let ran = Place::new()
        .run(&["health"], &[("SENTRY_DSN", &dsn)])
        .exits(2);
    ran.never_says(KEY)
        .has_row("dsn malformed environment SENTRY_DSN")
        .prints("it has no project id after the host")
        .prints("Next step   copy the DSN again")
        .notes("reading the DSN in `environment SENTRY_DSN` failed");
}

#[test]
fn plain_http() {
    let dsn = format!("http://{KEY}@relay.invalid/1");
    let ran = Place::new()
        .run(&["health"], &[("SENTRY_DSN", &dsn)])
        .exits(2);
    ran.never_says(KEY)
        .prints("`http://` is refused for `relay.invalid`")
        .prints("set DRAGONFLY_ALLOW_HTTP=relay.invalid");
}

#[test]
fn server_fails() {
    health_at(Fault::Status(500))
        .exits(1)
        .has_row("Test error the server failed with status 500")
        .prints("Next step   look at the server");
}

#[test]
fn server_recovers() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault_for(1, Fault::Status(503));
    let ran = Place::new().run(&["health"], &[("SENTRY_DSN", &inbox.dsn())]);
    ran.exits(0).prints("arrived: status 200");
    only_event(&inbox);
}

#[test]
fn server_refuses_the_key() {
    for status in [401, 403] {
        health_at(Fault::Status(status))
            .exits(1)
            .prints(&format!(
                "the server refused it with status {status}: as set by a fault"
            ))
            .prints("Next step   check the key of the DSN");
    }
}

#[test]
fn server_refuses_something_else() {
    let ran = health_at(Fault::Status(404)).exits(1);
    ran.prints("status 404")
        .prints("check host and project")
        .never_says("check the key");
    let ran = health_at(Fault::Redirect("https://sentry.example.com/".to_owned())).exits(1);
    ran.prints("status 307")
        .prints("the address that the server redirects to");
    let limit = Fault::RateLimit {
        retry_after: Some("60".to_owned()),
        sentry: None,
    };
    health_at(limit)
        .exits(1)
        .prints("status 429")
        .prints("try again later");
}

#[test]
fn server_hangs() {
    let begun = Instant::now();
    health_at(Fault::Hang)
        .exits(1)
        .prints("no answer from 127.0.0.1:")
        .prints("within 4s")
        .prints("`--timeout 20`");
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "a request may take 30 s, the check not"
    );
}

#[test]
fn connection_fails() {
    health_at(Fault::Reset)
        .exits(1)
        .prints("cannot reach")
        .prints("Next step   check host and port");
    health_at(Fault::Garbage).exits(1).prints("cannot reach");
    let dsn = dead_dsn();
    let (_, server) = dsn.trim_end_matches("/1").split_once('@').unwrap();
    let ran = Place::new()
        .run(&["health"], &[("SENTRY_DSN", &dsn)])
        .exits(1);
    let said = format!("cannot reach {server}: Connection refused");
    ran.prints(&said)
        .prints("Next step   check host and port of the DSN, and that the server runs")
        .never_says(KEY);
}

#[test]
fn proxy_fails() {
    let dead = dead_dsn();
    let proxy = dead
        .replace(KEY, "user:sesame")
        .trim_end_matches("/1")
        .to_owned();
    let dsn = format!("https://{KEY}@sentry.invalid/1");
    let variables = [("SENTRY_DSN", &*dsn), ("HTTPS_PROXY", &*proxy)];
    let ran = Place::new().run(&["health"], &variables).exits(1);
    ran.prints("check host and port of the DSN, the proxy in HTTPS_PROXY")
        .never_says("sesame");

    let variables = [("SENTRY_DSN", &*dead), ("HTTPS_PROXY", &*proxy)];
    let ran = Place::new().run(&["health"], &variables).exits(1);
    ran.never_says("the proxy in");
}

/// A server that answers each request with these words, as a real one may: it repeats the key.
fn server_that_says(reason: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let dsn = format!("http://{KEY}@{}/1", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 403 Forbidden\r\nX-Sentry-Error: {reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim_end().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).unwrap();
        reader.into_inner().write_all(answer.as_bytes()).unwrap();
    });
    dsn
}

#[test]
fn a_key_that_the_server_repeats() {
    let dsn = server_that_says(&format!("no project for {KEY}"));
    let ran = Place::new()
        .run(&["health"], &[("SENTRY_DSN", &dsn)])
        .exits(1);
    assert!(
        ran.out.contains("status 403: no project for …"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains(KEY));
    let dsn = server_that_says(&format!("no project for {KEY}"));
    let ran = Place::new()
        .run(&["health", "--json"], &[("SENTRY_DSN", &dsn)])
        .exits(1);
    assert_eq!(ran.json()["answer"]["reason"], "no project for …");
    assert!(!ran.out.contains(KEY));
}

#[test]
fn sample_rate_does_not_matter() {
    let inbox = Inbox::start().unwrap();
    let variables = [("SENTRY_DSN", &*inbox.dsn()), ("SENTRY_SAMPLE_RATE", "0")];
    let ran = Place::new().run(&["health"], &variables).exits(0);
    only_event(&inbox);
    ran.prints("sample_rate is 0 (environment SENTRY_SAMPLE_RATE)");
    let ran = Place::new().run(&["health"], &[("SENTRY_DSN", &inbox.dsn())]);
    ran.exits(0).never_says("sample_rate is");
}

#[test]
fn what_programs_ignore_does_not_matter() {
    let inbox = Inbox::start().unwrap();
    let variables = [
        ("SENTRY_DSN", &*inbox.dsn()),
        ("DRAGONFLY_IGNORE_ERRORS", "/health/"),
    ];
    let ran = Place::new().run(&["health"], &variables).exits(0);
    only_event(&inbox);
    ran.has_row("ignore_errors /health/ environment DRAGONFLY_IGNORE_ERRORS");
}

#[test]
fn a_wrong_setting_is_said_once() {
    let inbox = Inbox::start().unwrap();
    for (variable, value) in [
        ("SENTRY_SAMPLE_RATE", "7"),
        // of no use to a test error
        ("DRAGONFLY_IGNORE_ERRORS", "/(/"),
        ("DRAGONFLY_DRY_RUN", "2"),
        ("DRAGONFLY_SESSIONS", "tru"),
        ("DRAGONFLY_SHUTDOWN_TIMEOUT", "soon"),
        ("SENTRY_SPOTLIGHT", "nowhere"),
    ] {
        let variables = [("SENTRY_DSN", &*inbox.dsn()), (variable, value)];
        let ran = Place::new().run(&["health"], &variables).exits(2);
        let ran = ran.notes(&format!("`{variable}` failed")).prints("arrived");
        let ran = ran.has_row("Next step correct what stderr says");
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
}

#[test]
fn a_wrong_setting_is_a_failure_whatever_became_of_the_test_error() {
    let inbox = Inbox::start().unwrap();
    let health = |dsn: &str, code: i32| {
        let variables = [("SENTRY_DSN", dsn), ("SENTRY_SAMPLE_RATE", "abc")];
        let ran = Place::new().run(&["health", "--json"], &variables);
        let ran = ran.exits(code).notes("`SENTRY_SAMPLE_RATE` failed");
        let json = ran.json();
        (json["status"].clone(), json["reason"].clone())
    };
    let (status, reason) = health(&inbox.dsn(), 2);
    assert_eq!(status, "misconfigured");
    let reason = reason.as_str().unwrap();
    assert!(
        reason.starts_with("arrived: status 200, event "),
        "{reason}"
    );
    let why = "a part of the configuration cannot be used";
    assert!(reason.ends_with(why), "{reason}");
    let off = format!("SENTRY_DSN is set to nothing, and {why}");
    assert_eq!(health("", 2), ("misconfigured".into(), off.into()));
    assert_eq!(health(&dead_dsn(), 1).0, "unreachable");
}

/// Their work does not hang on it, and a job at night is to go on.
#[test]
fn a_wrong_setting_does_not_keep_others_from_their_work() {
    let inbox = Inbox::start().unwrap();
    let variables = [("SENTRY_DSN", &*inbox.dsn()), ("SENTRY_SAMPLE_RATE", "abc")];
    for args in [&["spool"][..], &["spool", "send"], &["user"]] {
        let ran = Place::new().run(args, &variables).exits(0);
        ran.notes("`SENTRY_SAMPLE_RATE` failed");
    }
}

#[test]
fn json() {
    let inbox = Inbox::start().unwrap();
    let dsn = inbox.dsn();
    let key = &dsn["http://".len()..dsn.find('@').unwrap()];
    let ran = Place::new()
        .run(&["health", "--json"], &[("SENTRY_DSN", &dsn)])
        .exits(0)
        .never_says(key);
    let json = ran.json();
    assert_eq!(json["status"], "healthy");
    assert_eq!(json["answer"]["kind"], "taken");
    assert_eq!(json["answer"]["status"], 200);
    assert_eq!(json["event_id"], inbox.envelopes()[0].header()["event_id"]);
    assert_eq!(json["settings"]["dsn"]["source"], "environment SENTRY_DSN");
    let shown = json["settings"]["dsn"]["value"].as_str().unwrap();
    assert_eq!(shown, dsn.replace(&key[4..], "…"));
    assert!(json["reason"].is_null() && json["next_step"].is_null());

    let place = Place::new();
    let keys = |variables: &[(&str, &str)]| {
        let json = place
            .run(&["health", "--json", "--timeout", "4"], variables)
            .json();
        let keys: Vec<String> = json.as_object().unwrap().keys().cloned().collect();
        (keys, json["status"].as_str().unwrap().to_owned())
    };
    let hanging = Inbox::start().unwrap();
    hanging.set_fault(Fault::Hang);
    let runs = [
        ("healthy", vec![("SENTRY_DSN", dsn.clone())]),
        ("off", vec![]),
        ("unreachable", vec![("SENTRY_DSN", dead_dsn())]),
        ("unreachable", vec![("SENTRY_DSN", hanging.dsn())]),
        ("misconfigured", vec![("SENTRY_DSN", "nonsense".to_owned())]),
    ];
    for (status, variables) in runs {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let (keys, found) = keys(&variables);
        assert_eq!(found, status);
        assert_eq!(
            keys,
            [
                "answer",
                "event_id",
                "next_step",
                "notes",
                "reason",
                "settings",
                "status",
                "waiting"
            ]
        );
    }
}

#[test]
fn a_token_is_in_no_output() {
    let rc = "[auth]\ntoken = sntrys_open_sesame\n[dragonfly]\nsntrys_open_sesame\nsample_rate = sntrys_open_sesame\n";
    let place = Place::new().with_rc(rc);
    for args in [
        &["health"][..],
        &["health", "--json"],
        &["config"],
        &["config", "--json"],
    ] {
        let dsn = dead_dsn();
        for variables in [&[][..], &[("SENTRY_DSN", &*dsn), ("SENTRY_DEBUG", "1")]] {
            let ran = place.run(args, variables).never_says("sesame");
            assert!(ran.out.contains("present"), "it was read: {}", ran.out);
        }
    }
}

#[test]
fn wrong_usage() {
    for args in [
        &["health", "--timeout", "0"][..],
        &["health", "--timeout", "soon"],
        &["helth"],
        &[],
    ] {
        let ran = Place::new().run(args, &[]).exits(2);
        assert_eq!(ran.out, "");
        assert!(
            ran.err.contains("--help") || ran.err.contains("Usage"),
            "{}",
            ran.err
        );
    }
    Place::new()
        .run(&["health", "--help"], &[])
        .exits(0)
        .prints("Exit codes:");
}

#[test]
fn nobody_reads() {
    let dsn = dead_dsn();
    for args in [&["health"][..], &["health", "--json"]] {
        let place = Place::new();
        let mut running = place.start(args, &[("SENTRY_DSN", &dsn)]);
        running.close();
        let ran = running.end().exits(1);
        assert_eq!(ran.err, "");
    }
}

#[test]
fn the_test_error_is_none_of_spotlights() {
    let (server, spotlight) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    let url = format!("http://{}/stream", spotlight.addr());
    for (dsn, said) in [(server.dsn(), "arrived"), (String::new(), "off: no DSN")] {
        let mut variables = vec![("SENTRY_SPOTLIGHT", url.as_str())];
        if !dsn.is_empty() {
            variables.push(("SENTRY_DSN", &dsn));
        }
        let ran = Place::new().run(&["health"], &variables).exits(0);
        ran.prints(said).has_row(&format!(
            "Spotlight programs send a copy of everything to {url} (environment \
             SENTRY_SPOTLIGHT); the test error is not sent there"
        ));
    }
    assert_eq!((server.events().len(), spotlight.requests()), (1, 0));
}

#[test]
fn it_is_no_run_that_counts_for_the_release() {
    let inbox = Inbox::start().unwrap();
    let dsn = inbox.dsn();
    let variables = [("SENTRY_DSN", &*dsn), ("DRAGONFLY_SESSIONS", "true")];
    Place::new().run(&["health"], &variables).exits(0);
    let envelopes = inbox.envelopes();
    let items = envelopes.iter().flat_map(Envelope::items);
    let kinds: Vec<&str> = items.map(Item::kind).collect();
    assert_eq!(kinds, ["event"]);
}

#[test]
fn a_dry_run_is_told_and_the_test_error_sent() {
    let inbox = Inbox::start().unwrap();
    let dsn = inbox.dsn();
    let run = |dry: &str| {
        let variables = [("SENTRY_DSN", &*dsn), ("DRAGONFLY_DRY_RUN", dry)];
        Place::new().run(&["health"], &variables).exits(0)
    };
    let told = "Dry run     programs print what they would send, and send nothing (environment DRAGONFLY_DRY_RUN)";
    run("1").prints("arrived").prints(told);
    run("0").prints("arrived").never_says("Dry run");
    assert_eq!(inbox.events().len(), 2);
}
