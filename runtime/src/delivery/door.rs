//! The one door out: an envelope goes to disk and network as bytes that the scrubber has seen.

use crate::envelope::{self, RawEnvelope, RawItem};
use crate::privacy::Scrubber;
use sentry::Envelope;
use sentry::protocol::{ClientReport, EnvelopeHeaders, Event};
use serde_json::{Map, Value};
use std::time::SystemTime;

/// An envelope as it may leave.
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    /// The type of its first item, which is what it was sent for.
    pub(crate) kind: String,
    /// Items that hold no JSON: they cannot be scrubbed, so they stay.
    pub(crate) kept_back: usize,
}

/// Scrubs and serializes; `None` if nothing of the envelope may leave.
pub(crate) fn seal(envelope: &Envelope, scrubber: &mut Scrubber) -> Option<Sealed> {
    let mut plain = Vec::with_capacity(8 * 1024);
    envelope.to_writer(&mut plain).ok()?;
    let mut raw = envelope::parse(&plain).ok()?;
    raw.header.remove("dsn");
    pass(raw, plain.len(), scrubber)
}

/// The same for an event that was made here: its headers hold nothing to scrub.
pub(crate) fn seal_event(event: Event<'static>, scrubber: &mut Scrubber) -> Option<Sealed> {
    let id = event.event_id;
    let payload = scrubber.copy_event(event)?;
    let length = payload.len();
    let headers =
        format!("{{\"event_id\":\"{id}\"}}\n{{\"length\":{length},\"type\":\"event\"}}\n");
    let bytes = [headers.as_bytes(), payload, b"\n"].concat();
    Some(Sealed {
        bytes,
        kind: "event".to_owned(),
        kept_back: 0,
    })
}

/// The same for a transaction that is complete: others may have sent along what its headers say.
pub(crate) fn seal_transaction(
    headers: &EnvelopeHeaders,
    payload: &[u8],
    scrubber: &mut Scrubber,
) -> Option<Sealed> {
    let Value::Object(mut header) = serde_json::to_value(headers).ok()? else {
        return None;
    };
    header.remove("dsn");
    let kind = Map::from_iter([("type".to_owned(), "transaction".into())]);
    let items = vec![RawItem {
        header: kind,
        payload,
    }];
    pass(RawEnvelope { header, items }, payload.len() + 512, scrubber)
}

/// The same for what lay on disk: an older version may have sealed it, or another program put it there.
/// `None` also if it names the server that it is for, which ours do not.
pub(crate) fn seal_again(bytes: &[u8], scrubber: &mut Scrubber) -> Option<Sealed> {
    let raw = envelope::parse(bytes).ok()?;
    if raw.header.contains_key("dsn") {
        return None;
    }
    pass(raw, bytes.len(), scrubber)
}

/// Appends the line of a header, with the length of what follows; has the type that it says. A program may hand
/// over an envelope as bytes: then its headers say what somebody wrote there.
fn append_header(
    mut header: Map<String, Value>,
    length: Option<usize>,
    scrubber: &mut Scrubber,
    bytes: &mut Vec<u8>,
) -> Option<String> {
    header.remove("length"); // it is written anew
    let kind = header.remove("type").map(|kind| match kind {
        Value::String(word) if is_word(&word) => word,
        _ => crate::privacy::FILTERED.to_owned(),
    });
    let rest = serde_json::to_vec(&header).unwrap_or_default(); // its names are strings
    bytes.append(&mut scrubber.scrub_object(&rest));
    let length = length.map(|length| length.to_string());
    let kind_said = kind.as_ref().map(|kind| format!("\"{kind}\""));
    for (name, value) in [("length", length), ("type", kind_said)] {
        if let Some(value) = value {
            bytes.pop(); // the brace
            let comma = if bytes.ends_with(b"{") { "" } else { "," };
            bytes.extend_from_slice(format!("{comma}\"{name}\":{value}}}").as_bytes());
        }
    }
    bytes.push(b'\n');
    kind
}

