use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use self::client::{BODY, Client, ENVELOPE, KEY, post};
use super::{Envelope, Inbox};

mod any;
mod client;
mod faults;
mod print;

/// `BODY` by Google's brotli at quality 11.
const BROTLI: &[u8] = &[
    27, 87, 0, 24, 156, 7, 182, 173, 36, 127, 97, 14, 132, 111, 103, 138, 35, 84, 122, 238, 189,
    165, 233, 220, 82, 127, 72, 14, 96, 242, 150, 156, 92, 44, 157, 190, 82, 168, 243, 24, 27, 123,
    35, 227, 224, 140, 37, 19, 28, 57, 211, 24, 66, 152, 88, 161, 96, 207, 211, 3, 112, 180, 41,
    247, 17, 25, 118, 187, 60, 61, 139, 95, 109, 179, 226, 9, 65, 56, 72, 193, 7, 92, 204, 1,
];
/// `BODY` by the zstd command at level 19.
const ZSTD: &[u8] = &[
    40, 181, 47, 253, 32, 88, 149, 2, 0, 210, 196, 17, 24, 112, 171, 14, 148, 224, 67, 104, 18, 26,
    47, 167, 54, 240, 255, 67, 85, 24, 115, 112, 114, 85, 248, 103, 2, 167, 126, 46, 17, 128, 71,
    148, 111, 239, 194, 73, 217, 72, 123, 43, 205, 60, 61, 245, 12, 85, 208, 232, 49, 177, 108,
    165, 149, 216, 115, 72, 237, 114, 167, 196, 43, 112, 239, 219, 161, 49, 204, 164, 153, 62, 13,
    2, 0, 52, 5, 64, 61, 40, 40,
];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[track_caller]
fn check_encoding(encoding: &str, body: &[u8]) {
    let inbox = Inbox::start().unwrap();
    let headers = [KEY, ("Content-Encoding", encoding)];
    let reply = post(&inbox, ENVELOPE, &headers, body);
    assert_eq!(reply.status, 200);
    let envelopes = inbox.envelopes();
    assert_eq!(envelopes.len(), 1);
    assert_eq!(envelopes[0].content_encoding(), Some(encoding));
    assert_eq!(
        envelopes[0].items()[0].payload(),
        b"{\"message\":\"sold out\"}"
    );

    let cut = &body[..body.len() / 2];
    let reply = post(&inbox, ENVELOPE, &headers, cut);
    assert_eq!(reply.status, 400, "a body that ends too early");
    let reply = post(
        &inbox,
        ENVELOPE,
        &headers,
        b"\x01\x02\x03 nothing of the kind",
    );
    assert_eq!(reply.status, 400, "a body in no encoding");
    assert_eq!(inbox.envelopes().len(), 1);
    assert_eq!(inbox.requests(), 3);
}

#[test]
fn encoding_identity() {
    check_encoding("identity", BODY);
}

#[test]
fn encoding_gzip() {
    check_encoding("gzip", &gzip(BODY));
}

#[test]
fn encoding_deflate() {
    check_encoding("deflate", &deflate(BODY));
}

#[test]
fn encoding_brotli() {
    check_encoding("br", BROTLI);
}

#[test]
fn encoding_zstd() {
    check_encoding("zstd", ZSTD);
}

#[test]
fn encoding_unknown() {
    let inbox = Inbox::start().unwrap();
    for encoding in ["lzma", "gzip, gzip"] {
        let reply = post(
            &inbox,
            ENVELOPE,
            &[KEY, ("Content-Encoding", encoding)],
            BODY,
        );
        assert_eq!(reply.status, 400);
        assert_eq!(reply.detail(), "the content encoding is not supported");
    }
    assert!(inbox.envelopes().is_empty());
}

#[test]
fn encoding_chunked() {
    let inbox = Inbox::start().unwrap();
    let (first, second) = BODY.split_at(20);
    let mut body = Vec::new();
    for part in [first, second, b""] {
        write!(body, "{:x}\r\n", part.len()).unwrap();
        body.extend_from_slice(part);
        body.extend_from_slice(b"\r\n");
    }
    let reply = post(
        &inbox,
        ENVELOPE,
        &[KEY, ("Transfer-Encoding", "chunked")],
        &body,
    );
    assert_eq!(reply.status, 200);
    assert_eq!(inbox.events()[0].title(), "sold out");
}

