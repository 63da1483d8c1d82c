//! The proxies that the environment names: they are asked, and what they ask for is shown to nobody.

use crate::program::{Ended, Program};
use crate::tls::{Authority, Front, NOW};
use dragonfly::inbox::{Fault, Inbox};
use dragonfly::spool::Destination;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const BURST: &str = env!("CARGO_BIN_EXE_burst");
const PROXIED: &str = env!("CARGO_BIN_EXE_proxied");
/// Known to no name server, so that no way but that by the proxy leads there.
const HOST: &str = "sentry.example.test";
/// `clerk:open-sesame`, as it is sent.
const SHOWN: &str = "Basic Y2xlcms6b3Blbi1zZXNhbWU=";

/// Leads each who asks to one place, wherever they want to go.
struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone, Copy)]
enum Door {
    To(u16),
    /// Says no, and repeats what it was shown, as bad ones do.
    Closed,
}

impl Proxy {
    fn new(door: Door) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            asked: Arc::default(),
        };
        let asked = Arc::clone(&proxy.asked);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let asked = Arc::clone(&asked);
                thread::spawn(move || lead(client, door, &asked));
            }
        });
        proxy
    }

    fn url(&self) -> String {
        format!("http://clerk:open-sesame@127.0.0.1:{}", self.port)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn lead(mut client: TcpStream, door: Door, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    asked.lock().unwrap().push(head);
    let Door::To(port) = door else {
        return write!(
            client,
            "HTTP/1.1 407 no: clerk:open-sesame\r\nX-Said: {SHOWN}\r\nContent-Length: 17\r\n\r\nclerk:open-sesame"
        );
    };
    let mut place = TcpStream::connect(("127.0.0.1", port))?;
    write!(client, "HTTP/1.1 200 Connected\r\n\r\n")?;
    let (mut from_place, mut to_client) = (place.try_clone()?, client.try_clone()?);
    thread::spawn(move || io::copy(&mut from_place, &mut to_client));
    io::copy(&mut client, &mut place).map(drop)
}

struct World {
    inbox: Inbox,
    front: Front,
    authority: Authority,
    spool: TempDir,
}

impl World {
    fn new() -> Self {
        let inbox = Inbox::start().unwrap();
        let front = Front::before(inbox.addr());
        let authority = Authority::new("ours");
        front.shows(&authority.issue(HOST, NOW));
        Self {
            inbox,
            front,
            authority,
            spool: tempfile::tempdir().unwrap(),
        }
    }

    /// Fails once, and says all that it says of it.
    fn program(&self, scheme: &str) -> Program {
        self.program_at(BURST, scheme)
    }

    fn program_at(&self, path: &str, scheme: &str) -> Program {
        Program::new(path)
            .reporting_to(format!("{scheme}://key@{HOST}/1"))
            .env("DRAGONFLY_ALLOW_HTTP", HOST)
            .env("DRAGONFLY_SPOOL", self.spool.path().to_str().unwrap())
            .env("SENTRY_DEBUG", "true")
            .env("SSL_CERT_FILE", self.authority.file().to_str().unwrap())
    }
}

/// The program ended as it would have without us, and without a word of what the proxy asks for.
#[track_caller]
fn keeps_to_itself(ended: &Ended) {
    assert_eq!((ended.code(), ended.stdout()), (Some(0), String::new()));
    let stderr = ended.stderr();
    for secret in ["sesame", "clerk", &SHOWN[6..], "sesam%65"] {
        assert!(!stderr.contains(secret), "{stderr}");
    }
}

#[test]
fn a_proxy_is_asked_for_the_way_and_shown_its_password() {
    for (scheme, port, variables) in [
        (
            "https",
            443,
            ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"],
        ),
        (
            "http",
            80,
            ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
        ),
    ] {
        for variable in variables {
            let world = World::new();
            let proxy = Proxy::new(Door::To(match scheme {
                "https" => world.front.port(),
                _ => world.inbox.addr().port(),
            }));
            let ended = world.program(scheme).env(variable, &proxy.url()).run();
            keeps_to_itself(&ended);
            assert_eq!(
                world.inbox.events().len(),
                1,
                "{variable}: {}",
                ended.stderr()
            );
            let asked = proxy.asked();
            assert_eq!(asked.len(), 1, "{variable}");
            let start = format!("CONNECT {HOST}:{port} HTTP/1.1\r\n");
            assert!(asked[0].starts_with(&start), "{}", asked[0]);
            let shown = format!("\r\nProxy-Authorization: {SHOWN}\r\n");
            assert!(asked[0].contains(&shown), "{}", asked[0]);
            assert!(
                !asked[0].contains("key"),
                "the DSN's key is not its business"
            );
        }
    }
}

#[test]
fn a_proxy_in_the_options_of_sentry_comes_before_those_of_the_environment() {
    for (scheme, option) in [
        ("https", "HTTPS_PROXY_IN_CODE"),
        ("https", "HTTP_PROXY_IN_CODE"),
        ("http", "HTTP_PROXY_IN_CODE"),
    ] {
        let world = World::new();
        let port = match scheme {
            "https" => world.front.port(),
            _ => world.inbox.addr().port(),
        };
        let [ours, other] = [(); 2].map(|()| Proxy::new(Door::To(port)));
        let program = world.program_at(PROXIED, scheme);
        let program = program
            .env("ALL_PROXY", &other.url())
            .env(option, &ours.url());
        keeps_to_itself(&program.env("NO_PROXY", HOST).run());
        assert_eq!(world.inbox.events().len(), 1, "{option}");
        assert_eq!((ours.asked().len(), other.asked().len()), (1, 0));
    }

    // that for HTTPS is for nothing else
    let world = World::new();
    let [ours, other] = [(); 2].map(|()| Proxy::new(Door::To(world.inbox.addr().port())));
    let program = world.program_at(PROXIED, "http");
    let program = program.env("ALL_PROXY", &other.url());
    keeps_to_itself(&program.env("HTTPS_PROXY_IN_CODE", &ours.url()).run());
    assert_eq!((ours.asked().len(), other.asked().len()), (0, 1));

    let ended = world
        .program_at(PROXIED, "https")
        .env("HTTPS_PROXY_IN_CODE", "clerk:open-sesame@")
        .run();
    keeps_to_itself(&ended);
    let said = "nothing is sent: the proxy in `ClientOptions::https_proxy` cannot be read";
    assert!(ended.stderr().contains(said), "{}", ended.stderr());
}

#[test]
fn a_proxy_is_not_asked_where_it_is_not_wanted() {
    for (scheme, name, value) in [
        ("https", "NO_PROXY", HOST),
        ("https", "no_proxy", "other, .example.test"),
        ("http", "REQUEST_METHOD", "GET"), // then whoever asks names the proxy
    ] {
        let world = World::new();
        let proxy = Proxy::new(Door::To(world.front.port()));
        let ended = world
            .program(scheme)
            .env("HTTP_PROXY", &proxy.url())
            .env(name, value)
            .run();
        keeps_to_itself(&ended);
        assert_eq!(proxy.asked(), [""; 0], "{name}");
        assert_eq!(world.inbox.requests(), 0, "no other way leads there");
        let stderr = ended.stderr();
        assert!(stderr.contains("cannot reach the server"), "{stderr}");
    }
}

#[test]
fn a_proxy_cannot_listen_in() {
    let world = World::new();
    let theirs = Front::before(world.inbox.addr());
    theirs.shows(&Authority::new("theirs").issue(HOST, NOW));
    let proxy = Proxy::new(Door::To(theirs.port()));
    let ended = world.program("https").env("ALL_PROXY", &proxy.url()).run();
    keeps_to_itself(&ended);
    let stderr = ended.stderr();
    assert!(
        stderr.contains("the server's certificate was refused"),
        "{stderr}"
    );
    assert!(!proxy.asked().is_empty());
    assert_eq!(world.inbox.requests(), 0);
}

#[test]
fn a_proxy_behind_tls_is_checked_before_it_is_shown_anything() {
    for (theirs, arrives) in [("ours", 1), ("theirs", 0)] {
        let world = World::new();
        let proxy = Proxy::new(Door::To(world.front.port()));
        let front = Front::before(([127, 0, 0, 1], proxy.port).into());
        let other = Authority::new(theirs);
        let authority = if arrives == 1 {
            &world.authority
        } else {
            &other
        };
        front.shows(&authority.issue("localhost", NOW));
        let url = format!("https://clerk:open-sesame@localhost:{}", front.port());
        let ended = world.program("https").env("HTTPS_PROXY", &url).run();
        keeps_to_itself(&ended);
        assert_eq!(world.inbox.events().len(), arrives, "{}", ended.stderr());
        assert_eq!(proxy.asked().len(), arrives);
    }
}

#[test]
fn a_proxy_that_says_no_is_not_passed_by_and_what_it_repeats_is_not_shown() {
    let world = World::new();
    let closed = Proxy::new(Door::Closed);
    let ended = world
        .program("https")
        .env("HTTPS_PROXY", &closed.url())
        .run();
    keeps_to_itself(&ended);
    assert!(ended.stderr().contains("407"), "{}", ended.stderr());
    assert_eq!(world.inbox.requests(), 0);

    let open = Proxy::new(Door::To(world.front.port()));
    world.program("https").env("HTTPS_PROXY", &open.url()).run();
    assert_eq!(
        world.inbox.events().len(),
        2,
        "what was kept, and the new one"
    );
}

#[test]
fn a_proxy_that_cannot_be_read_is_said_and_not_passed_by() {
    for value in [
        "http://clerk:open#sesame@",
        "gopher://clerk:open-sesame@127.0.0.1",
        "http://clerk:open sesame@127.0.0.1",
        "clerk:open-sesame@",
    ] {
        let world = World::new();
        let ended = world.program("https").env("HTTPS_PROXY", value).run();
        keeps_to_itself(&ended);
        let said = "nothing is sent: the proxy in `HTTPS_PROXY` cannot be read";
        let stderr = ended.stderr();
        assert_eq!(stderr.matches(said).count(), 1, "{value}: {stderr}");
        assert_eq!(world.front.connections(), 0);
    }
}

/// A proxy that speaks SOCKS 5, and leads each to one place; or never says a word.
struct Socks {
    port: u16,
    /// Where each wanted to go, by name.
    asked: Arc<Mutex<Vec<String>>>,
    /// How many have come, and how many are still there.
    came: Arc<AtomicUsize>,
    there: Arc<AtomicUsize>,
}

impl Socks {
    fn new(to: Option<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socks = Self {
            port: listener.local_addr().unwrap().port(),
            asked: Arc::default(),
            came: Arc::default(),
            there: Arc::default(),
        };
        let asked = Arc::clone(&socks.asked);
        let (came, there) = (Arc::clone(&socks.came), Arc::clone(&socks.there));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (asked, there) = (Arc::clone(&asked), Arc::clone(&there));
                there.fetch_add(1, Ordering::AcqRel);
                came.fetch_add(1, Ordering::AcqRel);
                thread::spawn(move || {
                    let led = lead_by_socks(client, to, &asked).is_ok();
                    there.fetch_sub(1, Ordering::AcqRel);
                    led
                });
            }
        });
        socks
    }

    fn url(&self) -> String {
        format!("socks5h://127.0.0.1:{}", self.port)
    }
}

