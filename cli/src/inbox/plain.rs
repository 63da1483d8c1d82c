//! What comes, line by line.

use std::io::{self, Write as _};

use dragonfly::inbox::{Envelope, Item};
use serde_json::{Value, json};

use super::sessions;
use crate::screen::{self, FAINT, one_line};

pub(crate) fn print(envelope: &Envelope) -> io::Result<()> {
    let mut out = screen::stdout();
    let mut events = envelope.events().iter();
    for item in envelope.items() {
        let is_event = item.kind() == "event" && item.json().is_some_and(|json| json.is_object());
        match events.next().filter(|_| is_event) {
            Some(event) => writeln!(out, "{event:#}\n")?,
            None => writeln!(out, "{FAINT} {}{FAINT:#}", in_short(item))?,
        }
    }
    out.flush()
}

/// What an item is about, on one line.
fn in_short(item: &Item) -> String {
    let json = item.json().unwrap_or_default();
    let text = |key: &str| json.get(key)?.as_str().map(str::to_owned);
    let about = match item.kind() {
        "transaction" => text("transaction"),
        "session" => Some(sessions::session(&json)),
        "sessions" => Some(sessions::sessions(&json)),
        "check_in" => text("monitor_slug"),
        "client_report" => Some(lost(&json)),
        "log" => Some(each(&json, log)),
        "span" | "trace_metric" => Some(each(&json, |item| {
            Some(item.get("name")?.as_str()?.to_owned())
        })),
        "user_report" => text("comments"),
        "feedback" => json
            .pointer("/contexts/feedback/message")
            .and_then(Value::as_str)
            .map(str::to_owned),
        "attachment" => item
            .header()
            .get("filename")
            .and_then(Value::as_str)
            .map(str::to_owned),
        _ => None,
    };
    let about = about.filter(|about| !about.is_empty());
    let about = about.map(|about| format!("  {about}")).unwrap_or_default();
    let size = match item.payload().len() {
        1 => "1 byte".to_owned(),
        size => format!("{size} bytes"),
    };
    one_line(&format!("{}{about}  {size}", item.kind()))
}

/// More of an item's parts are counted, not shown.
const MOST_PARTS: usize = 3;
const LONGEST_PART: usize = 200;

/// What the parts of an item are about: `info: order 7 taken; error: sold out; and 2 more`.
fn each(item: &Value, about: impl Fn(&Value) -> Option<String>) -> String {
    let all = item.get("items").and_then(Value::as_array);
    let all = all.map_or(&[][..], Vec::as_slice);
    let mut parts: Vec<String> = all
        .iter()
        .take(MOST_PARTS)
        .filter_map(&about)
        .map(|part| part.chars().take(LONGEST_PART).collect())
        .collect();
    if all.len() > MOST_PARTS {
        parts.push(format!("and {} more", all.len() - MOST_PARTS));
    }
    parts.join("; ")
}

/// `info: order 7 taken`
fn log(log: &Value) -> Option<String> {
    let body = log.get("body")?.as_str()?;
    let level = log.get("level").and_then(Value::as_str).unwrap_or("info");
    Some(format!("{level}: {body}"))
}

/// `3 error lost (queue_overflow), 1 transaction lost (sample_rate)`.
fn lost(report: &Value) -> String {
    let entries = report.get("discarded_events").and_then(Value::as_array);
    let lost: Vec<String> = entries
        .into_iter()
        .flatten()
        .filter_map(|lost| {
            let count = lost.get("quantity")?.as_u64()?;
            let category = lost.get("category")?.as_str()?;
            let reason = lost.get("reason")?.as_str()?;
            Some(format!("{count} {category} lost ({reason})"))
        })
        .collect();
    lost.join(", ")
}

pub(crate) fn print_json(envelope: &Envelope) -> io::Result<()> {
    let mut out = screen::stdout();
    for item in envelope.items() {
        let text = || std::str::from_utf8(item.payload()).ok().map(Value::from);
        let payload = item.json().or_else(text);
        let line = json!({ "kind": item.kind(), "header": item.header(), "payload": payload });
        writeln!(out, "{line}")?;
    }
    out.flush()
}
