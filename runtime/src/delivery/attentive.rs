//! The network, waited for in small steps: between them the worker does its other work, above all to
//! keep on disk what is captured meanwhile. So one thread is enough, however slow the server.

use super::held::Held;
use super::socks::Socks;
use crate::config::is_loopback;
use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::mem;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
#[cfg(unix)]
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, LazyBuffers, NextTimeout,
    RustlsConnector, Transport,
};
use ureq::{Error, Timeout};

/// The work that is done while the network is waited for.
#[derive(Clone)]
pub(crate) struct Meanwhile(Arc<dyn Fn(Moment) + Send + Sync>);

/// What is going on in the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Nothing, for the length of a step.
    Wait,
    /// The same, while an answer is waited for.
    Listen,
    /// The other side took a connection, or said something.
    Word,
}

/// How long the other work may wait.
pub(super) const STEP: Duration = Duration::from_millis(2);
/// How long a name may be looked up, and each of its addresses be knocked at.
const LOOKUP: Duration = Duration::from_secs(10);
const KNOCK: Duration = Duration::from_secs(5);
/// How long the addresses of a name are believed.
const KNOWN_FOR: Duration = Duration::from_secs(30);

impl Meanwhile {
    pub(crate) fn new(work: impl Fn(Moment) + Send + Sync + 'static) -> Self {
        Self(Arc::new(work))
    }

    pub(super) fn tell(&self, moment: Moment) {
        (self.0)(moment);
    }
}

impl fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meanwhile")
    }
}

/// Whether the request under way has a connection of its own making, or was refused one. It stands before all
/// that opens them.
#[derive(Debug, Clone, Default)]
pub(super) struct IsNew(Arc<AtomicBool>);

impl IsNew {
    /// Has it say so from now on; has what it said before.
    pub(super) fn replace(&self, is_new: bool) -> bool {
        self.0.swap(is_new, Ordering::Relaxed)
    }
}

impl<In: Transport> Connector<In> for IsNew {
    type Out = In;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<In>, Error> {
        self.replace(true);
        Ok(chained)
    }
}

/// What an agent is made of.
pub(super) fn parts(meanwhile: &Meanwhile, is_new: &IsNew) -> (impl Connector, impl Resolver) {
    let connector =
        ().chain(is_new.clone())
            .chain(Socks(meanwhile.clone()))
            .chain(ConnectProxyConnector::default())
            .chain(Knocking(meanwhile.clone()))
            .chain(RustlsConnector::default());
    (connector, Names::new(meanwhile.clone()))
}

/// Opens connections, where a proxy has not done so.
#[derive(Debug)]
struct Knocking(Meanwhile);

impl<In: Transport> Connector<In> for Knocking {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if let Some(inner) = chained {
            return Ok(Some(Box::new(inner)));
        }
        let mut last = io::ErrorKind::HostUnreachable.into();
        for addr in &details.addrs {
            let connected = knock(*addr, &self.0)
                .and_then(|stream| Attentive::new(stream, details.config, self.0.clone()));
            match connected {
                Ok(connection) => return Ok(Some(Box::new(connection))),
                Err(error) => last = error,
            }
        }
        Err(if last.kind() == io::ErrorKind::TimedOut {
            Error::Timeout(Timeout::Connect)
        } else {
            last.into()
        })
    }
}

#[cfg(unix)]
fn knock(addr: SocketAddr, meanwhile: &Meanwhile) -> io::Result<TcpStream> {
    let stream = begin_to_connect(addr)?;
    let until = Instant::now() + KNOCK;
    while !is_ready_within_a_step(&stream, Direction::Out)? {
        if Instant::now() >= until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        meanwhile.tell(Moment::Wait);
    }
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    meanwhile.tell(Moment::Word);
    Ok(stream)
}

#[cfg(not(unix))]
fn knock(addr: SocketAddr, _: &Meanwhile) -> io::Result<TcpStream> {
    TcpStream::connect_timeout(&addr, KNOCK)
}

/// Begins to connect, and waits for nothing.
pub(super) fn begin_to_connect(addr: SocketAddr) -> io::Result<TcpStream> {
    use socket2::{Domain, Protocol, Socket, Type};

    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    match socket.connect(&addr.into()) {
        Err(error) if !is_begun(&error) => return Err(error),
        _ => {}
    }
    let stream = TcpStream::from(socket);
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(unix)]
fn is_begun(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error())
}