/// `event`, `trace_metric`: the types that there are.
fn is_word(kind: &str) -> bool {
    kind.len() <= 32
        && kind
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn pass(raw: RawEnvelope<'_>, size: usize, scrubber: &mut Scrubber) -> Option<Sealed> {
    let mut bytes = Vec::with_capacity(size);
    append_header(raw.header, None, scrubber, &mut bytes);
    let (mut first, mut kept_back) = (None, 0);
    for item in raw.items {
        let kind = item.kind();
        let mut payload = Vec::with_capacity(item.payload.len());
        let mut copy = || scrubber.copy_item(kind, item.payload, &mut payload);
        if kind == "attachment" || copy().is_none() {
            kept_back += 1;
            continue;
        }
        let kind = append_header(item.header, Some(payload.len()), scrubber, &mut bytes);
        bytes.append(&mut payload);
        bytes.push(b'\n');
        first = first.or(kind);
    }
    Some(Sealed {
        bytes,
        kind: first?,
        kept_back,
    })
}

/// What goes over the network: the envelope with the time at which it is sent, by which the server
/// corrects the clock of this machine, and with what the server is to be told of losses.
pub(crate) fn addressed(sealed: &[u8], losses: Option<&ClientReport>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(sealed.len() + 256);
    let headers = EnvelopeHeaders::new().with_sent_at(SystemTime::now());
    let _ = serde_json::to_writer(&mut bytes, &headers); // it holds strings alone
    match sealed {
        [b'{', b'}', rest @ ..] => bytes.extend_from_slice(rest),
        [b'{', rest @ ..] => {
            bytes.pop();
            bytes.push(b',');
            bytes.extend_from_slice(rest);
        }
        _ => bytes.push(b'\n'), // nothing but losses
    }
    if let Some(losses) = losses {
        append(losses, &mut bytes);
    }
    bytes
}

/// An envelope that tells of losses alone. They are counts, so there is nothing to scrub.
pub(crate) fn losses_alone(losses: &ClientReport) -> Vec<u8> {
    let mut bytes = b"{}\n".to_vec();
    append(losses, &mut bytes);
    bytes
}

fn append(losses: &ClientReport, bytes: &mut Vec<u8>) {
    let payload = serde_json::to_vec(losses).unwrap_or_default(); // numbers and fixed words
    let header = format!(
        "{{\"type\":\"client_report\",\"length\":{}}}\n",
        payload.len()
    );
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&payload);
    bytes.push(b'\n');
}

#[cfg(test)]
pub(super) mod filled;
#[cfg(test)]
mod walk;

#[cfg(test)]
mod tests {
    use super::{Sealed, addressed, losses_alone, seal, seal_again};
    use crate::envelope;
    use crate::privacy::Scrubber;
    use sentry::Envelope;
    use sentry::protocol::client_report::{Category, Item, Reason};
    use sentry::protocol::{Attachment, ClientReport, Event};

    fn sealed(envelope: &Envelope) -> Option<Sealed> {
        seal(envelope, &mut Scrubber::default())
    }

    fn with_attachment() -> Envelope {
        let mut envelope = Envelope::from(Event {
            message: Some("mail to jane@example.com".into()),
            ..Event::default()
        });
        envelope.add_item(Attachment {
            buffer: b"jane@example.com".to_vec(),
            filename: "mails.txt".into(),
            ..Attachment::default()
        });
        envelope
    }

    #[test]
    fn what_leaves_is_scrubbed_and_what_cannot_be_stays() {
        let sealed = sealed(&with_attachment()).unwrap();
        assert_eq!((sealed.kept_back, sealed.kind.as_str()), (1, "event"));
        let text = String::from_utf8(sealed.bytes).unwrap();
        assert!(
            text.contains("mail to [email]") && !text.contains("jane"),
            "{text}"
        );
    }