#[test]
fn an_envelope_as_it_came() {
    let inbox = Inbox::start().unwrap();
    let body = b"{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n\
        {\"type\":\"attachment\",\"length\":4,\"filename\":\"a.bin\"}\n\n\xff\x00\n\n\
        {\"type\":\"event\"}\n{\"message\":\"sold out\"}\n\
        {\"type\":\"event\"}\nno json\n";
    let reply = post(&inbox, ENVELOPE, &[KEY, ("User-Agent", "test/1")], body);
    assert_eq!(reply.json()["id"], "9ec79c33ec9942ab8353589fcb2e04dc");
    let envelope = inbox.next_envelope(Duration::ZERO).unwrap();
    assert_eq!(
        envelope.header()["event_id"],
        "9ec79c33ec9942ab8353589fcb2e04dc"
    );
    assert_eq!(envelope.key(), Some("abc"));
    assert_eq!(envelope.content_encoding(), None);
    let agent = ("user-agent".to_owned(), "test/1".to_owned());
    assert!(envelope.headers().contains(&agent));
    let [attachment, event, broken] = envelope.items() else {
        panic!("{} items", envelope.items().len())
    };
    assert_eq!(attachment.kind(), "attachment");
    assert_eq!(attachment.header()["filename"], "a.bin");
    assert_eq!(attachment.payload(), b"\n\xff\x00\n");
    assert_eq!(attachment.json(), None);
    assert_eq!(event.json().unwrap()["message"], "sold out");
    assert_eq!(broken.kind(), "event");
    assert_eq!(envelope.events().len(), 1);
    assert_eq!(envelope.bytes(), body);
}

#[test]
fn the_bytes_of_what_came_compressed_or_bare() {
    let inbox = Inbox::start().unwrap();
    let headers = [KEY, ("Content-Encoding", "gzip")];
    post(&inbox, ENVELOPE, &headers, &gzip(BODY));
    assert_eq!(inbox.envelopes()[0].bytes(), BODY);

    post(
        &inbox,
        "/api/7/store/",
        &[KEY],
        b"{\"message\":\"sold out\"}",
    );
    let again = Envelope::read(inbox.envelopes()[1].bytes()).unwrap();
    assert_eq!(again.events()[0].title(), "sold out");
    assert_eq!(
        again.header()["event_id"],
        again.events()[0].json()["event_id"]
    );
}

#[test]
fn an_envelope_is_printed_without_keys() {
    let inbox = Inbox::start().unwrap();
    let body = b"{\"dsn\":\"https://0badcafe@sentry.example.com/1\",\"sdk\":{\"name\":\"test\"}}\n\
        {\"type\":\"event\"}\n{\"message\":\"sold out\"}\n";
    post(&inbox, ENVELOPE, &[KEY], body);
    let envelope = inbox.next_envelope(Duration::ZERO).unwrap();
    let printed = format!("{envelope:?}");
    for word in ["0badcafe", "abc"] {
        assert!(!printed.contains(word), "{word} in {printed}");
    }
    for word in ["\"event\"", "x-sentry-auth", "test"] {
        assert!(printed.contains(word), "{word} not in {printed}");
    }
}

#[test]
fn bad_framing() {
    let inbox = Inbox::start().unwrap();
    let reply = post(
        &inbox,
        ENVELOPE,
        &[KEY],
        b"{}\n{\"type\":\"event\",\"length\":99}\n{}",
    );
    assert_eq!(reply.status, 400);
    assert_eq!(
        reply.detail(),
        "the item's `length` reaches past the end of the envelope (at byte 32)"
    );
    assert!(inbox.envelopes().is_empty());
    let reply = post(
        &inbox,
        ENVELOPE,
        &[KEY],
        b"{}\n{\"type\":\"event\",\"length\":2}\n{}",
    );
    assert_eq!((reply.status, reply.json()), (200, serde_json::json!({})));
}