#[cfg(not(unix))]
fn is_begun(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

/// Which way bytes go.
#[derive(Debug, Clone, Copy)]
enum Direction {
    In,
    Out,
}

/// Whether some can go that way, waited for no longer than a step. Not by the timeouts of sockets: Linux
/// makes them as much as three times as long.
#[cfg(unix)]
fn is_ready_within_a_step(socket: impl AsFd, direction: Direction) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let flags = match direction {
        Direction::In => PollFlags::IN,
        Direction::Out => PollFlags::OUT,
    };
    let step = Timespec::try_from(STEP).unwrap_or_default();
    let ready = poll(&mut [PollFd::new(&socket, flags)], Some(&step));
    ready.map(|count| count > 0).or_else(|error| {
        if error == rustix::io::Errno::INTR {
            return Ok(false);
        }
        Err(error.into())
    })
}

/// Its timeout has waited for it already.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
fn is_ready_within_a_step(_: &TcpStream, _: Direction) -> io::Result<bool> {
    Ok(false)
}

/// A connection whose silence is used.
#[derive(Debug)]
struct Attentive {
    held: Held<TcpStream>,
    buffers: LazyBuffers,
    meanwhile: Meanwhile,
    /// What is to be sent, the head of a request with what follows it.
    unsent: Vec<u8>,
    /// Whether it answered since that was asked last.
    has_answered: bool,
}

impl Attentive {
    fn new(stream: TcpStream, config: &Config, meanwhile: Meanwhile) -> io::Result<Self> {
        stream.set_nodelay(config.no_delay())?;
        if cfg!(not(unix)) {
            stream.set_read_timeout(Some(STEP))?;
            stream.set_write_timeout(Some(STEP))?;
        }
        Ok(Self {
            held: Held::new(stream)?,
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            meanwhile,
            unsent: Vec::new(),
            has_answered: false,
        })
    }

    /// Tries until it goes on, or until the time is over.
    fn patiently(
        &mut self,
        timeout: NextTimeout,
        direction: Direction,
        mut attempt: impl FnMut(&mut Self) -> io::Result<usize>,
    ) -> Result<usize, Error> {
        use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};

        let started = Instant::now();
        let mut was_ready = false;
        // no answer is there at once
        let mut is_hopeful = matches!(direction, Direction::Out) || cfg!(not(unix));
        loop {
            if mem::replace(&mut is_hopeful, true) {
                match attempt(self) {
                    Err(error) if matches!(error.kind(), WouldBlock | TimedOut | Interrupted) => {}
                    other => return other.map_err(Error::from),
                }
            }
            if timeout.after.saturating_sub(started.elapsed()).is_zero() {
                return Err(Error::Timeout(timeout.reason));
            }
            let is_ready = is_ready_within_a_step(self.held.whosever()?, direction)?;
            // a system that says so, and then takes or has nothing, is waited for as any other
            if !is_ready || was_ready {
                self.meanwhile.tell(match direction {
                    Direction::In => Moment::Listen,
                    Direction::Out => Moment::Wait,
                });
            }
            was_ready = is_ready;
        }
    }

    fn send(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        let mut sent = 0;
        while sent < self.unsent.len() {
            let more = self.patiently(timeout.for_write(), Direction::Out, |this| {
                let left = this.unsent.get(sent..).unwrap_or_default();
                connection(&this.held)?.write(left)
            })?;
            if more == 0 {
                return Err(io::Error::from(io::ErrorKind::WriteZero).into());
            }
            sent += more;
        }
        self.unsent.clear();
        Ok(())
    }
}

/// The connection; without it a request goes out on another one.
fn connection(held: &Held<TcpStream>) -> io::Result<&TcpStream> {
    held.get()
        .ok_or_else(|| io::ErrorKind::ConnectionAborted.into())
}

impl Transport for Attentive {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.unsent.extend_from_slice(output);
        // the body follows at once, and one packet costs half of what two do
        if timeout.reason == Timeout::SendRequest {
            return Ok(());
        }
        self.send(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        // whoever waits for an answer has said all, as TLS has at its beginning
        self.send(timeout)?;
        let more = self.patiently(timeout.for_read(), Direction::In, |this| {
            connection(&this.held)?.read(this.buffers.input_append_buf())
        })?;
        self.buffers.input_appended(more);
        self.meanwhile.tell(Moment::Word);
        self.has_answered = more > 0;
        Ok(self.has_answered)
    }

