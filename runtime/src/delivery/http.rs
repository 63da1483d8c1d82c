//! HTTP to a Sentry-compatible server: one connection, kept alive, or several if the server is far away; what is
//! large goes compressed; certificates are always checked.

use super::attentive::{self, IsNew, Meanwhile};
use super::gzip::Gzip;
use super::lanes::{LANES, Lanes, Post};
use super::outlet::{Answer, Limits, Outlet};
use crate::config::{Proxies, proxy_to};
use crate::say;
use sentry::types::Dsn;
use sentry::types::protocol::latest::Value;
use std::io::{self, Read as _};
use std::sync::Arc;
use std::time::Duration;
use ureq::http::Response;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy, ProxyProtocol};

/// What the server is told of us.
pub(crate) const USER_AGENT: &str = concat!("dragonfly/", env!("CARGO_PKG_VERSION"));

/// What is larger is compressed, as by Sentry's own client for Node. Most events are some kilobytes, of
/// which gzip saves a packet or two, and takes a fifth of all the time that the worker has for them.
const LARGE: usize = 32 * 1024;

/// How long each step of a request may take: to connect, with all that a proxy and TLS need for it, is
/// one. No limit is set on the whole: for that `ureq` starts a thread per request, which costs more than
/// the request.
const STEP: Duration = Duration::from_secs(10);
/// And the body of an answer, whose status has said it all.
const BODY: Duration = Duration::from_secs(1);
/// More of an answer than that is not read: it holds an id, or a reason.
const MOST_ANSWER: u64 = 16 * 1024;

/// Sends to the server that the DSN names.
pub(crate) struct Http {
    url: Arc<str>,
    auth: Arc<str>,
    /// The DSN's keys: a server may repeat them, and what it says is printed.
    secrets: Arc<[String]>,
    agent: Option<Agent>,
    is_new: IsNew,
    gzip: Option<Gzip>,
    meanwhile: Meanwhile,
    lanes: Lanes,
    /// The proxy on the way, or why it cannot be used: then nothing is sent past it.
    proxy: Result<Option<Proxy>, String>,
    is_https: bool,
}

impl Http {
    /// Nothing is opened before the first envelope.
    pub(crate) fn new(dsn: &Dsn, proxies: &Proxies) -> Self {
        let proxy = proxy_to(dsn, proxies);
        if let Err(why) = &proxy {
            say::once(&format!("nothing is sent: {why}"));
        }
        Self {
            url: dsn.envelope_api_url().as_str().into(),
            auth: dsn.to_auth(Some(USER_AGENT)).to_string().into(),
            secrets: [Some(dsn.public_key()), dsn.secret_key()]
                .into_iter()
                .flatten()
                .filter(|secret| !secret.is_empty())
                .map(str::to_owned)
                .collect(),
            agent: None,
            is_new: IsNew::default(),
            gzip: None,
            meanwhile: Meanwhile::new(|_| {}),
            lanes: Lanes::default(),
            proxy,
            is_https: dsn.scheme() == sentry::types::Scheme::Https,
        }
    }
}

fn new_agent(proxy: Option<Proxy>, is_https: bool, meanwhile: &Meanwhile, is_new: &IsNew) -> Agent {
    let is_tls = is_https
        || proxy
            .as_ref()
            .is_some_and(|proxy| proxy.protocol() == ProxyProtocol::Https);
    let mut config = Agent::config_builder()
        .timeout_connect(Some(STEP))
        .timeout_send_request(Some(STEP))
        .timeout_send_body(Some(STEP))
        .timeout_recv_response(Some(STEP))
        .timeout_recv_body(Some(BODY))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections_per_host(LANES)
        .user_agent(USER_AGENT)
        .proxy(proxy);
    if is_tls {
        config = config.tls_config(TlsConfig::builder().root_certs(trusted()).build());
    }
    let (connector, resolver) = attentive::parts(meanwhile, is_new);
    Agent::with_parts(config.build(), connector, resolver)
}

/// The certificates that `SSL_CERT_FILE` or `SSL_CERT_DIR` name; without these, those that the operating
/// system trusts, and where it has none, those that the browsers do.
fn trusted() -> RootCerts {
    const NAMED: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

    let found = rustls_native_certs::load_native_certs().certs;
    if found.is_empty() {
        let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let Some(name) = NAMED.into_iter().find(is_set) else {
            return RootCerts::WebPki;
        };
        // whoever names a few does not want to trust all the others instead
        say::once(&format!(
            "no server is trusted: `{name}` names no certificate that can be read"
        ));
    }
    found
        .iter()
        .map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned())
        .collect::<Vec<_>>()
        .into()
}

impl Outlet for Http {
    fn while_waiting(&mut self, work: Meanwhile) {
        self.meanwhile = work;
    }

