use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use super::client::{BODY, Client, ENVELOPE, KEY, post};
use crate::inbox::{Fault, Inbox};

fn with(fault: Fault) -> Inbox {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(fault);
    inbox
}

/// Once the fault is gone, the same request is stored.
#[track_caller]
fn check_recovers(inbox: &Inbox) {
    assert!(inbox.envelopes().is_empty());
    assert_eq!(inbox.requests(), 1);
    inbox.set_fault(Fault::None);
    assert_eq!(post(inbox, ENVELOPE, &[KEY], BODY).status, 200);
    assert_eq!(inbox.events().len(), 1);
}

#[test]
fn status() {
    let inbox = with(Fault::Status(503));
    let reply = post(&inbox, ENVELOPE, &[KEY], BODY);
    assert_eq!(
        (reply.status, reply.detail()),
        (503, "as set by a fault".to_owned())
    );
    check_recovers(&inbox);
}

#[test]
fn status_of_success_stores() {
    let inbox = with(Fault::Status(202));
    assert_eq!(post(&inbox, ENVELOPE, &[KEY], BODY).status, 202);
    assert_eq!(inbox.events().len(), 1);
    assert_eq!(post(&inbox, ENVELOPE, &[KEY], b"wrong").status, 400);
    inbox.set_fault(Fault::Status(204));
    let mut client = Client::of(&inbox);
    assert_eq!(client.post(ENVELOPE, &[KEY], BODY).unwrap().status, 204);
    assert_eq!(client.post(ENVELOPE, &[KEY], BODY).unwrap().status, 204);
    assert_eq!(inbox.events().len(), 3);
}

#[test]
fn status_that_is_none() {
    for status in [0, 99, 100, 199, 1000, u16::MAX] {
        let inbox = with(Fault::Status(status));
        assert_eq!(post(&inbox, ENVELOPE, &[KEY], BODY).status, 500, "{status}");
    }
}

#[test]
fn delay() {
    let delay = Duration::from_millis(200);
    let inbox = with(Fault::Delay(delay));
    let begun = Instant::now();
    let mut client = Client::of(&inbox);
    client.send("POST", ENVELOPE, &[KEY], BODY).unwrap();
    assert_eq!(inbox.wait_for_events(1, Duration::from_secs(20)).len(), 1);
    assert!(begun.elapsed() < delay, "stored on arrival");
    assert_eq!(client.reply().unwrap().status, 200);
    assert!(begun.elapsed() >= delay, "answered late");
}

#[test]
fn hang_until_dropped() {
    let inbox = with(Fault::Hang);
    let mut client = Client::of(&inbox);
    client.send("POST", ENVELOPE, &[KEY], BODY).unwrap();
    let stream = client.0.get_mut();
    let mut byte = [0];
    stream
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let silent = stream.read(&mut byte).unwrap_err().kind();
    assert!(matches!(
        silent,
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
    check_recovers(&inbox);

    // A client that stops in the middle of its request hangs just as well.
    let mut half = Client::of(&inbox);
    half.0
        .get_mut()
        .write_all(b"POST /stream HTTP/1.1\r\nConte")
        .unwrap();

    let begun = Instant::now();
    drop(inbox);
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_ne!(
        client.0.get_mut().read(&mut byte).ok(),
        Some(1),
        "closed without an answer"
    );
}

#[test]
fn reset() {
    let inbox = with(Fault::Reset);
    let error = Client::of(&inbox)
        .post(ENVELOPE, &[KEY], BODY)
        .err()
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    check_recovers(&inbox);
}

#[test]
fn garbage() {
    let inbox = with(Fault::Garbage);
    let mut client = Client::of(&inbox);
    client.send("POST", ENVELOPE, &[KEY], BODY).unwrap();
    let mut bytes = Vec::new();
    client.0.read_to_end(&mut bytes).unwrap();
    assert!(!bytes.is_empty());
    assert!(!bytes.starts_with(b"HTTP"));
    check_recovers(&inbox);
}

#[test]
fn rate_limit() {
    let inbox = with(Fault::RateLimit {
        retry_after: Some("60".to_owned()),
        sentry: Some("60:error:organization".to_owned()),
    });
    let reply = post(&inbox, ENVELOPE, &[KEY], BODY);
    assert_eq!(reply.status, 429);
    assert!(reply.headers.contains("retry-after: 60\r\n"));
    assert!(
        reply
            .headers
            .contains("x-sentry-rate-limits: 60:error:organization\r\n")
    );
    check_recovers(&inbox);
}

#[test]
fn rate_limit_with_one_header_or_a_bad_one() {
    let limit = |sentry: &str| Fault::RateLimit {
        retry_after: None,
        sentry: Some(sentry.to_owned()),
    };
    let inbox = with(limit("1::key"));
    let reply = post(&inbox, ENVELOPE, &[KEY], BODY);
    assert!(reply.headers.contains("x-sentry-rate-limits: 1::key\r\n"));
    assert!(!reply.headers.contains("retry-after"));
    inbox.set_fault(limit("1\r\nInjected: yes"));
    let reply = post(&inbox, ENVELOPE, &[KEY], BODY);
    assert_eq!(reply.status, 500);
    assert!(!reply.headers.contains("injected"));
}

#[test]
fn redirect() {
    let inbox = with(Fault::Redirect("http://example.com/elsewhere".to_owned()));
    let reply = post(&inbox, ENVELOPE, &[KEY], BODY);
    assert_eq!(reply.status, 307);
    assert!(
        reply
            .headers
            .contains("location: http://example.com/elsewhere\r\n")
    );
    check_recovers(&inbox);
}

#[test]
fn for_some_requests_only() {
    let inbox = with(Fault::Status(500));
    let mut client = Client::of(&inbox);
    let mut status = || client.post(ENVELOPE, &[KEY], BODY).unwrap().status;
    inbox.set_fault_for(2, Fault::Status(429));
    assert_eq!([status(), status(), status()], [429, 429, 500]);
    inbox.set_fault_for(2, Fault::None);
    assert_eq!([status(), status(), status()], [200, 200, 500]);
    inbox.set_fault_for(9, Fault::Status(429));
    inbox.set_fault(Fault::None);
    assert_eq!(status(), 200);
    inbox.set_fault_for(0, Fault::Status(429));
    assert_eq!(status(), 200);
}
