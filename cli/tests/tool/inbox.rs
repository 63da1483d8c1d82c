use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::place::{Place, Running, own_port};

pub(crate) fn start(place: &Place, args: &[&str], variables: &[(&str, &str)]) -> (Running, String) {
    let mut inbox = place.start(&[&["inbox"], args].concat(), variables);
    let line = inbox.line();
    let dsn = line
        .strip_prefix("export SENTRY_DSN=")
        .unwrap_or_else(|| panic!("{line}"))
        .to_owned();
    (inbox, dsn)
}

#[track_caller]
pub(crate) fn health(place: &Place, dsn: &str) {
    place.run(&["health"], &[("SENTRY_DSN", dsn)]).exits(0);
}

/// Sends an envelope by hand, and waits for the answer.
pub(crate) fn post(dsn: &str, body: &[u8]) {
    let addr = dsn.split('@').nth(1).unwrap().trim_end_matches("/1");
    let mut stream = TcpStream::connect(addr).unwrap();
    let head = format!(
        "POST /api/1/envelope/?sentry_key=k HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn prints_an_event() {
    let place = Place::new();
    let (inbox, dsn) = start(&place, &["--count", "1"], &[]);
    health(&place, &dsn);
    let ran = inbox.end().exits(0);
    ran.prints(" ERROR  HealthCheck  a test error of `dragonfly health`")
        .prints("send_test_error")
        .prints(concat!("dragonfly-cli@", env!("CARGO_PKG_VERSION")))
        .never_says("\u{1b}");
}

#[test]
fn a_request_that_no_server_would_take_is_told_of() {
    let place = Place::new();
    let (inbox, dsn) = start(&place, &["--count", "1"], &[]);
    let addr = dsn.split('@').nth(1).unwrap().trim_end_matches("/1");
    let mut stream = TcpStream::connect(addr).unwrap();
    stream
        .write_all(b"OPTIONS /api/1/envelope/?sentry_key=c0ffee HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    health(&place, &dsn);
    let ran = inbox.end().exits(0);
    ran.notes("refused OPTIONS /api/1/envelope/: the endpoint takes POST only")
        .never_says("c0ffee");
}

/// It is for looking at what would have reached Sentry: to hide a leak would be to hide the news.
#[test]
fn what_other_programs_let_out_is_printed_as_it_came() {
    let place = Place::new();
    let (inbox, dsn) = start(&place, &["--count", "1"], &[]);
    post(
        &dsn,
        b"{}\n{\"type\":\"event\"}\n{\"message\":\"mail to jane@example.com\"}\n",
    );
    inbox.end().exits(0).prints("mail to jane@example.com");
}

#[test]
fn logs_and_what_else_has_words_are_printed_in_short() {
    let place = Place::new();
    let (mut inbox, dsn) = start(&place, &[], &[]);
    assert_eq!(inbox.line(), "");
    let mut line_of = |kind: &str, payload: &str| {
        post(
            &dsn,
            format!("{{}}\n{{\"type\":\"{kind}\"}}\n{payload}\n").as_bytes(),
        );
        inbox.line()
    };
    let log = r#"{"level":"info","body":"order 7 taken"}"#;
    assert_eq!(
        line_of(
            "log",
            &format!(r#"{{"items":[{log},{{"body":"a\u001b[2J"}}]}}"#)
        ),
        " log  info: order 7 taken; info: a\\u{1b}[2J  73 bytes"
    );
    assert_eq!(
        line_of(
            "log",
            &format!(r#"{{"items":[{log},{log},{log},{log},{log}]}}"#)
        ),
        " log  info: order 7 taken; info: order 7 taken; info: order 7 taken; and 2 more  211 bytes"
    );
    assert_eq!(
        line_of("trace_metric", r#"{"items":[{"name":"orders","value":3}]}"#),
        " trace_metric  orders  39 bytes"
    );
    assert_eq!(
        line_of("user_report", r#"{"comments":"it broke"}"#),
        " user_report  it broke  23 bytes"
    );
    assert_eq!(
        line_of(
            "feedback",
            r#"{"contexts":{"feedback":{"message":"slow"}}}"#
        ),
        " feedback  slow  44 bytes"
    );
    assert_eq!(line_of("log", "no JSON"), " log  7 bytes");
}

#[test]
fn count_is_of_events() {
    let place = Place::new();
    let (mut inbox, dsn) = start(&place, &["--count", "2"], &[]);
    assert_eq!(inbox.line(), "");
    post(
        &dsn,
        b"{}\n{\"type\":\"session\"}\n{\"status\":\"exited\"}\n",
    );
    assert_eq!(inbox.line(), " session  exited  19 bytes");
    health(&place, &dsn);
    assert!(inbox.line().contains("HealthCheck"));
    assert!(inbox.child.try_wait().unwrap().is_none(), "one is not two");
    post(
        &dsn,
        b"{}\n{\"type\":\"event\"}\n{\"message\":\"sold out\"}\n",
    );
    inbox.end().exits(0).prints(" ERROR  sold out");
}

#[test]
fn other_items_in_a_line_each() {
    let place = Place::new();
    let (mut inbox, dsn) = start(&place, &[], &[]);
    assert_eq!(inbox.line(), "");
    let body = b"{}\n\
        {\"type\":\"transaction\"}\n{\"transaction\":\"GET /pond\"}\n\
        {\"type\":\"client_report\"}\n{\"discarded_events\":[{\"reason\":\"queue_overflow\",\"category\":\"error\",\"quantity\":3}]}\n\
        {\"type\":\"attachment\",\"length\":3,\"filename\":\"a.bin\"}\n\xff\n\x00\n\
        {\"type\":\"event\"}\nno json\n\
        {\"type\":\"x\\u001b[31m\\u202e\"}\n1\n";
    post(&dsn, body);
    assert_eq!(inbox.line(), " transaction  GET /pond  27 bytes");
    assert_eq!(
        inbox.line(),
        " client_report  3 error lost (queue_overflow)  82 bytes"
    );
    assert_eq!(inbox.line(), " attachment  a.bin  3 bytes");
    assert_eq!(inbox.line(), " event  7 bytes");
    assert_eq!(inbox.line(), " x\\u{1b}[31m\\u{202e}  1 byte");
}

#[test]
fn sessions_say_how_they_ended() {
    let place = Place::new();
    let (mut inbox, dsn) = start(&place, &[], &[]);
    assert_eq!(inbox.line(), "");
    let body = b"{}\n\
        {\"type\":\"session\"}\n{\"status\":\"crashed\",\"errors\":2,\"duration\":1.25,\"attrs\":{\"release\":\"shop@1\"}}\n\
        {\"type\":\"session\"}\n{\"errors\":1,\"duration\":\"x\"}\n\
        {\"type\":\"sessions\"}\n{\"aggregates\":[{\"exited\":3,\"crashed\":1},{\"exited\":4,\"errored\":\"x\"}],\"attrs\":{\"release\":\"shop@1\"}}\n\
        {\"type\":\"sessions\"}\n{\"aggregates\":7}\n";
    post(&dsn, body);
    let mut about = || {
        let line = inbox.line();
        let (about, _) = line.rsplit_once("  ").unwrap();
        about.to_owned()
    };
    assert_eq!(about(), " session  crashed, 2 errors, after 1.2 s, shop@1");
    assert_eq!(about(), " session  ok, 1 error");
    assert_eq!(about(), " sessions  7 exited, 1 crashed, shop@1");
    assert_eq!(about(), " sessions  nothing");
}

#[test]
fn json_lines() {
    let place = Place::new();
    let mut inbox = place.start(
        &["inbox", "--json", "--count", "1"],
        &[("CLICOLOR_FORCE", "1")],
    );
    let dsn = inbox.json_line()["dsn"].as_str().unwrap().to_owned();
    post(
        &dsn,
        b"{}\n{\"type\":\"attachment\",\"length\":2}\n\xff\x00\n{\"type\":\"log\"}\nplain\n",
    );
    let bytes = inbox.json_line();
    assert_eq!(
        (&bytes["kind"], &bytes["payload"]),
        (&"attachment".into(), &Value::Null)
    );
    assert_eq!(bytes["header"]["length"], 2);
    assert_eq!(inbox.json_line()["payload"], "plain");
    health(&place, &dsn);
    let event = inbox.json_line();
    assert_eq!(event["kind"], "event");
    assert_eq!(
        event["payload"]["exception"]["values"][0]["type"],
        "HealthCheck"
    );
    let ran = inbox.end().exits(0);
    assert_eq!(ran.out, "");
}

#[test]
fn colours_where_wanted() {
    let place = Place::new();
    let (inbox, dsn) = start(&place, &["--count", "1"], &[("CLICOLOR_FORCE", "1")]);
    assert!(!dsn.contains('\u{1b}'), "the DSN is for copying");
    health(&place, &dsn);
    inbox.end().exits(0).prints("\u{1b}[");
}

#[test]
fn nobody_reads() {
    let place = Place::new();
    let (mut inbox, dsn) = start(&place, &[], &[]);
    inbox.close();
    health(&place, &dsn);
    let ran = inbox.end().exits(0);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

#[test]
fn port_is_taken() {
    let taken = own_port();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = Place::new().run(&["inbox", "--port", &port], &[]).exits(1);
    assert_eq!(ran.out, "");
    ran.notes(&format!("listening on 127.0.0.1:{port} failed"))
        .notes("without `--port`");

    drop(taken);
    let place = Place::new();
    let (_inbox, dsn) = start(&place, &["--port", &port], &[]);
    assert!(dsn.contains(&format!("@127.0.0.1:{port}/")));
}

#[test]
fn wrong_usage() {
    for args in [
        &["--port", "65536"][..],
        &["--count", "0"],
        &["--host", "0.0.0.0"],
    ] {
        let ran = Place::new().run(&[&["inbox"], args].concat(), &[]).exits(2);
        assert_eq!(ran.out, "");
    }
}