    #[test]
    fn what_leaves_is_an_envelope() {
        let sealed = sealed(&with_attachment()).unwrap();
        let parsed = envelope::parse(&sealed.bytes).unwrap();
        assert_eq!(parsed.items.len(), 1);
        assert!(parsed.header.contains_key("event_id"));
        assert!(Envelope::from_slice(&sealed.bytes).is_ok());
    }

    #[test]
    fn what_is_sent_says_when_and_what_was_lost() {
        let lost = ClientReport::new([Item::new(Category::Error, Reason::NetworkError, 3)]);
        let sealed = sealed(&with_attachment()).unwrap().bytes;
        let kinds = |bytes: &[u8]| -> Vec<String> {
            let parsed = envelope::parse(bytes).unwrap();
            assert!(parsed.header.contains_key("sent_at"));
            parsed
                .items
                .iter()
                .map(|item| item.kind().to_owned())
                .collect()
        };
        assert_eq!(kinds(&addressed(&sealed, None)), ["event"]);
        let both = addressed(&sealed, Some(&lost));
        assert_eq!(kinds(&both), ["event", "client_report"]);
        assert!(
            envelope::parse(&both)
                .unwrap()
                .header
                .contains_key("event_id")
        );
        let bare = addressed(b"{}\n{\"type\":\"event\"}\n{}\n", Some(&lost));
        assert_eq!(kinds(&bare), ["event", "client_report"]);
        assert_eq!(kinds(&addressed(b"", Some(&lost))), ["client_report"]);
        assert_eq!(
            kinds(&addressed(&losses_alone(&lost), None)),
            ["client_report"]
        );
    }

    fn sealed_again(bytes: &str) -> Option<String> {
        let sealed = seal_again(bytes.as_bytes(), &mut Scrubber::default())?;
        Some(String::from_utf8(sealed.bytes).unwrap())
    }

    #[test]
    fn what_was_sealed_stays_as_it_is() {
        let once = String::from_utf8(sealed(&with_attachment()).unwrap().bytes).unwrap();
        let again = sealed_again(&once).unwrap();
        let parsed = |text: &str| -> Vec<serde_json::Value> {
            text.lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect()
        };
        assert_eq!(parsed(&again), parsed(&once));
    }

    #[test]
    fn of_two_names_in_a_header_that_are_alike_once_scrubbed_one_is_left() {
        let put = "{\"jane@example.com\":1,\"john@example.com\":2}\n\
            {\"type\":\"event\",\"jane@example.com\":1,\"john@example.com\":2}\n{}\n";
        let text = sealed_again(put).unwrap();
        assert_eq!(text.matches("[email]").count(), 2, "{text}");
        assert_eq!(sealed_again(&text).as_deref(), Some(&*text));
    }

    #[test]
    fn what_somebody_else_put_on_disk_is_scrubbed_or_stays() {
        let put = "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\",\"x\":\"jane@example.com\"}\n\
            {\"type\":\"attachment\",\"length\":2,\"filename\":\"jane@example.com\"}\n{}\n\
            {\"type\":\"event\",\"x\":\"jane@example.com\"}\n{\"message\":\"jane@example.com\"}\n";
        let text = sealed_again(put).unwrap();
        assert!(
            !text.contains("jane") && !text.contains("attachment"),
            "{text}"
        );
        assert!(text.contains("9ec79c33ec9942ab8353589fcb2e04dc"), "{text}");
        assert_eq!(text.matches("[email]").count(), 3, "{text}");
        for nothing in [
            "{}\n{\"type\":\"attachment\",\"length\":2}\n{}\n",
            "{}\n{\"type\":\"event\",\"length\":3}\nno!\n",
            "{}\n",
            "",
            "{\"dsn\":\"https://key@other.example.com/1\"}\n{\"type\":\"event\"}\n{}\n",
        ] {
            assert_eq!(sealed_again(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn an_envelope_of_which_nothing_may_leave_stays() {
        let mut envelope = Envelope::new();
        envelope.add_item(Attachment::default());
        assert!(sealed(&envelope).is_none());
    }
}
