//! The door holds for every field: each type of item the protocol has is walked, and what must not
//! leave is put into one field, and one name, after the other.

use super::filled::{WORDS, envelopes};
use super::{seal, seal_event};
use crate::config::{Defaults, Overrides, Settings, Surroundings};
use crate::envelope;
use crate::privacy::{Policy, Scrubber};
use sentry::Envelope;
use serde_json::{Map, Value, json};

/// What is put into a field, and what of it must not be found in what leaves.
const SECRETS: [(&str, &str); 5] = [
    ("to jane@example.com", "jane"),
    ("password=hunter2", "hunter2"),
    (
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "4eC39HqLyjWDarjtT1zdp7dc",
    ),
    ("postgres://u:hunter2@h/", "hunter2"),
    (CARD, CARD),
];
const CARD: &str = "4111111111111111";

/// How many fields and names the protocol has today, in all types of items and in headers.
const AT_LEAST: usize = 1_700;

/// Fields that hold hexadecimal, which may be digits alone: they are not looked at for the numbers of
/// cards, but for every other secret. By the protocol's types none can be put there.
const HEXADECIMAL: [&str; 8] = [
    "event_id",
    "trace_id",
    "span_id",
    "parent_span_id",
    "check_in_id",
    "debug_id",
    "code_id",
    "sid",
];

/// An envelope's header, its item's header, its item.
type Parts = [Value; 3];

fn parts(envelope: &Envelope) -> Parts {
    let mut bytes = Vec::new();
    envelope.to_writer(&mut bytes).unwrap();
    let mut raw = envelope::parse(&bytes).unwrap();
    let mut item = raw.items.remove(0);
    // a program may write anything there, see `Envelope::from_bytes_raw`
    for name in ["filename", "attachment_type", "content_type", "colour"] {
        item.header.entry(name).or_insert_with(|| WORDS.into());
    }
    let trace = raw.header.entry("trace").or_insert_with(|| json!({}));
    trace["user_segment"] = WORDS.into();
    raw.header.insert("colour".into(), WORDS.into());
    let payload = serde_json::from_slice(item.payload);
    [
        raw.header.into(),
        item.header.into(),
        payload.unwrap_or_else(|_| WORDS.into()),
    ]
}

fn written(parts: &Parts) -> Vec<u8> {
    let [header, of_item, item] = parts;
    let payload = item.to_string();
    let empty = Map::new();
    let (header, of_item) = (header.as_object(), of_item.as_object());
    let items = [(of_item.unwrap_or(&empty), payload.as_bytes())];
    let mut bytes = Vec::new();
    envelope::write(header.unwrap_or(&empty), items.into_iter(), &mut bytes);
    bytes
}

/// A place in an envelope: the part of it, the way to a value, and whether the value or its name is meant.
#[derive(Clone, Debug)]
struct Place {
    part: usize,
    way: String,
    is_name: bool,
}

impl Place {
    fn last(&self) -> &str {
        self.way.rsplit('/').next().unwrap_or_default()
    }

    /// The way with `header` or the item's type before it.
    fn said(&self, parts: &Parts) -> String {
        let start = match self.part {
            0 => "header",
            1 => "header of item",
            _ => parts[1]["type"].as_str().unwrap_or_default(),
        };
        format!(
            "{start}{}{}",
            self.way,
            if self.is_name { " (name)" } else { "" }
        )
    }
}

fn places(parts: &Parts) -> Vec<Place> {
    let mut all = Vec::new();
    for (part, value) in parts.iter().enumerate() {
        walk(value, part, "", &mut all);
    }
    all
}

fn walk(value: &Value, part: usize, way: &str, all: &mut Vec<Place>) {
    let place = |way: &str, is_name| Place {
        part,
        way: way.to_owned(),
        is_name,
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let way = format!("{way}/{name}");
                all.push(place(&way, true));
                walk(value, part, &way, all);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                walk(value, part, &format!("{way}/{index}"), all);
            }
        }
        Value::String(_) | Value::Number(_) => all.push(place(way, false)),
        Value::Bool(_) | Value::Null => {}
    }
}

/// The envelope with something else in one place, as bytes. Of what lies beside it only the plain
/// values are there: it is the same to the door, and read a hundred times as fast.
fn with(parts: &Parts, place: &Place, put: &str) -> Vec<u8> {
    let mut parts: Parts = std::array::from_fn(|part| {
        let way: Vec<&str> = if part == place.part {
            place.way.split('/').skip(1).collect()
        } else {
            Vec::new()
        };
        only(&parts[part], &way)
    });
    let (around, name) = place.way.rsplit_once('/').unwrap_or_default();
    if place.is_name {
        let fields = parts[place.part].pointer_mut(around).unwrap();
        let fields = fields.as_object_mut().unwrap();
        let value = fields.remove(name).unwrap();
        fields.insert(put.to_owned(), value);
    } else {
        let value = parts[place.part].pointer_mut(&place.way).unwrap();
        *value = match put.parse::<u64>() {
            Ok(number) if value.is_number() => number.into(),
            _ => put.into(),
        };
    }
    written(&parts)
}

fn only(value: &Value, way: &[&str]) -> Value {
    let (next, rest) = way
        .split_first()
        .map_or((None, way), |(next, rest)| (Some(*next), rest));
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, value)| next == Some(name) || !(value.is_object() || value.is_array()))
            .map(|(name, value)| {
                let rest = if next == Some(name) { rest } else { &[] };
                (name.clone(), only(value, rest))
            })
            .collect(),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .map(|(index, value)| {
                let rest = if next == Some(&index.to_string()) {
                    rest
                } else {
                    &[]
                };
                only(value, rest)
            })
            .collect(),
        plain => plain.clone(),
    }
}

