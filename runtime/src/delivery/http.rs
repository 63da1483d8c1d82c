//! HTTP to a Sentry-compatible server: one connection, kept alive, or several if the server is far away; what is
//! large goes compressed; certificates are always checked.

use super::attentive::{self, Meanwhile};
use super::gzip::Gzip;
use super::lanes::{LANES, Lanes, Post};
use super::outlet::{Answer, Limits, Outlet};
use super::proxy;
use crate::say;
use sentry::types::Dsn;
use sentry::types::protocol::latest::Value;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Proxy, ProxyProtocol};

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
    url: String,
    auth: String,
    /// The DSN's keys: a server may repeat them, and what it says is printed.
    secrets: Arc<[String]>,
    agent: Option<Agent>,
    gzip: Option<Gzip>,
    meanwhile: Meanwhile,
    lanes: Lanes,
    /// The proxy on the way, or why it cannot be used: then nothing is sent past it.
    proxy: Result<Option<Proxy>, String>,
    is_https: bool,
}

impl Http {
    /// Nothing is opened before the first envelope.
    pub(crate) fn new(dsn: &Dsn) -> Self {
        let proxy = proxy::to(dsn);
        if let Err(why) = &proxy {
            say::once(&format!("nothing is sent: {why}"));
        }
        Self {
            url: dsn.envelope_api_url().to_string(),
            auth: dsn.to_auth(Some(USER_AGENT)).to_string(),
            secrets: [Some(dsn.public_key()), dsn.secret_key()]
                .into_iter()
                .flatten()
                .filter(|secret| !secret.is_empty())
                .map(str::to_owned)
                .collect(),
            agent: None,
            gzip: None,
            meanwhile: Meanwhile::new(|_| {}),
            lanes: Lanes::default(),
            proxy,
            is_https: dsn.scheme() == sentry::types::Scheme::Https,
        }
    }
}

fn new_agent(proxy: Option<Proxy>, is_https: bool, meanwhile: &Meanwhile) -> Agent {
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
    let (connector, resolver) = attentive::parts(meanwhile);
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
            new_agent(proxy.cloned(), self.is_https, &meanwhile)
        });
        let (gzip, secrets) = (&mut self.gzip, &self.secrets);
        let post = |envelope: Vec<u8>| -> Post {
            let mut request = agent
                .post(&self.url)
                .header("X-Sentry-Auth", &self.auth)
                .header("Content-Type", "application/x-sentry-envelope");
            let compressed = (envelope.len() > LARGE)
                .then(|| gzip.get_or_insert_with(Gzip::new).compress(&envelope).ok())
                .flatten();
            let body = match compressed {
                Some(compressed) => {
                    request = request.header("Content-Encoding", "gzip");
                    compressed.to_vec()
                }
                None => envelope,
            };
            let secrets = Arc::clone(secrets);
            Box::new(move || match request.send(body) {
                Ok(response) => read(response, &secrets),
                Err(ureq::Error::Io(error)) => (failed(error.to_string()), Limits::default()),
                Err(error) => (failed(error.to_string()), Limits::default()),
            })
        };
        let posts = envelopes.into_iter().map(post);
        self.lanes.make(posts, &self.meanwhile)
    }
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

fn read(response: ureq::http::Response<ureq::Body>, secrets: &[String]) -> (Answer, Limits) {
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
    use super::{Http, LARGE, masked};
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
        let mut http = Http::new(&dsn.parse().unwrap());
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

    #[test]
    fn a_key_that_the_server_repeats_is_masked() {
        let dsn = "https://public:secret@sentry.example.com/1"
            .parse()
            .unwrap();
        let secrets = Http::new(&dsn).secrets;
        let said = masked("no project for public:secret".to_owned(), &secrets);
        assert_eq!(said, "no project for …:…");
        assert_eq!(
            masked("no such project".to_owned(), &secrets),
            "no such project"
        );
    }
}
