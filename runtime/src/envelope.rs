//! Framing of Sentry's envelopes: where each item begins and ends, whatever is inside it.
//!
//! <https://develop.sentry.dev/sdk/foundations/transport/envelopes/>

use std::fmt;

use serde_json::{Map, Value};

/// An envelope whose items still lie in the bytes that it was parsed from.
#[derive(Debug)]
pub(crate) struct RawEnvelope<'a> {
    pub(crate) header: Map<String, Value>,
    pub(crate) items: Vec<RawItem<'a>>,
}

/// One item: its header, and its payload as it stands.
#[derive(Debug)]
pub(crate) struct RawItem<'a> {
    pub(crate) header: Map<String, Value>,
    pub(crate) payload: &'a [u8],
}

impl RawItem<'_> {
    /// The header's `type`; parsing refuses an item without one.
    pub(crate) fn kind(&self) -> &str {
        self.header
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// Says what is wrong with an envelope, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FramingError {
    fault: FramingFault,
    offset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FramingFault {
    EnvelopeHeader,
    ItemHeader,
    NoType,
    Length,
    PastEnd,
    NoNewline,
}

impl fmt::Display for FramingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.fault {
            FramingFault::EnvelopeHeader => "the envelope's header is not a JSON object",
            FramingFault::ItemHeader => "the item's header is not a JSON object",
            FramingFault::NoType => "the item's header has no `type`",
            FramingFault::Length => "the item's `length` is not a count of bytes",
            FramingFault::PastEnd => "the item's `length` reaches past the end of the envelope",
            FramingFault::NoNewline => "the item's payload does not end where its `length` says",
        })?;
        write!(f, " (at byte {})", self.offset)
    }
}

impl std::error::Error for FramingError {}

/// Splits an envelope into its items.
///
/// Empty lines between items and a missing newline at the end are accepted.
pub(crate) fn parse(bytes: &[u8]) -> Result<RawEnvelope<'_>, FramingError> {
    let mut reader = Reader { bytes, offset: 0 };
    let header = reader.object(FramingFault::EnvelopeHeader)?;
    let mut items = Vec::new();
    while reader.skip_empty_lines() {
        items.push(reader.item()?);
    }
    Ok(RawEnvelope { header, items })
}

/// Appends an envelope to `out`, each item with the `length` of its payload.
pub(crate) fn write<'a>(
    header: &Map<String, Value>,
    items: impl Iterator<Item = (&'a Map<String, Value>, &'a [u8])>,
    out: &mut Vec<u8>,
) {
    write_line(header, out);
    for (header, payload) in items {
        let mut header = header.clone();
        header.insert("length".to_owned(), payload.len().into());
        write_line(&header, out);
        out.extend_from_slice(payload);
        out.push(b'\n');
    }
}

fn write_line(header: &Map<String, Value>, out: &mut Vec<u8>) {
    // Keys are strings and the target is memory: there is no way to fail.
    let _ = serde_json::to_writer(&mut *out, header);
    out.push(b'\n');
}

struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.offset..).unwrap_or_default()
    }

    /// Up to the next newline or the end; the newline is consumed.
    fn line(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let end = rest.iter().position(|&byte| byte == b'\n');
        let (line, consumed) = match end {
            Some(end) => (&rest[..end], end + 1),
            None => (rest, rest.len()),
        };
        self.offset += consumed;
        line
    }

    /// Whether anything is left after them.
    fn skip_empty_lines(&mut self) -> bool {
        loop {
            match self.rest() {
                [] | [b'\r'] => return false,
                [b'\n', ..] => self.offset += 1,
                [b'\r', b'\n', ..] => self.offset += 2,
                _ => return true,
            }
        }
    }

    fn object(&mut self, fault: FramingFault) -> Result<Map<String, Value>, FramingError> {
        let offset = self.offset;
        serde_json::from_slice(self.line()).map_err(|_| FramingError { fault, offset })
    }

    fn item(&mut self) -> Result<RawItem<'a>, FramingError> {
        let offset = self.offset;
        let fail = |fault| Err(FramingError { fault, offset });
        let header = self.object(FramingFault::ItemHeader)?;
        if !header.get("type").is_some_and(Value::is_string) {
            return fail(FramingFault::NoType);
        }
        let payload = match header.get("length") {
            None | Some(Value::Null) => self.line(),
            Some(length) => match length.as_u64() {
                Some(length) => self.payload(length)?,
                None => return fail(FramingFault::Length),
            },
        };
        Ok(RawItem { header, payload })
    }

    fn payload(&mut self, length: u64) -> Result<&'a [u8], FramingError> {
        let fail = |fault, offset| Err(FramingError { fault, offset });
        let rest = self.rest();
        let within = usize::try_from(length)
            .ok()
            .and_then(|length| rest.split_at_checked(length));
        let Some((payload, after)) = within else {
            return fail(FramingFault::PastEnd, self.offset);
        };
        self.offset += payload.len();
        match after {
            [] => {}
            [b'\n', ..] => self.offset += 1,
            _ => return fail(FramingFault::NoNewline, self.offset),
        }
        Ok(payload)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{RawEnvelope, parse, write};
    use proptest::prelude::*;
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    use serde_json::{Map, Value, json};

    const TWO: &[u8] = b"{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n\
        {\"type\":\"attachment\",\"length\":7}\na\nb\r\n\xffz\n\
        {\"type\":\"event\"}\n{\"message\":\"hi\"}\n";

    fn map(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else {
            panic!("{value} is no object")
        };
        map
    }

    fn payloads<'a>(envelope: &RawEnvelope<'a>) -> Vec<&'a [u8]> {
        envelope.items.iter().map(|item| item.payload).collect()
    }

    #[track_caller]
    fn check(bytes: &[u8], payloads_wanted: &[&[u8]]) {
        assert_eq!(payloads(&parse(bytes).unwrap()), payloads_wanted);
    }

    #[track_caller]
    fn check_error(bytes: &[u8], message: &str) {
        assert_eq!(parse(bytes).unwrap_err().to_string(), message);
    }

    #[test]
    fn items_with_and_without_length() {
        let envelope = parse(TWO).unwrap();
        assert_eq!(envelope.header.len(), 1);
        assert_eq!(envelope.items[0].kind(), "attachment");
        assert_eq!(envelope.items[1].kind(), "event");
        let wanted: [&[u8]; 2] = [b"a\nb\r\n\xffz", b"{\"message\":\"hi\"}"];
        assert_eq!(payloads(&envelope), wanted);
    }

    #[test]
    fn no_items() {
        check(b"{}", &[]);
        check(b"{}\n", &[]);
        check(b"{}\r\n\n\r\n\r", &[]);
    }

    #[test]
    fn last_newline_is_optional() {
        check(b"{}\n{\"type\":\"a\",\"length\":1}\nx", &[b"x"]);
        check(b"{}\n{\"type\":\"a\"}\nx", &[b"x"]);
        check(b"{}\n{\"type\":\"a\",\"length\":0}", &[b""]);
        check(b"{}\n{\"type\":\"a\",\"length\":0}\n", &[b""]);
        check(b"{}\n{\"type\":\"a\"}\n", &[b""]);
    }

    #[test]
    fn empty_lines_between_items() {
        check(
            b"{}\n\n\r\n{\"type\":\"a\",\"length\":1}\nx\n\n\n{\"type\":\"b\",\"length\":null}\ny\n\n",
            &[b"x", b"y"],
        );
    }

    #[test]
    fn payload_of_newlines_only() {
        check(b"{}\n{\"type\":\"a\",\"length\":3}\n\n\n\n\n", &[b"\n\n\n"]);
    }

    #[test]
    fn hostile_headers() {
        check_error(
            b"",
            "the envelope's header is not a JSON object (at byte 0)",
        );
        check_error(
            b"\n{}",
            "the envelope's header is not a JSON object (at byte 0)",
        );
        check_error(
            b"[]\n",
            "the envelope's header is not a JSON object (at byte 0)",
        );
        check_error(
            b"\xff\xfe\n",
            "the envelope's header is not a JSON object (at byte 0)",
        );
        check_error(
            b"{}\nnot json\n",
            "the item's header is not a JSON object (at byte 3)",
        );
        check_error(
            b"{}\n{\"length\":1}\nx",
            "the item's header has no `type` (at byte 3)",
        );
        check_error(
            b"{}\n{\"type\":7}\nx",
            "the item's header has no `type` (at byte 3)",
        );
        let deep = format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        check_error(
            deep.as_bytes(),
            "the envelope's header is not a JSON object (at byte 0)",
        );
    }

    #[test]
    fn hostile_lengths() {
        let with = |length: &str| format!("{{}}\n{{\"type\":\"a\",\"length\":{length}}}\nxy\n");
        check(with("2").as_bytes(), &[b"xy"]);
        for length in ["-1", "1.5", "1e3", "\"2\"", "true", "18446744073709551616"] {
            check_error(
                with(length).as_bytes(),
                "the item's `length` is not a count of bytes (at byte 3)",
            );
        }
        for length in ["4", "4294967296", "18446744073709551615"] {
            let bytes = with(length);
            let at = bytes.find("xy").unwrap();
            check_error(
                bytes.as_bytes(),
                &format!("the item's `length` reaches past the end of the envelope (at byte {at})"),
            );
        }
        check_error(
            with("1").as_bytes(),
            "the item's payload does not end where its `length` says (at byte 28)",
        );
    }

    #[test]
    fn truncated_anywhere_is_an_error_or_a_beginning() {
        let whole = parse(TWO).unwrap();
        let whole = payloads(&whole);
        let mut errors = 0;
        for end in 0..TWO.len() {
            let Ok(part) = parse(&TWO[..end]) else {
                errors += 1;
                continue;
            };
            for (part, whole) in payloads(&part).iter().zip(&whole) {
                assert!(whole.starts_with(part), "cut at {end}");
            }
        }
        assert!(errors > TWO.len() / 2);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let header = map(json!({"event_id": "9ec79c33ec9942ab8353589fcb2e04dc"}));
        let event = map(json!({"type": "event", "length": 99}));
        let log = map(json!({"type": "log", "item_count": 2}));
        let items: [(&Map<_, _>, &[u8]); 3] = [(&event, b"{}"), (&log, b"\n\n"), (&event, b"")];
        let mut bytes = b"before".to_vec();
        write(&header, items.into_iter(), &mut bytes);

        let back = parse(bytes.strip_prefix(b"before").unwrap()).unwrap();
        assert_eq!(back.header, header);
        assert_eq!(payloads(&back), items.map(|(_, payload)| payload));
        assert_eq!(back.items[0].header["length"], 2);
        assert_eq!(back.items[1].header["item_count"], 2);
        assert_eq!(event["length"], 99);
    }

    /// Bytes that come close to an envelope, and often are one.
    pub(crate) fn likely_bytes() -> impl Strategy<Value = Vec<u8>> {
        let header = prop::sample::select(vec![
            "{}\n",
            "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\",\"x\":\"jane@example.com\"}\r\n",
            "{\"dsn\":\"https://key@host.example/1\"}\n",
            "",
        ]);
        let item = prop::sample::select(vec![
            "{\"type\":\"event\"}\n{\"message\":\"to jane@example.com\",\"level\":\"\\u001b\"}\n",
            "{\"type\":\"event\",\"length\":15}\n{\"message\":\"x\"}\n",
            "{\"type\":\"log\",\"length\":null,\"x\":\"jane@example.com\"}\n{}\r\n",
            "{\"type\":\"attachment\",\"length\":4}\na\n\nb\n",
            "{\"type\":\"session\",\"length\":0}\n\n",
        ]);
        let other = prop::sample::select(vec![
            "\n",
            "\r\n",
            "{}\n",
            "{\"type\":\"event\"}\n",
            "{\"type\":\"event\",\"length\":3}\n",
            "{\"type\":\"event\",\"length\":18446744073709551615}\n",
        ]);
        let part = prop_oneof![
            12 => item.prop_map(|item| item.as_bytes().to_vec()),
            2 => other.prop_map(|other| other.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..12),
        ];
        (header, prop::collection::vec(part, 0..6))
            .prop_map(|(header, parts)| [vec![header.as_bytes().to_vec()], parts].concat().concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_written_is_read_back(
            header in ".{0,12}",
            items in prop::collection::vec((".{0,8}", prop::collection::vec(any::<u8>(), 0..24)), 0..4),
        ) {
            let header = map(json!({ "x": { header: [1, null] } }));
            let items: Vec<_> = items
                .into_iter()
                .map(|(kind, payload)| (map(json!({ "type": kind })), payload))
                .collect();
            let mut bytes = Vec::new();
            write(&header, items.iter().map(|(header, payload)| (header, &**payload)), &mut bytes);
            let back = parse(&bytes).unwrap();
            prop_assert_eq!(&back.header, &header);
            prop_assert_eq!(back.items.len(), items.len());
            for (back, (header, payload)) in back.items.iter().zip(&items) {
                prop_assert_eq!((Some(back.kind()), back.payload), (header["type"].as_str(), &**payload));
            }
        }

        #[test]
        fn any_bytes_are_an_envelope_or_an_error(bytes in likely_bytes()) {
            let Ok(read) = parse(&bytes) else { return Ok(()) };
            let mut written = Vec::new();
            write(&read.header, read.items.iter().map(|item| (&item.header, item.payload)), &mut written);
            let back = parse(&written).unwrap();
            prop_assert_eq!(&back.header, &read.header);
            prop_assert_eq!(payloads(&back), payloads(&read));
        }
    }

    #[test]
    fn likely_bytes_are_an_envelope_often_enough() {
        let mut runner = TestRunner::deterministic();
        let read = (0..500).filter(|_| {
            let bytes = likely_bytes().new_tree(&mut runner).unwrap().current();
            parse(&bytes).is_ok_and(|envelope| !envelope.items.is_empty())
        });
        let read = read.count();
        assert!((50..450).contains(&read), "{read} of 500");
    }
}