#[test]
fn store_takes_a_bare_event() {
    let inbox = Inbox::start().unwrap();
    let reply = post(
        &inbox,
        "/api/7/store/",
        &[KEY],
        b"{\"message\":\"sold out\"}",
    );
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 32);
    let events = inbox.events();
    assert_eq!(events[0].json()["event_id"], id);
    assert_eq!(
        events[0].event().unwrap().message.as_deref(),
        Some("sold out")
    );

    assert_eq!(post(&inbox, "/api/7/store/", &[KEY], b"[]").status, 400);
    assert_eq!(post(&inbox, "/api/7/store/", &[KEY], BODY).status, 400);
    assert_eq!(inbox.events().len(), 1);
}

#[test]
fn key_in_each_place() {
    let inbox = Inbox::start().unwrap();
    let dsn = b"{\"dsn\":\"https://abc:secret@example.com/1\"}\n";
    let replies = [
        post(&inbox, ENVELOPE, &[KEY], BODY),
        post(
            &inbox,
            ENVELOPE,
            &[("Authorization", "Sentry sentry_key=abc")],
            BODY,
        ),
        post(
            &inbox,
            "/api/1/envelope/?sentry_version=7&sentry_key=abc",
            &[],
            BODY,
        ),
        post(&inbox, ENVELOPE, &[], dsn),
    ];
    assert!(replies.iter().all(|reply| reply.status == 200));
    let envelopes = inbox.envelopes();
    assert!(
        envelopes
            .iter()
            .all(|envelope| envelope.key() == Some("abc"))
    );
}

#[test]
fn no_key() {
    let inbox = Inbox::start().unwrap();
    let wrong: [&[(&str, &str)]; 3] = [
        &[],
        &[("X-Sentry-Auth", "Sentry sentry_version=7, sentry_key=")],
        &[("X-Sentry-Auth", "Basic sentry_key=abc")],
    ];
    for headers in wrong {
        let reply = post(&inbox, ENVELOPE, headers, BODY);
        assert_eq!(
            (reply.status, reply.detail()),
            (403, "no sentry key".to_owned())
        );
    }
    let dsn = b"{\"dsn\":\"https://example.com/1\"}\n";
    assert_eq!(post(&inbox, ENVELOPE, &[], dsn).status, 403);
    assert!(inbox.envelopes().is_empty());

    assert_eq!(post(&inbox, "/stream", &[], BODY).status, 200);
    assert_eq!(inbox.envelopes()[0].key(), None);
}

#[test]
fn wrong_path_or_method() {
    let inbox = Inbox::start().unwrap();
    for path in [
        "/",
        "/api/1/envelope",
        "/api//envelope/",
        "/api/1/minidump/",
        "/x/stream",
    ] {
        assert_eq!(post(&inbox, path, &[KEY], BODY).status, 404, "{path}");
    }
    let mut client = Client::of(&inbox);
    client.send("PUT", ENVELOPE, &[KEY], BODY).unwrap();
    assert_eq!(client.reply().unwrap().status, 405);
    assert!(inbox.envelopes().is_empty());
    assert_eq!(inbox.requests(), 6);
}

#[test]
fn two_requests_on_one_connection() {
    let inbox = Inbox::start().unwrap();
    let mut client = Client::of(&inbox);
    assert_eq!(client.post(ENVELOPE, &[KEY], b"wrong").unwrap().status, 400);
    assert_eq!(client.post(ENVELOPE, &[KEY], BODY).unwrap().status, 200);
    assert_eq!((inbox.requests(), inbox.events().len()), (2, 1));

    let last = [KEY, ("Connection", "close")];
    assert_eq!(client.post(ENVELOPE, &last, BODY).unwrap().status, 200);
    assert!(
        client.post(ENVELOPE, &[KEY], BODY).is_err(),
        "closed as asked"
    );
}

