//! Copies of everything for Spotlight, which shows a developer on this machine what the program says.
//!
//! They go along with the worker's other work, and nothing waits for them: a socket that is not ready is
//! looked at again later, and what a Spotlight that is not there, or is silent, cannot take is dropped.

mod exchange;

use self::exchange::{Exchange, Progress};
use super::door;
use crate::config::is_loopback;
use crate::say;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};
use ureq::http::Uri;

/// What may wait at once.
const MOST: usize = 256;
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// How long Spotlight may say nothing to a copy.
const PATIENCE: Duration = Duration::from_secs(5);
/// The same while somebody waits for the last copies, as at the end of the program.
const PATIENCE_AT_EXIT: Duration = Duration::from_millis(250);
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);
/// How soon a socket that is not ready is looked at again: soon at first, later less often.
const SOON: Duration = Duration::from_millis(1);
const LATER: Duration = Duration::from_millis(20);

/// Where a request goes.
#[derive(Debug, Clone)]
struct Place {
    url: String,
    host: String,
    port: u16,
    path: String,
    /// Known without asking anybody.
    addrs: Vec<SocketAddr>,
}

/// The way to Spotlight.
pub(super) struct Copies {
    place: Place,
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    current: Option<Exchange>,
    /// Whether the last one succeeded.
    is_there: bool,
    /// When something last went on.
    moved: Instant,
    backoff: Duration,
    not_before: Option<Instant>,
}

impl Copies {
    /// Nothing is opened before the first copy. The URL is one that settings let through.
    pub(super) fn to(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let (host, port) = (uri.host()?.to_owned(), uri.port_u16().unwrap_or(80));
        Some(Self {
            place: Place {
                url: url.to_owned(),
                addrs: known_addrs(&host, port),
                host,
                port,
                path: uri.path().to_owned(),
            },
            waiting: VecDeque::new(),
            bytes: 0,
            current: None,
            is_there: false,
            moved: Instant::now(),
            backoff: FIRST_BACKOFF,
            not_before: None,
        })
    }

    /// Whether one more would be taken.
    pub(super) fn are_wanted(&self) -> bool {
        self.not_before.is_none_or(|at| at <= Instant::now())
            && self.waiting.len() < MOST
            && self.bytes < MOST_BYTES
    }

    /// Takes a copy of an envelope, sealed by the door.
    pub(super) fn push(&mut self, sealed: &[u8]) {
        if !self.are_wanted() {
            return;
        }
        if self.count() == 0 {
            self.moved = Instant::now();
        }
        let copy = door::addressed(sealed, None);
        self.bytes += copy.len();
        self.waiting.push_back(copy);
        self.go_on();
    }

    /// Looks whether Spotlight is there, before anything is made for it alone.
    pub(super) fn knock(&mut self) {
        if !self.is_there && self.count() == 0 && self.are_wanted() {
            self.moved = Instant::now();
            self.current = Some(Exchange::of_nothing(&self.place));
            self.go_on();
        }
    }

    /// How many are on their way.
    pub(super) fn count(&self) -> usize {
        self.waiting.len() + usize::from(self.current.is_some())
    }

    /// Whether it is of use to wait a little longer: something is on its way, and goes on.
    pub(super) fn go(&self) -> bool {
        self.count() > 0 && self.moved.elapsed() < PATIENCE_AT_EXIT
    }

    /// When to look again.
    pub(super) fn next_at(&self) -> Option<Instant> {
        let step = (self.moved.elapsed() / 4).clamp(SOON, LATER);
        (self.count() > 0).then(|| Instant::now() + step)
    }

    /// Does what can be done without waiting.
    pub(super) fn go_on(&mut self) {
        loop {
            let Some(exchange) = &mut self.current else {
                let Some(copy) = self.waiting.pop_front() else {
                    return;
                };
                self.bytes -= copy.len();
                self.current = Some(Exchange::of(&self.place, &copy));
                continue;
            };
            match exchange.go_on() {
                Ok(Progress::Moved) => self.moved = Instant::now(),
                Ok(Progress::Waits) if self.moved.elapsed() >= PATIENCE => {
                    return self.failed("it does not answer");
                }
                Ok(Progress::Waits) => return,
                Ok(Progress::Answered(200..=299)) => {
                    self.current = None;
                    self.is_there = true;
                    self.moved = Instant::now();
                    self.backoff = FIRST_BACKOFF;
                }
                Ok(Progress::Answered(status)) => {
                    return self.failed(&format!("it answers with status {status}"));
                }
                Err(error) => return self.failed(&error.to_string()),
            }
        }
    }

    /// Says so the first time, and drops what waits: a developer looks at what is new.
    fn failed(&mut self, why: &str) {
        let said = "no copies for Spotlight";
        let line = format!(
            "{said}: `{}` cannot take them: {}",
            self.place.url,
            say::one_line(why)
        );
        say::first(said, &line);
        self.current = None;
        self.is_there = false;
        self.waiting.clear();
        self.bytes = 0;
        self.not_before = Some(Instant::now() + self.backoff);
        self.backoff = (self.backoff * 2).min(LONGEST_BACKOFF);
    }
}

