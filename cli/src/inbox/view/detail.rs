//! One event, read to its end.

use dragonfly::inbox::Received;
use serde_json::Value;

use crate::screen::{BOLD, FAINT, one_line};

/// A hostile event is not shown to its end.
const MOST_LINES: usize = 5_000;
const LONGEST_LINE: usize = 5_000;
const LONGEST_VALUE: usize = 1_000;

/// What there is to say of an event, line by line, without what steers a terminal.
pub(super) fn lines(event: &Received) -> Vec<String> {
    let printed = format!("{event:#}");
    let printed = printed.lines().map(|line| shortened(line, LONGEST_LINE));
    let mut lines: Vec<String> = printed.take(MOST_LINES).collect();
    return_trace(event, &mut lines);
    tags(event, &mut lines);
    fields(event, &mut lines);
    breadcrumbs(event, &mut lines);
    if let Some(id) = event.json().get("event_id").and_then(Value::as_str) {
        lines.push(String::new());
        lines.push(format!("{FAINT} event {}{FAINT:#}", clean(id)));
    }
    lines.truncate(MOST_LINES);
    lines
}

fn section(name: &str, rows: Vec<String>, lines: &mut Vec<String>) {
    if !rows.is_empty() {
        lines.push(String::new());
        lines.push(format!("{BOLD} {name}{BOLD:#}"));
        lines.extend(rows.into_iter().map(|row| format!("   {row}")));
    }
}