    /// Whether the connection can be used again: not if the server closed it, or said something
    /// that nobody asked for.
    fn is_open(&mut self) -> bool {
        // as a request ends; the next one asks again
        if mem::take(&mut self.has_answered) {
            return true;
        }
        let Some(stream) = self.held.get() else {
            return false;
        };
        let waits = !cfg!(unix);
        if waits && stream.set_nonblocking(true).is_err() {
            return false;
        }
        let look = stream.peek(&mut [0]);
        let is_quiet = look.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        is_quiet && (!waits || stream.set_nonblocking(false).is_ok())
    }
}

/// Asks for the addresses of a name, with its port. The system's function for it takes as long as it likes,
/// so it runs on a thread that is there for so long.
pub(super) fn look_up(place: &str) -> io::Result<mpsc::Receiver<io::Result<Vec<SocketAddr>>>> {
    let (answer, answered) = mpsc::sync_channel(1);
    let name = place.to_owned();
    thread::Builder::new()
        .name("dragonfly-dns".into())
        .spawn(move || {
            let _ = answer.send(name.to_socket_addrs().map(Iterator::collect));
        })?;
    Ok(answered)
}

/// Looks names up.
#[derive(Debug)]
pub(super) struct Names {
    meanwhile: Meanwhile,
    known: Mutex<Option<(String, Vec<SocketAddr>, Instant)>>,
}

impl Resolver for Names {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let place = uri
            .scheme()
            .zip(uri.authority())
            .and_then(|(scheme, authority)| DefaultResolver::host_and_port(scheme, authority))
            .ok_or(Error::HostNotFound)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known
            .take()
            .filter(|(name, _, at)| *name == place && at.elapsed() < KNOWN_FOR);
        let (place, addrs, at) = match fresh {
            Some(fresh) => fresh,
            None => {
                let addrs = self.look_up(&place)?;
                (place, addrs, Instant::now())
            }
        };
        let mut resolved = self.empty();
        for addr in addrs.iter().filter(|addr| may_lead_to(uri, addr)).take(16) {
            resolved.push(*addr);
        }
        *known = Some((place, addrs, at));
        if resolved.is_empty() {
            return Err(Error::HostNotFound);
        }
        Ok(resolved)
    }
}

/// Plain HTTP goes to loopback unasked, and by its name: a name server that says `shop.localhost` is
/// somewhere else gets nothing.
fn may_lead_to(uri: &Uri, addr: &SocketAddr) -> bool {
    let stays = uri.scheme_str() == Some("http") && uri.host().is_some_and(is_loopback);
    !stays || addr.ip().is_loopback()
}

impl Names {
    pub(super) fn new(meanwhile: Meanwhile) -> Self {
        Self {
            meanwhile,
            known: Mutex::default(),
        }
    }