    fn send(&mut self, envelopes: Vec<Vec<u8>>) -> Vec<(Answer, Limits)> {
        let proxy = match &self.proxy {
            Ok(proxy) => proxy.as_ref(),
            Err(why) => return vec![(Answer::Unreachable(why.clone()), Limits::default())],
        };
        let agent = self.agent.get_or_insert_with(|| {
            let meanwhile = self.lanes.before(self.meanwhile.clone());
            new_agent(proxy.cloned(), self.is_https, &meanwhile, &self.is_new)
        });
        let gzip = &mut self.gzip;
        let post = |envelope: Vec<u8>| -> Post {
            let compressed = (envelope.len() > LARGE)
                .then(|| gzip.get_or_insert_with(Gzip::new).compress(&envelope).ok())
                .flatten();
            let request = Request {
                agent: agent.clone(),
                url: Arc::clone(&self.url),
                auth: Arc::clone(&self.auth),
                is_new: self.is_new.clone(),
                is_gzip: compressed.is_some(),
                body: compressed.map_or(envelope, <[u8]>::to_vec),
            };
            let secrets = Arc::clone(&self.secrets);
            Box::new(move || match request.send() {
                Ok(response) => read(response, &secrets),
                Err(ureq::Error::Io(error)) => (failed(error.to_string()), Limits::default()),
                Err(error) => (failed(error.to_string()), Limits::default()),
            })
        };
        let posts = envelopes.into_iter().map(post);
        self.lanes.make(posts, &self.meanwhile)
    }
}

/// One request, and all that it takes to make it again.
struct Request {
    agent: Agent,
    url: Arc<str>,
    auth: Arc<str>,
    is_new: IsNew,
    is_gzip: bool,
    body: Vec<u8>,
}

impl Request {
    /// A server may close a kept connection at the very moment that a request goes out on it. That says
    /// nothing of the server, so the next one is taken, at last one that is new.
    fn send(&self) -> Result<Response<Body>, ureq::Error> {
        // this one may be made while another one waits
        let other = self.is_new.replace(false);
        let mut answer = self.send_once();
        for _ in 0..LANES {
            let is_closed = matches!(&answer, Err(ureq::Error::Io(error)) if is_closed(error));
            if !is_closed || self.is_new.replace(false) {
                break;
            }
            answer = self.send_once();
        }
        self.is_new.replace(other);
        answer
    }

    fn send_once(&self) -> Result<Response<Body>, ureq::Error> {
        let mut request = self
            .agent
            .post(&*self.url)
            .header("X-Sentry-Auth", &*self.auth)
            .header("Content-Type", "application/x-sentry-envelope");
        if self.is_gzip {
            request = request.header("Content-Encoding", "gzip");
        }
        request.send(&self.body[..])
    }
}

/// Whether the other side has closed the connection.
fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};

    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
    )
}

/// What the way to the server said. `ureq` hides the kind of a TLS error, so rustls' words tell it.
fn failed(why: String) -> Answer {
    let Some((_, flaw)) = why.split_once("invalid peer certificate: ") else {
        return Answer::Unreachable(why);
    };
    let known = [
        (
            "UnknownIssuer",
            "nobody whom this machine trusts has issued it (`SSL_CERT_FILE` may name the \
             certificate of your own authority)",
        ),
        ("BadSignature", "its signature is forged"),
        ("certificate not valid for name", "it is for another host"),
        ("certificate expired", "it has expired"),
        ("certificate not valid yet", "it is not valid yet"),
    ];
    let flaw = known
        .into_iter()
        .find(|(start, _)| flaw.starts_with(start))
        .map_or_else(|| say::one_line(flaw), |(_, flaw)| flaw.to_owned());
    Answer::Untrusted(flaw)
}

fn read(response: Response<Body>, secrets: &[String]) -> (Answer, Limits) {
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let limits = Limits {
        sentry: header("X-Sentry-Rate-Limits"),
        retry_after: header("Retry-After"),
    };
    let said = header("X-Sentry-Error");
    let status = response.status().as_u16();
    // read to the end, so that the connection can be used again
    let mut text = Vec::new();
    let _ = response
        .into_body()
        .into_reader()
        .take(MOST_ANSWER)
        .read_to_end(&mut text);
    let answer: Option<Value> = serde_json::from_slice(&text).ok();
    let field = |name: &str| answer.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let answer = match status {
        // of a proxy that wants a login, or of whatever else the DSN leads to
        200..=299 if text.trim_ascii_start().starts_with(b"<") => {
            Answer::Unreachable("a web page answered in its place".to_owned())
        }
        200..=299 => Answer::Taken {
            status,
            id: field("id"),
        },
        429 => Answer::RateLimited,
        500.. => Answer::Failed { status },
        _ => Answer::Refused {
            status,
            reason: said
                .or_else(|| field("detail"))
                .map(|reason| masked(reason, secrets)),
        },
    };
    (answer, limits)
}

fn masked(text: String, secrets: &[String]) -> String {
    secrets
        .iter()
        .fold(text, |text, secret| text.replace(secret.as_str(), "…"))
}

