//! What a server answers, of any size and content: it changes nothing but what becomes of the report.

use crate::program::{Ended, Program};
use dragonfly::spool::Destination;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const BURST: &str = env!("CARGO_BIN_EXE_burst");
const KEY: &str = "0123456789abcdef0123456789abcdef";
const SECRET: &str = "fedcba9876543210fedcba9876543210";

/// Says something to the request of that number.
type Answer = fn(usize, &mut TcpStream) -> io::Result<()>;

/// Reports as many errors to a server that answers so.
#[track_caller]
fn told(answer: Answer, errors: usize) -> (Ended, usize) {
    let (program, requests) = about_to_tell(answer, errors);
    let ended = program.run();
    (ended, requests.load(Ordering::Acquire))
}

/// The program, and how many requests the server has had.
fn about_to_tell(answer: Answer, errors: usize) -> (Program, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let count = Arc::clone(&count);
            thread::spawn(move || serve(client, answer, &count));
        }
    });
    let program = Program::new(BURST)
        .arg(&errors.to_string())
        .reporting_to(format!("http://{KEY}:{SECRET}@127.0.0.1:{port}/1"))
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "60");
    (program, requests)
}

fn serve(client: TcpStream, answer: Answer, requests: &AtomicUsize) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut client = client;
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        let number = requests.fetch_add(1, Ordering::AcqRel);
        answer(number, &mut client)?;
    }
}