fn lead_by_socks(
    mut client: TcpStream,
    to: Option<u16>,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let Some(port) = to else {
        return io::copy(&mut client, &mut io::sink()).map(drop);
    };
    let read = |length: usize| -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        (&client).read_exact(&mut bytes)?;
        Ok(bytes)
    };
    let methods = read(2)?;
    read(methods[1].into())?;
    (&client).write_all(&[5, 0])?; // no password
    let head = read(5)?;
    assert_eq!(head[..4], [5, 1, 0, 3], "to connect, to a name");
    let name = read(head[4].into())?;
    read(2)?;
    let name = String::from_utf8(name).map_err(io::Error::other)?;
    asked.lock().unwrap().push(name);
    let mut place = TcpStream::connect(("127.0.0.1", port))?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    let (mut from_place, mut to_client) = (place.try_clone()?, client.try_clone()?);
    thread::spawn(move || io::copy(&mut from_place, &mut to_client));
    io::copy(&mut client, &mut place).map(drop)
}

#[test]
fn a_socks_proxy_leads_to_the_server_and_looks_its_name_up() {
    for scheme in ["http", "https"] {
        let world = World::new();
        let socks = Socks::new(Some(match scheme {
            "https" => world.front.port(),
            _ => world.inbox.addr().port(),
        }));
        let ended = world.program(scheme).env("ALL_PROXY", &socks.url()).run();
        keeps_to_itself(&ended);
        assert_eq!(world.inbox.events().len(), 1, "{}", ended.stderr());
        assert_eq!(*socks.asked.lock().unwrap(), [HOST]);
    }
}

