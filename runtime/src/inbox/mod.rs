//! A receiver on loopback that speaks Sentry's protocol over real HTTP.
//!
//! It stands in for Sentry while trying things out and in tests: point a DSN
//! at it, and look at what arrives. It takes
//!
//! - `POST /api/<project>/envelope/`, with a key in `X-Sentry-Auth`, in the
//!   query, or in the envelope's `dsn`;
//! - `POST /api/<project>/store/`, one bare JSON event;
//! - `POST /stream`, as Spotlight does, without a key;
//!
//! plain or compressed with `gzip`, `deflate`, `br` or `zstd`, and answers
//! with JSON: the event's id, or a `detail` that says what is wrong.
//!
//! A body may have 20 MiB as sent, and 100 MiB once decompressed. Any key and
//! any project are accepted. Everything is kept in memory until it is taken
//! with [`Inbox::next_envelope`] or thrown away with [`Inbox::clear`].
//!
//! [`Fault`]s make it behave as servers do on bad days.

mod decode;
mod envelope;
mod fault;
mod frame;
mod print;
mod received;
mod request;
mod server;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use sentry::types::random_uuid;

pub use self::envelope::{Envelope, Item};
pub use self::fault::Fault;
pub use self::frame::Frame;
pub use self::received::Received;
#[cfg(fuzzing)]
pub use self::request::posted;
use self::server::Server;
use self::store::Store;

/// Receives what is sent to Sentry, on loopback, until it is dropped.
///
/// ```
/// use std::time::Duration;
/// use dragonfly::inbox::Inbox;
///
/// # fn main() -> std::io::Result<()> {
/// let inbox = Inbox::start()?;
/// println!("SENTRY_DSN={}", inbox.dsn());
///
/// // Run what reports errors, then:
/// # let report = || -> std::io::Result<()> {
/// #     use std::io::Write;
/// #     let body = r#"{"message":"sold out"}"#;
/// #     write!(
/// #         std::net::TcpStream::connect(inbox.addr())?,
/// #         "POST /api/1/store/?sentry_key=k HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
/// #         body.len(),
/// #     )
/// # };
/// # report()?;
/// for event in inbox.wait_for_events(1, Duration::from_secs(5)) {
///     println!("{event:#}");
///     assert_eq!(event.title(), "sold out");
/// }
/// # assert_eq!(inbox.events().len(), 1);
/// # Ok(())
/// # }
/// ```
///
/// Dropping it closes its connections at once, also those that hang.
pub struct Inbox {
    addr: SocketAddr,
    key: String,
    store: Arc<Store>,
    _server: Server,
}

impl Inbox {
    /// Starts an inbox on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When the port cannot be bound or the thread cannot be started.
    pub fn start() -> io::Result<Inbox> {
        Inbox::bind((Ipv4Addr::LOCALHOST, 0))
    }

    /// Starts an inbox on an address of your choice, which must be loopback.
    ///
    /// ```
    /// use dragonfly::inbox::Inbox;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let inbox = Inbox::bind("127.0.0.1:0")?;
    /// assert!(inbox.addr().ip().is_loopback());
    ///
    /// let refused = Inbox::bind("0.0.0.0:0").unwrap_err();
    /// assert_eq!(refused.kind(), std::io::ErrorKind::InvalidInput);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) when the address (or any
    /// that the name stands for) can be reached from other machines: an inbox
    /// asks nobody for a password. Else as [`start`](Inbox::start).
    pub fn bind(addr: impl ToSocketAddrs) -> io::Result<Inbox> {
        let addrs: Vec<SocketAddr> = addr.to_socket_addrs()?.collect();
        if let Some(open) = addrs.iter().find(|addr| !addr.ip().is_loopback()) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("bind the inbox: `{open}` is not a loopback address"),
            ));
        }
        let listener = TcpListener::bind(addrs.as_slice())?;
        let addr = listener.local_addr()?;
        let store = Arc::new(Store::default());
        Ok(Inbox {
            addr,
            key: random_uuid().simple().to_string(),
            _server: Server::start(listener, Arc::clone(&store))?,
            store,
        })
    }

    /// Returns the address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Returns a DSN that leads here, `http://<key>@127.0.0.1:<port>/1`.
    ///
    /// The key is random; any other is accepted as well.
    pub fn dsn(&self) -> String {
        format!("http://{}@{}/1", self.key, self.addr)
    }

    /// Returns all envelopes received so far, oldest first.
    pub fn envelopes(&self) -> Vec<Envelope> {
        self.store.envelopes()
    }

    /// Returns the events among all that was received so far, oldest first.
    pub fn events(&self) -> Vec<Received> {
        self.store.events()
    }

    /// Waits until `n` events are here, and returns all that are.
    ///
    /// These may be more than `n`, or fewer when the `timeout` has passed.
    pub fn wait_for_events(&self, n: usize, timeout: Duration) -> Vec<Received> {
        self.store.wait_for_events(n, timeout)
    }

    /// Waits for an envelope and takes the oldest out of the inbox.
    ///
    /// What was taken is no longer among [`envelopes`](Inbox::envelopes) and
    /// [`events`](Inbox::events). Returns `None` when the `timeout` has passed.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let inbox = dragonfly::inbox::Inbox::start()?;
    /// # let timeout = Duration::from_millis(1);
    /// while let Some(envelope) = inbox.next_envelope(timeout) {
    ///     for event in envelope.events() {
    ///         println!("{event:#}");
    ///     }
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    pub fn next_envelope(&self, timeout: Duration) -> Option<Envelope> {
        self.store.next_envelope(timeout)
    }

    /// Returns how many HTTP requests came, including those that were refused
    /// or met a [`Fault`].
    pub fn requests(&self) -> usize {
        self.store.requests()
    }

    /// Takes what is known of requests that were refused as no Sentry server would take them, the oldest first: a
    /// line each, with method, path and reason, of 100 at most.
    ///
    /// ```
    /// # use std::io::{Read as _, Write as _};
    /// # let inbox = dragonfly::inbox::Inbox::start()?;
    /// # let mut browser = std::net::TcpStream::connect(inbox.addr())?;
    /// # browser.write_all(b"GET /issues HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
    /// # browser.read_to_end(&mut Vec::new())?;
    /// for refused in inbox.take_refused() {
    ///     println!("{refused}"); // GET /issues: no such endpoint
    ///     # assert_eq!(refused, "GET /issues: no such endpoint");
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    pub fn take_refused(&self) -> Vec<String> {
        self.store.take_refused()
    }

    /// Forgets all envelopes and refusals, and starts counting requests at zero.
    ///
    /// A fault stays as it is.
    pub fn clear(&self) {
        self.store.clear();
    }

    /// Meets every further request with `fault`, until told otherwise.
    ///
    /// ```
    /// # use dragonfly::inbox::{Fault, Inbox};
    /// # let inbox = Inbox::start()?;
    /// inbox.set_fault(Fault::Status(503)); // a bad day
    /// inbox.set_fault(Fault::None); // a better one
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// It ends a [`set_fault_for`](Inbox::set_fault_for) that still runs.
    /// Requests which are being delayed or hang already are not let go.
    pub fn set_fault(&self, fault: Fault) {
        self.store.set_fault(fault);
    }

    /// Meets the next `requests` with `fault`, those after it as before.
    ///
    /// ```
    /// # use dragonfly::inbox::{Fault, Inbox};
    /// # let inbox = Inbox::start()?;
    /// inbox.set_fault_for(2, Fault::Reset); // the third attempt succeeds
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_fault_for(&self, requests: usize, fault: Fault) {
        self.store.set_fault_for(requests, fault);
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox")
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}