/// What leaves of an envelope of bytes; nothing, if nothing does.
fn through_the_door(bytes: Vec<u8>, scrubber: &mut Scrubber) -> Vec<u8> {
    let envelope = Envelope::from_bytes_raw(bytes).unwrap();
    seal(&envelope, scrubber)
        .map(|sealed| sealed.bytes)
        .unwrap_or_default()
}

/// Where a secret comes out that was put there, and how many places were tried.
fn leaks(mut door: impl FnMut(Vec<u8>) -> Vec<u8>) -> (Vec<String>, usize) {
    let (mut leaks, mut tried) = (Vec::new(), 0);
    for (number, envelope) in envelopes().iter().enumerate() {
        let parts = parts(envelope);
        for place in places(&parts) {
            if place.part == 0 && number > 0 {
                continue; // all have the same header
            }
            tried += 1;
            for (put, secret) in SECRETS {
                if put == CARD && !place.is_name && HEXADECIMAL.contains(&place.last()) {
                    continue;
                }
                let left = door(with(&parts, &place, put));
                if String::from_utf8_lossy(&left).contains(secret) {
                    leaks.push(format!("{}: {put}", place.said(&parts)));
                }
            }
        }
    }
    (leaks, tried)
}

#[test]
fn nothing_leaves_by_any_field_that_the_protocol_has() {
    let mut scrubber = Scrubber::default();
    let (leaks, tried) = leaks(|bytes| through_the_door(bytes, &mut scrubber));
    assert!(leaks.is_empty(), "{} leaks: {leaks:#?}", leaks.len());
    assert!(tried >= AT_LEAST, "{tried} places");
}

/// Whatever stands in its fields, and however well its frames are known.
#[test]
fn of_an_event_that_was_made_here_as_much_leaves_as_of_one_in_an_envelope() {
    let denied = Overrides {
        scrub_deny: Some(vec!["stacktrace".into()]),
        ..Overrides::default()
    };
    for policy in [Policy::default(), policy(&open()), policy(&denied)] {
        let mut scrubber = Scrubber::new(&policy);
        let mut events = 0;
        leaks(|bytes| {
            let envelope = Envelope::from_slice(&bytes).ok();
            // not every field takes every value
            let event = envelope.and_then(|envelope| envelope.event().cloned());
            if let Some(event) = event {
                events += 1;
                let left = seal(&event.clone().into(), &mut scrubber).unwrap().bytes;
                for _ in 0..2 {
                    let made = seal_event(event.clone(), &mut scrubber).unwrap().bytes;
                    assert_eq!(
                        made.escape_ascii().to_string(),
                        left.escape_ascii().to_string()
                    );
                }
            }
            Vec::new()
        });
        assert!(events > AT_LEAST, "{events}");
    }
}

/// `send_default_pii` lets out who and where somebody is, nothing that opens anything.
#[test]
fn no_secret_leaves_where_personal_data_may() {
    let mut scrubber = Scrubber::new(&policy(&open()));
    let (leaks, _) = leaks(|bytes| through_the_door(bytes, &mut scrubber));
    let (addresses, others): (Vec<_>, Vec<_>) = leaks
        .iter()
        .partition(|leak| leak.ends_with("jane@example.com"));
    assert!(others.is_empty(), "{others:#?}");
    assert!(addresses.len() > AT_LEAST / 2, "{}", addresses.len());
}

fn open() -> Overrides {
    Overrides {
        send_default_pii: Some(true),
        ..Overrides::default()
    }
}

fn policy(overrides: &Overrides) -> Policy {
    let defaults = Defaults {
        environment: "production",
        release: None,
    };
    Policy::of(&Settings::resolve_in(
        overrides,
        &defaults,
        &Surroundings::default(),
    ))
}

#[test]
fn the_walk_finds_what_an_open_door_lets_out() {
    let (leaks, tried) = leaks(|bytes| bytes);
    assert!(leaks.len() > 4 * tried, "{} of {tried} places", leaks.len());
}

/// Fields of which not even harmless words leave.
fn is_taken(place: &Place) -> bool {
    let way = place.way.as_str();
    let names_somebody = ["/user.name", "/server.address", "/server_name"];
    match place.part {
        0 => way == "/dsn",
        1 => false,
        _ => {
            way.starts_with("/user/")
                || ["/did", "/attrs/ip_address"]
                    .iter()
                    .any(|end| way.ends_with(end))
                || ["/device/name", "/phone/name"]
                    .iter()
                    .any(|end| way.ends_with(end))
                || way.ends_with("/cookies")
                || names_somebody.iter().any(|name| way.contains(name))
        }
    }
}

#[test]
fn harmless_words_leave_by_every_field_but_those_that_say_who_and_where() {
    let (mut wrong, mut kept) = (Vec::new(), 0);
    for envelope in envelopes() {
        let parts = parts(&envelope);
        let left = through_the_door(written(&parts), &mut Scrubber::default());
        let Ok(left) = envelope::parse(&left) else {
            assert_eq!(parts[1]["type"], "attachment");
            continue;
        };
        let item = &left.items[0];
        let left: Parts = [
            left.header.clone().into(),
            item.header.clone().into(),
            serde_json::from_slice(item.payload).unwrap(),
        ];
        let values = places(&parts).into_iter().filter(|place| !place.is_name);
        for place in values.filter(|place| place.way != "/length") {
            let before = parts[place.part].pointer(&place.way);
            let after = left[place.part].pointer(&place.way);
            kept += usize::from(before == after);
            if (before == after) == is_taken(&place) {
                wrong.push(format!("{}: {after:?}", place.said(&parts)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(kept >= AT_LEAST / 3, "{kept}");
}
