//! A server between the program and the inbox, which fails as one does that speaks no HTTP, or stops
//! in the middle of it.

use dragonfly::inbox::Inbox;
use rustix::net::sockopt::set_socket_linger;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What is done with a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner {
    /// Everything goes to the inbox, and its answers come back.
    Well,
    /// A few bytes of the first request are read.
    ResetsWithinTheRequest,
    /// The inbox takes the request; these bytes are said in the place of its answer.
    TakesAndSays(&'static str, Then),
    /// The inbox never sees the request.
    Says(&'static str, Then),
}

/// How it goes on after that.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Then {
    Closes,
    Resets,
    /// These bytes come again and again.
    Repeats(&'static str),
}

/// Has a port of its own until the test ends.
pub(crate) struct Between {
    addr: SocketAddr,
    state: Arc<State>,
}

struct State {
    inbox: SocketAddr,
    manner: Mutex<Manner>,
    connections: AtomicUsize,
}

/// An address that swallows what knocks: its backlog is full.
#[cfg(target_os = "linux")]
pub(crate) struct BlackHole {
    listener: TcpListener,
    _queued: Vec<TcpStream>,
}

impl Between {
    pub(crate) fn start(inbox: &Inbox, manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        Self::listen(listener, inbox, manner)
    }

    fn listen(listener: TcpListener, inbox: &Inbox, manner: Manner) -> Self {
        let state = Arc::new(State {
            inbox: inbox.addr(),
            manner: Mutex::new(manner),
            connections: AtomicUsize::new(0),
        });
        let addr = listener.local_addr().expect("its address");
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                state.connections.fetch_add(1, Ordering::Relaxed);
                // the program may be gone at any moment
                thread::spawn(move || state.serve(stream).is_ok());
            }
        });
        Self { addr, state }
    }

    pub(crate) fn dsn(&self) -> String {
        dsn(self.addr)
    }

    pub(crate) fn set(&self, manner: Manner) {
        *self.state.manner.lock().expect("no panic") = manner;
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::Relaxed)
    }
}

fn dsn(addr: SocketAddr) -> String {
    format!("http://key@{addr}/1")
}

impl State {
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let manner = *self.manner.lock().expect("no panic");
        let (says, then) = match manner {
            Manner::Well => return self.pass(stream),
            Manner::ResetsWithinTheRequest => {
                stream.read_exact(&mut [0; 20])?;
                ("", Then::Resets)
            }
            Manner::TakesAndSays(says, then) => {
                let request = read_request(&mut stream)?;
                self.hand_over(&request)?;
                (says, then)
            }
            Manner::Says(says, then) => {
                read_request(&mut stream)?;
                (says, then)
            }
        };
        stream.write_all(says.as_bytes())?;
        match then {
            Then::Closes => Ok(()),
            // without time to linger, closing resets
            Then::Resets => Ok(set_socket_linger(&stream, Some(Duration::ZERO))?),
            Then::Repeats(more) => loop {
                stream.write_all(more.as_bytes())?;
            },
        }
    }

    /// Both ways, until one of them ends.
    fn pass(&self, stream: TcpStream) -> io::Result<()> {
        let inbox = TcpStream::connect(self.inbox)?;
        for one in [&stream, &inbox] {
            one.set_nodelay(true)?; // or the halves of a request wait for one another
        }
        let (mut from, mut to) = (stream.try_clone()?, inbox.try_clone()?);
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            to.shutdown(Shutdown::Write)
        });
        let (mut from, mut to) = (inbox, stream);
        io::copy(&mut from, &mut to)?;
        to.shutdown(Shutdown::Write)
    }

    fn hand_over(&self, request: &[u8]) -> io::Result<()> {
        let mut inbox = TcpStream::connect(self.inbox)?;
        inbox.write_all(request)?;
        inbox.read_exact(&mut [0])
    }
}

/// A whole request, head and body.
fn read_request(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let more = stream.read(&mut buffer)?;
        if more == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        request.extend(buffer.iter().take(more));
        if length(&request).is_some_and(|length| request.len() >= length) {
            return Ok(request);
        }
    }
}

/// How long a request is, once its head is there.
fn length(request: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(request);
    let (head, _) = text.split_once("\r\n\r\n")?;
    let body = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_it = name.eq_ignore_ascii_case("content-length");
        is_it.then(|| value.trim().parse().ok())?
    });
    Some(head.len() + 4 + body.unwrap_or(0))
}

#[cfg(target_os = "linux")]
impl BlackHole {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        rustix::net::listen(&listener, 0).expect("a short backlog");
        let addr = listener.local_addr().expect("its address");
        let mut queued = Vec::new();
        let error = loop {
            match TcpStream::connect_timeout(&addr, Duration::from_millis(200)) {
                Ok(stream) => queued.push(stream),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{error}");
        Self {
            listener,
            _queued: queued,
        }
    }

    pub(crate) fn dsn(&self) -> String {
        dsn(self.listener.local_addr().expect("its address"))
    }

    /// A server at the same address, which is well.
    pub(crate) fn open(self, inbox: &Inbox) -> Between {
        rustix::net::listen(&self.listener, 64).expect("a backlog");
        Between::listen(self.listener, inbox, Manner::Well)
    }
}