#[cfg(test)]
mod tests {
    use super::super::outlet::{Answer, Outlet as _};
    use super::{Http, LARGE, Proxies, masked};
    use flate2::read::GzDecoder;
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    /// Whether the next request says that it is compressed, and its body as it came.
    fn take(stream: &mut TcpStream) -> (bool, Vec<u8>) {
        let mut got = Vec::new();
        let mut more = [0; 4096];
        loop {
            let count = stream.read(&mut more).unwrap();
            assert!(count > 0, "{got:?}");
            got.extend_from_slice(&more[..count]);
            let Some(end) = got.windows(4).position(|window| window == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(&got[..end]).to_ascii_lowercase();
            let (_, length) = head.split_once("content-length: ").unwrap();
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            if got.len() == end + 4 + length {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                    .unwrap();
                return (
                    head.contains("content-encoding: gzip"),
                    got.split_off(end + 4),
                );
            }
        }
    }

    #[test]
    fn what_is_large_goes_compressed_on_the_same_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let dsn = format!("http://key@{}/1", listener.local_addr().unwrap());
        let mut http = Http::new(&dsn.parse().unwrap(), &Proxies::default());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            [(); 3].map(|()| take(&mut stream))
        });
        let envelopes = [LARGE, LARGE + 1, 3].map(|length| b"a".repeat(length));
        for envelope in &envelopes {
            let (answer, _) = http.send(vec![envelope.clone()]).remove(0);
            assert!(matches!(answer, Answer::Taken { .. }), "{answer:?}");
        }
        let [small, (is_gzip, large), last] = server.join().unwrap();
        let mut back = Vec::new();
        GzDecoder::new(large.as_slice())
            .read_to_end(&mut back)
            .unwrap();
        assert!(is_gzip && back == envelopes[1], "{} bytes", large.len());
        assert_eq!(small, (false, envelopes[0].clone()));
        assert_eq!(last, (false, envelopes[2].clone()));
    }

    /// The answers to two requests that go out one after the other, to a server that closes each connection as
    /// another request comes on it after so many; and how many connections it had.
    fn of_a_server_that_closes_after(most: usize) -> ([Answer; 2], usize) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let mut connections = 0;
            loop {
                let (mut stream, _) = listener.accept().unwrap();
                let asks = |stream: &TcpStream| stream.peek(&mut [0]).unwrap() > 0;
                if !asks(&stream) {
                    return connections;
                }
                for _ in 0..most {
                    if asks(&stream) {
                        take(&mut stream);
                    }
                }
                asks(&stream);
                connections += 1;
            }
        });
        let dsn = format!("http://key@{addr}/1");
        let mut http = Http::new(&dsn.parse().unwrap(), &Proxies::default());
        let answers = [(); 2].map(|()| http.send(vec![b"x".to_vec()]).remove(0).0);
        drop((http, TcpStream::connect(addr)));
        (answers, server.join().unwrap())
    }

    #[test]
    fn a_kept_connection_that_closes_as_a_request_goes_out_costs_nothing() {
        let (answers, connections) = of_a_server_that_closes_after(1);
        let is_taken = |answer: &Answer| matches!(answer, Answer::Taken { .. });
        assert!(answers.iter().all(is_taken), "{answers:?}");
        assert_eq!(connections, 2);

        // what closes a new one says something of the server
        let (answers, connections) = of_a_server_that_closes_after(0);
        let is_unreachable = |answer: &Answer| matches!(answer, Answer::Unreachable(_));
        assert!(answers.iter().all(is_unreachable), "{answers:?}");
        assert_eq!(connections, 2, "one for each");
    }

    #[test]
    fn so_it_does_while_another_request_opens_a_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let dsn = format!("http://key@{}/1", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut kept, _) = listener.accept().unwrap();
            let first = take(&mut kept).1;
            kept.peek(&mut [0]).unwrap(); // the second has come
            let (mut other, _) = listener.accept().unwrap();
            let third = take(&mut other).1;
            drop(kept);
            [first, third, take(&mut other).1]
        });
        let mut http = Http::new(&dsn.parse().unwrap(), &Proxies::default());
        let taken = |answers: Vec<(Answer, _)>| {
            let is_taken = |(answer, _): &_| matches!(answer, Answer::Taken { .. });
            assert!(answers.iter().all(is_taken));
            answers.len()
        };
        assert_eq!(taken(http.send(vec![b"1".to_vec()])), 1);
        assert_eq!(taken(http.send(vec![b"2".to_vec(), b"3".to_vec()])), 2);
        assert_eq!(server.join().unwrap(), [b"1", b"3", b"2"]);
    }

    #[test]
    fn a_key_that_the_server_repeats_is_masked() {
        let dsn = "https://public:secret@sentry.example.com/1"
            .parse()
            .unwrap();
        let secrets = Http::new(&dsn, &Proxies::default()).secrets;
        let said = masked("no project for public:secret".to_owned(), &secrets);
        assert_eq!(said, "no project for …:…");
        assert_eq!(
            masked("no such project".to_owned(), &secrets),
            "no such project"
        );
    }
}