/// The functions that the error passed, each with the line it left by, where the event holds it.
fn return_trace(event: &Received, lines: &mut Vec<String>) {
    let frames = event.frames();
    let source = |place: &str| {
        let (_, place) = place.rsplit_once(' ')?;
        let mut parts = place.rsplitn(3, ':');
        let (_column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
        let line = line.parse().ok();
        let mut frames = frames.iter();
        let frame = frames.find(|frame| frame.filename() == Some(file) && frame.line() == line)?;
        frame.context_line()
    };
    let steps = event.json().pointer("/contexts/return trace");
    let steps = steps.and_then(Value::as_object).into_iter().flatten();
    let mut rows = Vec::new();
    for step in steps.filter(|(key, _)| *key != "type") {
        let Some(place) = step.1.as_str() else {
            continue;
        };
        rows.push(clean(place));
        rows.extend(source(place).map(|line| format!("    {}", clean(line.trim()))));
    }
    section("return trace", rows, lines);
}

/// `{"name": "value"}` or `[["name", "value"]]`, as Sentry takes both.
fn tags(event: &Received, lines: &mut Vec<String>) {
    let rows = match event.json().get("tags") {
        Some(Value::Object(tags)) => tags.iter().map(|(name, value)| row(name, value)).collect(),
        Some(Value::Array(tags)) => tags
            .iter()
            .filter_map(|tag| Some(row(tag.get(0)?.as_str()?, tag.get(1)?)))
            .collect(),
        _ => Vec::new(),
    };
    section("tags", rows, lines);
}

/// What is known of single calls: the contexts that Sentry has no type for.
fn fields(event: &Received, lines: &mut Vec<String>) {
    let contexts = event.json().get("contexts").and_then(Value::as_object);
    for (name, context) in contexts.into_iter().flatten() {
        let is_own = match context.get("type").and_then(Value::as_str) {
            None => true,
            Some(kind) => kind == "unknown",
        };
        let Some(context) = context.as_object() else {
            continue;
        };
        if is_own && name != "return trace" {
            let values = context.iter().filter(|(key, _)| *key != "type");
            let rows = values.map(|(name, value)| row(name, value)).collect();
            section(&clean(name), rows, lines);
        }
    }
}

fn breadcrumbs(event: &Received, lines: &mut Vec<String>) {
    let list = event.json().get("breadcrumbs");
    let list = list.and_then(|list| list.get("values").or(Some(list)));
    let at = event.json().get("timestamp").and_then(Value::as_f64);
    let row = |crumb: &Value| {
        let text = |key: &str| crumb.get(key)?.as_str().map(clean);
        let before = crumb.get("timestamp").and_then(|crumb| match at {
            Some(at) => Some(format!("{:>8.1} s", crumb.as_f64()? - at)),
            None => None,
        });
        let data = crumb.get("data").and_then(Value::as_object);
        let data = data.filter(|data| !data.is_empty());
        let parts = [
            before.or_else(|| text("timestamp")),
            text("level"),
            text("category"),
            text("message"),
            data.map(|data| clean(&Value::from(data.clone()).to_string())),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
    };
    let crumbs = list.and_then(Value::as_array).into_iter().flatten();
    section("breadcrumbs", crumbs.map(row).collect(), lines);
}

fn row(name: &str, value: &Value) -> String {
    let value = value
        .as_str()
        .map_or_else(|| clean(&value.to_string()), clean);
    format!("{}  {value}", clean(name))
}

fn clean(text: &str) -> String {
    one_line(&shortened(text, LONGEST_VALUE))
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use dragonfly::inbox::Envelope;
    use serde_json::{Value, json};

    use super::lines;

    fn shown(event: &Value) -> String {
        let bytes = format!("{{}}\n{{\"type\":\"event\"}}\n{event}\n");
        let envelope = Envelope::read(bytes.as_bytes()).unwrap();
        let lines = lines(&envelope.events()[0]).join("\n");
        anstream::adapter::strip_str(&lines).to_string()
    }

    #[test]
    fn all_that_there_is_to_read() {
        let shown = shown(&json!({
            "event_id": "c3241c375c344d89a72c3fab193e7c70",
            "timestamp": 100.5,
            "exception": { "values": [
                { "type": "io::Error", "value": "not found" },
                { "type": "ShopError", "value": "closed", "stacktrace": { "frames": [
                    { "function": "shop::open", "filename": "src/shop.rs", "lineno": 7, "colno": 30,
                      "in_app": true, "context_line": "    read(path)?;" },
                ] } },
            ] },
            "contexts": {
                "return trace": { "00": "shop::open src/shop.rs:7:30", "01": "main src/main.rs:2:1", "type": "unknown" },
                "open": { "path": "a.toml", "size": 3 },
                "os": { "name": "Linux", "type": "os" },
            },
            "tags": { "shard": "7" },
            "breadcrumbs": { "values": [
                { "timestamp": 99.0, "level": "info", "category": "http", "message": "GET /pond", "data": { "status": 200 } },
            ] },
        }));
        let expected = "
 ERROR  ShopError  closed
        caused by  io::Error  not found
   open   src/shop.rs:7:30    read(path)?;

 return trace
   shop::open src/shop.rs:7:30
       read(path)?;
   main src/main.rs:2:1

 tags
   shard  7

 open
   path  a.toml
   size  3

 breadcrumbs
       -1.5 s  info  http  GET /pond  {\"status\":200}

 event c3241c375c344d89a72c3fab193e7c70";
        assert_eq!(shown, expected[1..], "{shown}");
    }

    #[test]
    fn of_other_sdks_and_of_nothing() {
        let shown_of_lists = shown(&json!({
            "message": "m",
            "tags": [["a", "b"], ["broken"], 1],
            "breadcrumbs": [{ "timestamp": "2026-01-01T00:00:00Z" }, 1],
        }));
        assert!(shown_of_lists.contains("\n   a  b\n"), "{shown_of_lists}");
        assert!(shown_of_lists.contains("\n   2026-01-01T00:00:00Z"));
        assert_eq!(shown(&json!({})), " ERROR  <unlabeled event>");
    }

    #[test]
    fn nothing_in_it_steers_the_terminal() {
        let evil = "\u{1b}]0;evil\u{7}\u{9b}2J\u{202e}\r\n";
        let shown = shown(&json!({
            "event_id": evil,
            "message": evil,
            "level": evil,
            "release": evil,
            "tags": { evil: evil },
            "contexts": { evil: { evil: [evil] }, "return trace": { evil: evil } },
            "breadcrumbs": [{ "message": evil, "category": evil, "level": evil, "timestamp": evil, "data": { evil: evil } }],
        }));
        let steers =
            |letter: &char| letter.is_control() && *letter != '\n' || *letter == '\u{202e}';
        assert_eq!(shown.chars().find(steers), None, "{shown:?}");
        assert!(shown.matches("evil").count() > 10, "{shown}");
    }

    #[test]
    fn what_is_endless_has_an_end() {
        let long = "x".repeat(100_000);
        let many: Vec<Value> = (0..10_000).map(|_| json!({ "message": long })).collect();
        let shown = shown(&json!({ "message": long, "breadcrumbs": many[..200] }));
        assert!(shown.len() < 300_000, "{}", shown.len());
    }
}
