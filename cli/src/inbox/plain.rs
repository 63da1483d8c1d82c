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
        "attachment" => item
            .header()
            .get("filename")
            .and_then(Value::as_str)
            .map(str::to_owned),
        _ => None,
    };
    let about = about.map(|about| format!("  {about}")).unwrap_or_default();
    let size = match item.payload().len() {
        1 => "1 byte".to_owned(),
        size => format!("{size} bytes"),
    };
    one_line(&format!("{}{about}  {size}", item.kind()))
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