fn say(client: &mut TcpStream, status: &str, headers: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    write!(
        client,
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}

fn without_end(client: &mut TcpStream, text: &str) -> io::Result<()> {
    loop {
        client.write_all(text.as_bytes())?;
    }
}

/// The program ended as it would have without us and soon, and we said at most one harmless line.
#[track_caller]
fn check_harmless(what: &str, ended: &Ended) {
    assert_eq!(
        (ended.code(), ended.stdout()),
        (Some(0), String::new()),
        "{what}"
    );
    assert!(
        ended.took < Duration::from_secs(45),
        "{what}: {:?}",
        ended.took
    );
    let stderr = ended.stderr();
    assert!(
        stderr.lines().count() <= 1 && stderr.len() < 400,
        "{what}: {stderr}"
    );
    let steers = |letter: char| letter.is_control() || letter == '\u{202e}';
    assert!(!stderr.trim_end().contains(steers), "{what}: {stderr:?}");
    for secret in [KEY, SECRET] {
        assert!(!stderr.contains(secret), "{what}: {stderr}");
    }
}

#[test]
fn answers_of_any_size_and_content_are_harmless() {
    let answers: [(&str, Answer); 20] = [
        ("nothing", |_, _| Ok(())),
        ("closes", |_, client| {
            client.shutdown(std::net::Shutdown::Both)
        }),
        ("a body without end", |_, client| {
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            without_end(client, "{\"id\":")
        }),
        ("chunks without end", |_, client| {
            client.write_all(b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            without_end(client, "4\r\nabcd\r\n")
        }),
        ("a header without end", |_, client| {
            client.write_all(b"HTTP/1.1 200 OK\r\nX-Sentry-Error: ")?;
            without_end(client, "no no no ")
        }),
        ("headers without end", |_, client| {
            client.write_all(b"HTTP/1.1 200 OK\r\n")?;
            without_end(client, "X-A: b\r\n")
        }),
        ("a status line without end", |_, client| {
            without_end(client, "HTTP/1.1 200 OK OK ")
        }),
        ("interim answers without end", |_, client| {
            without_end(client, "HTTP/1.1 100 Continue\r\n\r\n")
        }),
        ("a body that is slow", |_, client| {
            client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")?;
            loop {
                client.write_all(b"x")?;
                thread::sleep(Duration::from_millis(300));
            }
        }),
        ("a length that is too long", |_, client| {
            client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n{}")
        }),
        ("a length that is none", |_, client| {
            client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}")
        }),
        ("a chunk that is none", |_, client| {
            client.write_all(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
            )
        }),
        ("deep", |_, client| {
            say(client, "200 OK", "", &"[".repeat(100_000))
        }),
        ("binary", |_, client| {
            client.write_all(b"HTTP/1.1 400 \xff\r\nX-Sentry-Error: \xff\x80\r\n\r\n\0\xff")
        }),
        ("compressed", |_, client| {
            say(
                client,
                "200 OK",
                "Content-Encoding: gzip\r\n",
                "no gzip at all",
            )
        }),
        ("what steers a terminal", |_, client| {
            let detail = "{\"detail\":\"\\u001b[2J\\u001b]0;x\\u0007\\n\\r\\u009b\\u202egnorw\"}";
            say(client, "403 No", "", detail)
        }),
        ("what it should keep to itself", |_, client| {
            let error = format!("X-Sentry-Error: no {KEY}, no {SECRET}\r\n");
            say(client, "401 No", &error, "")
        }),
        ("another protocol", |_, client| {
            say(
                client,
                "101 Switching Protocols",
                "Upgrade: h2c\r\nConnection: Upgrade\r\n",
                "",
            )
        }),
        ("a redirect to nowhere", |_, client| {
            say(client, "302 Found", "Location: file:///etc/passwd\r\n", "")
        }),
        ("a cookie", |_, client| {
            say(client, "200 OK", "Set-Cookie: a=b\r\n", "{}")
        }),
    ];
    let checks = answers.map(|(what, answer)| {
        thread::spawn(move || {
            let (ended, requests) = told(answer, 2);
            check_harmless(what, &ended);
            assert!(requests > 0, "{what}");
        })
    });
    for check in checks {
        check.join().unwrap();
    }
}

#[test]
fn what_a_web_page_answers_to_is_kept() {
    let answers: [(Answer, usize); 3] = [
        (
            |_, client| say(client, "200 OK", "", "\n<!doctype html>\n"),
            2,
        ),
        (|_, client| say(client, "200 OK", "", "{\"id\": \"<\"}"), 0),
        // as Bugsink does
        (
            |_, client| say(client, "200 OK", "Content-Type: text/html\r\n", ""),
            0,
        ),
    ];
    for (answer, kept) in answers {
        let spool = tempfile::tempdir().unwrap();
        let (program, _) = about_to_tell(answer, 2);
        let program = program
            .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
            .env("SENTRY_DEBUG", "true");
        let said = program.run().stderr();
        let destinations = Destination::all(spool.path());
        let left: usize = destinations.iter().map(|to| to.list().len()).sum();
        assert_eq!(left, kept, "{said}");
        let why = "cannot reach the server: a web page answered in its place";
        assert_eq!(said.contains(why), kept > 0, "{said}");
    }
}

#[test]
fn a_reason_that_is_another_one_each_time_is_said_once() {
    let refuses: Answer = |number, client| {
        let error = format!("X-Sentry-Error: no, for the {number}th time\r\n");
        say(client, "400 No", &error, "")
    };
    let (ended, requests) = told(refuses, 30);
    check_harmless("refused", &ended);
    let said = "the server refused a report with status 400: no, for the 0th time";
    assert!(ended.stderr().contains(said), "{}", ended.stderr());
    assert!(requests >= 30, "{requests}");
}

#[test]
fn limits_of_any_size_and_content_are_harmless() {
    let limits: [Answer; 2] = [
        |number, client| {
            let limits = [
                "-1:error:organization",
                "nan:error:organization",
                "0:error:organization",
                ":::::,,,::;;;",
                "1e999999:other:organization",
                "\u{fffd}",
            ];
            let limit = limits[number % limits.len()];
            say(
                client,
                "200 OK",
                &format!("X-Sentry-Rate-Limits: {limit}\r\n"),
                "{}",
            )
        },
        |number, client| {
            let limits = ["-1", "nan", "0", "Thu, 01 Jan 1970 00:00:00 GMT", ""];
            let limit = limits[number % limits.len()];
            say(client, "429 No", &format!("Retry-After: {limit}\r\n"), "{}")
        },
    ];
    let (ended, requests) = told(limits[0], 12);
    check_harmless("limits", &ended);
    assert!(requests >= 12, "none of them limits errors: {requests}");
    let (ended, _) = told(limits[1], 1);
    check_harmless("patience", &ended);

    // centuries are not waited for, and end nothing
    for forever in [
        (|_, client| say(client, "429 No", "Retry-After: 1e18\r\n", "")) as Answer,
        |_, client| say(client, "429 No", "Retry-After: inf\r\n", ""),
        |_, client| {
            let limits = "X-Sentry-Rate-Limits: 9223372036854775807:error:organization\r\n";
            say(client, "200 OK", limits, "")
        },
    ] {
        let (ended, requests) = told(forever, 3);
        check_harmless("forever", &ended);
        assert_eq!(requests, 1);
    }
}

#[test]
#[should_panic(expected = "harmful")]
fn the_check_for_harmful_lines_can_fail() {
    let (mut ended, _) = told(|_, client| say(client, "200 OK", "", "{}"), 1);
    check_harmless("harmless", &ended);
    ended.output.stderr = format!("dragonfly: no such key: {KEY}\n").into_bytes();
    check_harmless("harmful", &ended);
}