#[test]
fn while_a_socks_proxy_or_the_server_behind_it_is_silent_reports_are_kept() {
    for leads in [false, true] {
        let world = World::new();
        world.inbox.set_fault(Fault::Hang);
        let socks = Socks::new(leads.then(|| world.inbox.addr().port()));
        let mut program = Program::new(env!("CARGO_BIN_EXE_on_demand"))
            .reporting_to(format!("http://key@{HOST}/1"))
            .env("DRAGONFLY_ALLOW_HTTP", HOST)
            .env("DRAGONFLY_SPOOL", world.spool.path().to_str().unwrap())
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "2")
            .env("ALL_PROXY", &socks.url())
            .start();
        program.captures(1);
        let asked = || {
            let came = socks.came.load(Ordering::Acquire);
            if leads { world.inbox.requests() } else { came }
        };
        wait_until("it is asked", || asked() == 1);
        program.captures(3);
        wait_until("all are kept", || kept(&world.spool) == 4);
        // and not only once the worker has stopped waiting
        let is_there = socks.there.load(Ordering::Acquire) == 1;
        let came = socks.came.load(Ordering::Acquire);
        assert_eq!((is_there, came), (true, 1), "leads: {leads}");
        assert!(program.end().success());
        assert_eq!(world.inbox.events().len(), 0);
    }
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn kept(spool: &TempDir) -> usize {
    let all = Destination::all(spool.path()).into_iter();
    all.map(|destination| destination.list().len()).sum()
}

#[test]
#[should_panic(expected = "open-sesame")]
fn the_check_for_what_a_proxy_asks_for_can_fail() {
    let shop = env!("CARGO_BIN_EXE_hostile");
    let mut ended = Program::new(shop).arg("fails").run();
    ended.output.stdout.clear();
    ended.output.status = std::process::ExitStatus::default();
    ended.output.stderr = b"no way by clerk:open-sesame".to_vec();
    keeps_to_itself(&ended);
}
