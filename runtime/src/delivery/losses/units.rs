//! How much of what an envelope holds, in the units of client reports, by its bytes.
//!
//! Sentry's types count themselves, but to make them of bytes takes code for each of their fields:
//! a tenth of a small program.

use crate::envelope::{self, RawItem};
use sentry::protocol::client_report::{Category, Reason};
use serde::Deserialize as _;
use serde_json::Value;

/// So much of one kind; of what a client report counted, why it was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Loss {
    pub(super) category: Category,
    pub(super) quantity: u64,
    pub(super) reason: Option<Reason>,
}

/// What cannot be read was an event, most likely.
pub(super) fn of(bytes: &[u8]) -> Vec<Loss> {
    match envelope::parse(bytes) {
        Ok(envelope) => envelope.items.iter().flat_map(of_item).collect(),
        Err(_) => vec![loss(Category::Error, 1)],
    }
}

fn of_item(item: &RawItem<'_>) -> Vec<Loss> {
    let payload = || serde_json::from_slice::<Value>(item.payload).unwrap_or_default();
    match item.kind() {
        "event" => vec![loss(Category::Error, 1)],
        "transaction" => vec![
            loss(Category::Transaction, 1),
            // Sentry makes one more of the transaction itself
            loss(Category::Span, all(&payload()["spans"]).len() as u64 + 1),
        ],
        "session" => vec![loss(Category::Session, 1)],
        "sessions" => {
            let payload = payload();
            let ends = ["exited", "errored", "abnormal", "crashed"];
            let minutes = all(&payload["aggregates"]).iter();
            let counts = minutes.flat_map(|minute| ends.map(|end| minute[end].as_u64()));
            vec![loss(Category::Session, sum(counts.flatten()))]
        }
        "check_in" => vec![loss(Category::Monitor, 1)],
        "attachment" => vec![loss(Category::Attachment, item.payload.len() as u64)],
        "log" => of_contained(&payload(), Category::LogItem, Category::LogByte, |log| {
            text(&log["body"])
        }),
        "trace_metric" => {
            let (item, byte) = (Category::TraceMetric, Category::TraceMetricByte);
            of_contained(&payload(), item, byte, |metric| {
                text(&metric["name"]) + NUMBER
            })
        }
        "client_report" => all(&payload()["discarded_events"])
            .iter()
            .filter_map(counted)
            .collect(),
        _ => Vec::new(),
    }
}

fn loss(category: Category, quantity: u64) -> Loss {
    Loss {
        category,
        quantity,
        reason: None,
    }
}

/// What a client report says of one kind.
fn counted(said: &Value) -> Option<Loss> {
    Some(Loss {
        category: Category::deserialize(&said["category"]).ok()?,
        quantity: said["quantity"].as_u64()?,
        reason: Some(Reason::deserialize(&said["reason"]).ok()?),
    })
}

/// Logs and metrics come many in one item, and are counted by their content's size too, each as one
/// byte at least: <https://develop.sentry.dev/sdk/telemetry/client-reports/>.
fn of_contained(
    payload: &Value,
    item: Category,
    byte: Category,
    own: impl Fn(&Value) -> u64,
) -> Vec<Loss> {
    let items = all(&payload["items"]);
    let bytes = items.iter().map(|item| {
        let attributes = item["attributes"].as_object();
        let attributes = attributes.into_iter().flatten();
        let sizes = attributes.map(|(key, said)| key.len() as u64 + size(&said["value"]));
        (own(item) + sum(sizes)).max(1)
    });
    vec![loss(item, items.len() as u64), loss(byte, sum(bytes))]
}

const NUMBER: u64 = 8;

fn size(value: &Value) -> u64 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => NUMBER,
        Value::String(text) => text.len() as u64,
        Value::Array(values) => sum(values.iter().map(size)),
        Value::Object(fields) => {
            let fields = fields.iter();
            sum(fields.map(|(key, value)| key.len() as u64 + size(value)))
        }
    }
}

fn all(values: &Value) -> &[Value] {
    values.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(text: &Value) -> u64 {
    text.as_str().map_or(0, |text| text.len() as u64)
}

fn sum(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::{Loss, all, loss, of, size};
    use crate::delivery::door::filled;
    use sentry::Envelope;
    use sentry::protocol::client_report::{Category, LossSource as _, Reason};
    use serde_json::json;

    /// What Sentry's own types say.
    fn by_type(envelope: &Envelope) -> Vec<Loss> {
        let losses = envelope.losses().map(|loss| Loss {
            category: loss.category,
            quantity: loss.quantity,
            reason: loss.reason,
        });
        losses.collect()
    }

    fn bytes(envelope: &Envelope) -> Vec<u8> {
        let mut bytes = Vec::new();
        envelope.to_writer(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn each_kind_counts_as_its_type_does() {
        let mut kinds = 0;
        for envelope in filled::envelopes() {
            let expected = by_type(&envelope);
            assert!(!expected.is_empty(), "{envelope:?}");
            assert_eq!(of(&bytes(&envelope)), expected);
            kinds += 1;
        }
        assert_eq!(kinds, 10);
    }

    #[test]
    fn attributes_of_each_kind_count_by_their_size() {
        for (kind, value) in [
            ("boolean", json!(true)),
            ("integer", json!(7)),
            ("double", json!(1.5)),
            ("string", json!("größer")),
            ("string", json!("")),
        ] {
            let attributes = json!({ "a": { "value": value, "type": kind } });
            let log =
                json!({ "level": "info", "timestamp": 1, "body": "", "attributes": attributes });
            let items = json!({ "items": [log, log] });
            let text = format!("{{}}\n{{\"type\":\"log\",\"item_count\":2}}\n{items}\n");
            let envelope = Envelope::from_slice(text.as_bytes()).unwrap();
            assert_eq!(of(text.as_bytes()), by_type(&envelope), "{text}");
        }
        assert_eq!(size(&json!(["a", 1, null, { "key": "v" }])), 13);
    }

    #[test]
    fn what_a_report_counted_keeps_its_reason() {
        let report = json!({ "discarded_events": [
            { "category": "span", "reason": "before_send", "quantity": 4 },
            { "category": "of a later time", "reason": "before_send", "quantity": 4 },
        ] });
        let text = format!("{{}}\n{{\"type\":\"client_report\"}}\n{report}\n");
        let expected = Loss {
            reason: Some(Reason::BeforeSend),
            ..loss(Category::Span, 4)
        };
        assert_eq!(of(text.as_bytes()), [expected]);
    }

    #[test]
    fn what_cannot_be_read_was_an_event_and_what_has_no_unit_counts_as_nothing() {
        assert_eq!(of(b"no envelope"), [loss(Category::Error, 1)]);
        assert_eq!(of(b"{}\n{\"type\":\"feedback\"}\n{}\n"), []);
        let broken = of(b"{}\n{\"type\":\"transaction\"}\n?\n");
        assert_eq!(
            broken,
            [loss(Category::Transaction, 1), loss(Category::Span, 1)]
        );
        assert!(all(&json!("no list")).is_empty());
    }
}
