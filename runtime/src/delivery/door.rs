//! The one door out: an envelope leaves as bytes that the scrubber has seen.

use crate::{envelope, privacy};
use sentry::Envelope;
use sentry::protocol::EnvelopeHeaders;
use serde_json::{Map, Value};
use std::time::SystemTime;

/// An envelope as it may leave.
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    /// Items that hold no JSON: they cannot be scrubbed, so they stay.
    pub(crate) kept_back: usize,
}

/// Scrubs and serializes; `None` if nothing of the envelope may leave.
pub(crate) fn seal(envelope: &Envelope, send_default_pii: bool) -> Option<Sealed> {
    let mut plain = Vec::with_capacity(8 * 1024);
    envelope.to_writer(&mut plain).ok()?;
    let raw = envelope::parse(&plain).ok()?;
    let mut header = raw.header;
    header.remove("dsn");
    if let Some(trace) = header.get_mut("trace") {
        privacy::scrub(trace);
    }
    header.insert("sent_at".into(), now());
    let mut kept_back = 0;
    let mut items: Vec<(Map<String, Value>, Vec<u8>)> = Vec::with_capacity(raw.items.len());
    for item in raw.items {
        let Ok(mut payload) = serde_json::from_slice::<Value>(item.payload) else {
            kept_back += 1;
            continue;
        };
        if matches!(item.kind(), "attachment") {
            kept_back += 1;
            continue;
        }
        privacy::scrub_item(item.kind(), &mut payload, send_default_pii);
        items.push((item.header, serde_json::to_vec(&payload).ok()?));
    }
    if items.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(plain.len());
    envelope::write(
        &header,
        items
            .iter()
            .map(|(header, payload)| (header, payload.as_slice())),
        &mut bytes,
    );
    Some(Sealed { bytes, kept_back })
}

/// The time in the form that Sentry's own headers have.
fn now() -> Value {
    let headers = EnvelopeHeaders::new().with_sent_at(SystemTime::now());
    serde_json::to_value(headers)
        .ok()
        .and_then(|mut headers| headers.get_mut("sent_at").map(Value::take))
        .into()
}