#[test]
fn zip_bomb() {
    let inbox = Inbox::start().unwrap();
    let headers = [KEY, ("Content-Encoding", "gzip")];
    let mebibyte = gzip(&vec![b'\n'; 1 << 20]);
    let bomb = mebibyte.repeat(101);
    let reply = post(&inbox, ENVELOPE, &headers, &bomb);
    assert_eq!(reply.status, 413);
    assert_eq!(
        reply.detail(),
        "the body has more than 100 MiB once decompressed"
    );

    let allowed = &bomb[..mebibyte.len() * 100];
    let reply = post(&inbox, ENVELOPE, &headers, allowed);
    assert_eq!(
        reply.status, 400,
        "read to its end, and found to be no envelope"
    );
}

#[test]
fn body_too_large() {
    let inbox = Inbox::start().unwrap();
    let mut body = BODY.to_vec();
    body.resize(20 << 20, b'\n');
    assert_eq!(post(&inbox, ENVELOPE, &[KEY], &body).status, 200);
    body.push(b'\n');
    let reply = post(&inbox, ENVELOPE, &[KEY], &body);
    assert_eq!(reply.status, 413);
    assert_eq!(reply.detail(), "the body has more than 20 MiB as sent");
    assert_eq!(inbox.events().len(), 1);
}

#[test]
fn only_loopback_is_bound() {
    for open in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let error = Inbox::bind(open).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{open}");
    }
    let inbox = Inbox::bind("127.0.0.1:0").unwrap();
    let taken = Inbox::bind(inbox.addr()).unwrap_err();
    assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
}

#[test]
fn dsn_leads_here() {
    let inbox = Inbox::start().unwrap();
    let dsn: sentry::types::Dsn = inbox.dsn().parse().unwrap();
    assert_eq!(dsn.envelope_api_url().port(), Some(inbox.addr().port()));
    assert_eq!(dsn.envelope_api_url().path(), ENVELOPE);
    assert_eq!(dsn.public_key().len(), 32);
    let auth = dsn.to_auth(Some("test/1")).to_string();
    post(&inbox, ENVELOPE, &[("X-Sentry-Auth", &auth)], BODY);
    assert_eq!(inbox.envelopes()[0].key(), Some(dsn.public_key()));
    assert_ne!(Inbox::start().unwrap().dsn(), inbox.dsn());
}

#[test]
fn waiting() {
    let inbox = Inbox::start().unwrap();
    let begun = Instant::now();
    assert!(
        inbox
            .wait_for_events(1, Duration::from_millis(50))
            .is_empty()
    );
    assert!(begun.elapsed() >= Duration::from_millis(50));
    assert!(inbox.next_envelope(Duration::ZERO).is_none());

    thread::scope(|scope| {
        let waiting = scope.spawn(|| inbox.wait_for_events(2, Duration::MAX).len());
        post(&inbox, "/stream", &[], BODY);
        post(&inbox, "/stream", &[], b"{}\n{\"type\":\"session\"}\n{}\n");
        assert!(!waiting.is_finished());
        post(&inbox, "/stream", &[], BODY);
        assert_eq!(waiting.join().unwrap(), 2);
    });
    assert_eq!(inbox.envelopes().len(), 3);
    let kinds = ["event", "session", "event"];
    for kind in kinds {
        let envelope = inbox.next_envelope(Duration::ZERO).unwrap();
        assert_eq!(envelope.items()[0].kind(), kind);
    }
    assert!(inbox.envelopes().is_empty());
}

#[test]
fn clearing() {
    let inbox = Inbox::start().unwrap();
    post(&inbox, "/stream", &[], BODY);
    assert_eq!((inbox.requests(), inbox.events().len()), (1, 1));
    inbox.clear();
    assert_eq!((inbox.requests(), inbox.events().len()), (0, 0));
}

#[test]
fn dropped_it_closes_what_is_open() {
    let inbox = Inbox::start().unwrap();
    let mut client = Client::of(&inbox);
    assert_eq!(client.post(ENVELOPE, &[KEY], BODY).unwrap().status, 200);
    drop(inbox);
    assert!(client.post(ENVELOPE, &[KEY], BODY).is_err());
}