/// The addresses of a host that nobody needs to be asked for: loopback by either protocol, or its own.
fn known_addrs(host: &str, port: u16) -> Vec<SocketAddr> {
    let plain = host.trim_matches(['[', ']']);
    let ips = match plain.parse::<IpAddr>() {
        Ok(ip) => vec![ip],
        Err(_) if is_loopback(host) => {
            vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
        }
        Err(_) => Vec::new(),
    };
    ips.into_iter()
        .map(|ip| SocketAddr::new(ip, port))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Copies, FIRST_BACKOFF, LONGEST_BACKOFF, MOST, known_addrs};
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::thread;
    use std::time::{Duration, Instant};

    const SEALED: &[u8] = b"{}\n{\"type\":\"event\"}\n{}\n";

    fn server() -> (TcpListener, Copies) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let copies = Copies::to(&format!("http://localhost:{port}/stream")).unwrap();
        (listener, copies)
    }

    fn read_request(stream: &mut TcpStream) -> String {
        let mut request = String::new();
        let mut part = [0; 1024];
        while !request.ends_with("{}\n{\"type\":\"event\"}\n{}\n") && !request.ends_with("{}\n") {
            let count = stream.read(&mut part).unwrap();
            assert!(count > 0, "{request}");
            request.push_str(std::str::from_utf8(&part[..count]).unwrap());
        }
        request
    }

    fn all(copies: &mut Copies) {
        let until = Instant::now() + Duration::from_secs(20);
        while copies.count() > 0 && Instant::now() < until {
            copies.go_on();
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn a_copy_is_a_request_of_its_own() {
        let (listener, mut copies) = server();
        let serving = thread::spawn(move || {
            let mut requests = Vec::new();
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                requests.push(read_request(&mut stream));
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
            }
            requests
        });
        copies.push(SEALED);
        copies.push(SEALED);
        all(&mut copies);
        let requests = serving.join().unwrap();
        assert_eq!(requests.len(), 2);
        assert!(
            requests[0].starts_with("POST /stream HTTP/1.1\r\n"),
            "{}",
            requests[0]
        );
        assert!(requests[0].contains("Content-Type: application/x-sentry-envelope\r\n"));
        assert!(requests[0].contains("{\"sent_at\":"), "{}", requests[0]);
        assert!(copies.are_wanted());
    }

    #[test]
    fn what_fails_is_tried_less_and_less() {
        let (listener, mut copies) = server();
        drop(listener);
        let mut expected = FIRST_BACKOFF;
        for _ in 0..8 {
            copies.not_before = None;
            copies.push(SEALED);
            all(&mut copies);
            assert!(!copies.are_wanted(), "nobody listens");
            expected = (expected * 2).min(LONGEST_BACKOFF);
            assert_eq!(copies.backoff, expected);
        }
        copies.push(SEALED);
        assert_eq!(copies.count(), 0, "dropped meanwhile");
    }

    #[test]
    fn a_knock_tells_whether_somebody_is_there() {
        let (listener, mut copies) = server();
        copies.knock();
        all(&mut copies);
        assert!(copies.are_wanted() && copies.is_there);
        let (mut stream, _) = listener.accept().unwrap();
        assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0, "nothing is said");
        copies.knock();
        assert_eq!(copies.count(), 0, "it is known");

        drop(listener);
        copies.is_there = false;
        copies.knock();
        all(&mut copies);
        assert!(!copies.are_wanted());
    }

    #[test]
    fn words_that_are_no_answer_are_a_failure() {
        for words in ["", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 500 No\r\n\r\n"] {
            let (listener, mut copies) = server();
            let serving = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                read_request(&mut stream);
                stream.write_all(words.as_bytes()).unwrap();
            });
            copies.push(SEALED);
            all(&mut copies);
            serving.join().unwrap();
            assert!(!copies.are_wanted(), "{words}");
        }
    }

    #[test]
    fn so_many_wait_for_one_that_is_silent_and_no_more() {
        let (_listener, mut copies) = server();
        for _ in 0..2 * MOST {
            copies.push(SEALED);
        }
        assert_eq!(copies.waiting.len(), MOST);
    }

    #[test]
    fn nobody_is_asked_where_loopback_is() {
        let of = |host| {
            let addrs = known_addrs(host, 1).into_iter();
            addrs.map(|addr| addr.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(of("localhost"), ["127.0.0.1:1", "[::1]:1"]);
        assert_eq!(of("[::1]"), ["[::1]:1"]);
        assert_eq!(of("192.0.2.1"), ["192.0.2.1:1"]);
        assert!(of("host.docker.internal").is_empty());
    }
}
