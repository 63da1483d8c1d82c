use std::fmt;
use std::io;
use std::sync::Arc;

use hyper::body::Bytes;
use serde_json::{Map, Value};

use super::Received;
use crate::envelope::{self, FramingError, RawItem};

/// One envelope, and the request that brought it. Cheap to clone.
///
/// Its `Debug` shows neither the key of the client nor a DSN in the header.
///
/// ```
/// # use std::time::Duration;
/// # let inbox = dragonfly::inbox::Inbox::start()?;
/// # let timeout = Duration::from_millis(1);
/// if let Some(envelope) = inbox.next_envelope(timeout) {
///     println!("event {:?}", envelope.header().get("event_id"));
///     for item in envelope.items() {
///         println!("{}: {} bytes", item.kind(), item.payload().len());
///     }
/// }
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct Envelope(Arc<Content>);

struct Content {
    bytes: Bytes,
    header: Map<String, Value>,
    items: Vec<Item>,
    events: Vec<Received>,
    request: Origin,
}

/// What the request said around the envelope.
#[derive(Default)]
pub(super) struct Origin {
    pub(super) headers: Vec<(String, String)>,
    pub(super) content_encoding: Option<String>,
    pub(super) key: Option<String>,
}

/// Without the DSN, if the header names one.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut header = self.header.clone();
        header.remove("dsn");
        f.debug_struct("Content")
            .field("header", &header)
            .field("items", &self.items)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// Without the key that the client showed.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Origin")
            .field("headers", &names)
            .field("content_encoding", &self.content_encoding)
            .finish_non_exhaustive()
    }
}

impl Envelope {
    pub(super) fn new(bytes: Bytes, request: Origin) -> Result<Envelope, FramingError> {
        let raw = envelope::parse(&bytes)?;
        let items = raw.items.into_iter();
        let items: Vec<Item> = items.map(|item| Item::new(item, &bytes)).collect();
        Ok(Envelope(Arc::new(Content {
            header: raw.header,
            events: items.iter().filter_map(Item::event).collect(),
            items,
            request,
            bytes,
        })))
    }

    /// Reads an envelope from bytes, such as those of a file in a [spool](crate::spool).
    ///
    /// ```
    /// use dragonfly::inbox::Envelope;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let bytes = b"{}\n{\"type\":\"event\"}\n{\"message\":\"sold out\"}\n";
    /// assert_eq!(Envelope::read(bytes)?.events()[0].title(), "sold out");
    /// assert!(Envelope::read(b"no envelope").is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidData`](io::ErrorKind::InvalidData) if they are none.
    pub fn read(bytes: &[u8]) -> io::Result<Envelope> {
        let request = Origin::default();
        Envelope::new(Bytes::copy_from_slice(bytes), request)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Returns the whole envelope as it came, once the body was decompressed.
    ///
    /// A bare event, as `/store/` takes it, is in the envelope that was made for it.
    ///
    /// ```
    /// use dragonfly::inbox::Envelope;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let bytes = b"{}\n{\"type\":\"event\"}\n{ \"message\" : \"sold out\" }";
    /// assert_eq!(Envelope::read(bytes)?.bytes(), bytes);
    /// # Ok(())
    /// # }
    /// ```
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Returns the envelope's header: `event_id`, `sent_at`, `trace` and so on.
    pub fn header(&self) -> &Map<String, Value> {
        &self.0.header
    }

    /// Returns the items in the order in which they came.
    pub fn items(&self) -> &[Item] {
        &self.0.items
    }

    /// Returns the events among the items.
    ///
    /// An item of kind `event` that holds no JSON object is not among them.
    pub fn events(&self) -> &[Received] {
        &self.0.events
    }

    /// Returns how the body was compressed, `None` when it was not.
    pub fn content_encoding(&self) -> Option<&str> {
        self.0.request.content_encoding.as_deref()
    }

    /// Returns the headers of the HTTP request, their names in lower case.
    pub fn headers(&self) -> &[(String, String)] {
        &self.0.request.headers
    }

    /// Returns the public key that the client showed.
    ///
    /// `None` can only come in by `/stream`.
    pub fn key(&self) -> Option<&str> {
        let of_request = self.0.request.key.as_deref();
        of_request.or_else(|| key_of_dsn(self.header().get("dsn")?.as_str()?))
    }
}

fn key_of_dsn(dsn: &str) -> Option<&str> {
    let (_, rest) = dsn.split_once("://")?;
    let (user, _) = rest.split_once('@')?;
    let (key, _) = user.split_once(':').unwrap_or((user, ""));
    (!key.is_empty()).then_some(key)
}

/// One item of an envelope: an event, a session, an attachment and so on.
#[derive(Clone, Debug)]
pub struct Item {
    header: Map<String, Value>,
    /// A part of the envelope's own bytes.
    payload: Bytes,
    kind: String,
}

impl Item {
    fn new(raw: RawItem<'_>, envelope: &Bytes) -> Item {
        Item {
            kind: raw.kind().to_owned(),
            payload: envelope.slice_ref(raw.payload),
            header: raw.header,
        }
    }

    fn event(&self) -> Option<Received> {
        if self.kind != "event" {
            return None;
        }
        self.json().filter(Value::is_object).map(Received::new)
    }

    /// Returns the kind, which is the header's `type`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Returns the item's header.
    pub fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// Returns the payload as it came, once the body was decompressed.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Returns the payload read as JSON, `None` when it is something else.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.payload).ok()
    }
}