    fn look_up(&self, place: &str) -> Result<Vec<SocketAddr>, Error> {
        if let Ok(addr) = place.parse() {
            return Ok(vec![addr]);
        }
        let answered = look_up(place)?;
        let until = Instant::now() + LOOKUP;
        loop {
            match answered.recv_timeout(STEP) {
                Ok(addrs) => return addrs.map_err(Error::from),
                Err(RecvTimeoutError::Disconnected) => return Err(Error::HostNotFound),
                Err(RecvTimeoutError::Timeout) if Instant::now() >= until => {
                    return Err(Error::Timeout(Timeout::Resolve));
                }
                Err(RecvTimeoutError::Timeout) => self.meanwhile.tell(Moment::Wait),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Attentive, Meanwhile, may_lead_to};
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::time::Duration;
    use ureq::Timeout;
    use ureq::config::Config;
    use ureq::unversioned::transport::{Buffers as _, NextTimeout, Transport as _};

    #[test]
    fn the_head_of_a_request_goes_with_what_follows_or_once_an_answer_is_waited_for() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        stream.set_nonblocking(true).unwrap();
        let (mut other, _) = listener.accept().unwrap();
        other.write_all(b"answer").unwrap();
        let config = Config::builder().build();
        let mut ours = Attentive::new(stream, &config, Meanwhile::new(|_| ())).unwrap();
        let within = |reason| NextTimeout {
            after: Duration::from_secs(10).into(),
            reason,
            ..NextTimeout::default()
        };
        for (then, whole) in [
            (Timeout::SendBody, &b"headbody"[..]),
            (Timeout::RecvResponse, b"head"),
        ] {
            let mut say = |bytes: &[u8], reason| {
                ours.buffers.output()[..bytes.len()].copy_from_slice(bytes);
                ours.transmit_output(bytes.len(), within(reason)).unwrap();
            };
            let mut came = [0; 16];
            say(b"head", Timeout::SendRequest);
            other.set_nonblocking(true).unwrap();
            let early = other.peek(&mut came).unwrap_err();
            assert_eq!(early.kind(), ErrorKind::WouldBlock);
            if then == Timeout::SendBody {
                say(b"body", then);
            } else {
                assert!(ours.await_input(within(then)).unwrap());
            }
            other.set_nonblocking(false).unwrap();
            let count = other.read(&mut came).unwrap();
            assert_eq!(&came[..count], whole);
        }
    }

    #[test]
    fn a_connection_that_answered_is_looked_at_again_before_the_next_request() {
        for says_more in [false, true] {
            let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
            let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            stream.set_nonblocking(true).unwrap();
            let watched = stream.try_clone().unwrap();
            let (mut other, _) = listener.accept().unwrap();
            let config = Config::builder().build();
            let mut ours = Attentive::new(stream, &config, Meanwhile::new(|_| ())).unwrap();
            other.write_all(b"answer").unwrap();
            let within = NextTimeout {
                after: Duration::from_secs(10).into(),
                reason: Timeout::RecvResponse,
                ..NextTimeout::default()
            };
            assert!(ours.await_input(within).unwrap());
            assert!(ours.is_open(), "as the request ends");
            assert!(ours.is_open(), "nothing has changed");
            if says_more {
                other.write_all(b"more").unwrap();
            } else {
                drop(other);
            }
            watched.set_nonblocking(false).unwrap();
            watched.peek(&mut [0]).unwrap(); // it is here
            watched.set_nonblocking(true).unwrap();
            assert!(!ours.is_open(), "{says_more}");
        }
    }

    #[test]
    #[cfg(unix)]
    #[expect(
        unsafe_code,
        reason = "no safe call takes a connection its number away"
    )]
    fn a_connection_of_the_program_under_the_number_of_ours_is_left_alone() {
        use std::os::fd::AsRawFd as _;

        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let connect = || TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, theirs) = (connect(), connect());
        let (_ours, mut other) = (listener.accept().unwrap(), listener.accept().unwrap().0);
        theirs.set_nonblocking(true).unwrap();
        let number = stream.as_raw_fd();
        stream.set_nonblocking(true).unwrap();
        let config = Config::builder().build();
        let mut ours = Attentive::new(stream, &config, Meanwhile::new(|_| ())).unwrap();
        assert!(ours.is_open());
        // SAFETY: it takes numbers, both of open connections
        assert_eq!(unsafe { libc::dup2(theirs.as_raw_fd(), number) }, number);
        assert!(!ours.is_open());
        let within = NextTimeout {
            after: Duration::from_secs(10).into(),
            reason: Timeout::SendBody,
            ..NextTimeout::default()
        };
        assert!(ours.transmit_output(4, within).is_err());
        assert!(ours.await_input(within).is_err());
        drop(ours);
        // SAFETY: it takes a number
        assert_eq!(unsafe { libc::close(number) }, 0, "we have not closed it");
        drop(theirs);
        assert_eq!(other.read(&mut [0; 8]).unwrap(), 0);
    }

    #[test]
    fn plain_text_to_loopback_stays_there() {
        let may =
            |uri: &str, addr: &str| may_lead_to(&uri.parse().unwrap(), &addr.parse().unwrap());
        for here in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80"] {
            assert!(may("http://shop.localhost/", here), "{here}");
        }
        for elsewhere in ["192.0.2.1:80", "[2001:db8::1]:80", "0.0.0.0:80"] {
            for name in ["http://localhost/", "http://shop.localhost:9000/"] {
                assert!(!may(name, elsewhere), "{name} at {elsewhere}");
            }
            assert!(may("http://relay/", elsewhere), "it was allowed by name");
            assert!(may("https://shop.localhost/", elsewhere));
        }
    }
}
