//! Which events are of the same bug, as Sentry would say, and what came of each.

use std::time::Instant;

use dragonfly::inbox::{Frame, Received};
use serde_json::Value;

use crate::screen::one_line;

/// More are not remembered: the oldest goes.
const MOST: usize = 1_000;
const LONGEST_TITLE: usize = 500;

/// The events of one bug.
pub(super) struct Issue {
    key: Vec<String>,
    /// The latest event.
    pub(super) event: Received,
    /// What it is called, on one line, without what steers a terminal.
    pub(super) title: String,
    pub(super) count: u64,
    pub(super) last_seen: Instant,
}

/// The issues, the one that was seen last first.
#[derive(Default)]
pub(super) struct Issues(Vec<Issue>);

impl Issues {
    /// Takes an event in; returns where its issue was, `None` for a new one. It is the first now.
    pub(super) fn add(&mut self, event: &Received, now: Instant) -> Option<usize> {
        let key = key(event);
        let known = self.0.iter().position(|issue| issue.key == key);
        let count = known.map_or(0, |at| self.0.remove(at).count);
        let title: String = event.title().chars().take(LONGEST_TITLE).collect();
        let issue = Issue {
            key,
            event: event.clone(),
            title: one_line(title.trim()),
            count: count + 1,
            last_seen: now,
        };
        self.0.insert(0, issue);
        self.0.truncate(MOST);
        known
    }

    pub(super) fn all(&self) -> &[Issue] {
        &self.0
    }
}

/// What events of one issue have in common.
fn key(event: &Received) -> Vec<String> {
    let fingerprint = event.json().get("fingerprint").and_then(Value::as_array);
    match fingerprint.filter(|parts| !parts.is_empty()) {
        Some(parts) => parts.iter().flat_map(|part| said(part, event)).collect(),
        None => by_content(event),
    }
}

/// A part of a fingerprint; Sentry puts in what stands between `{{` and `}}`.
fn said(part: &Value, event: &Received) -> Vec<String> {
    let Some(part) = part.as_str() else {
        return vec![part.to_string()];
    };
    let name = part
        .strip_prefix("{{")
        .and_then(|part| part.strip_suffix("}}"));
    let of_exception = |key| {
        let text = exceptions(event).last()?.get(key)?.as_str()?;
        Some(text.to_owned())
    };
    let of_event = |key| Some(event.json().get(key)?.as_str()?.to_owned());
    let found = match name.map(str::trim) {
        Some("default") => return by_content(event),
        Some("type" | "error.type") => of_exception("type"),
        Some("value" | "error.value") => of_exception("value"),
        Some("level") => Some(event.level().to_owned()),
        Some("transaction") => of_event("transaction"),
        Some("message") => Some(event.title()),
        _ => None,
    };
    vec![found.unwrap_or_else(|| part.to_owned())]
}

/// Types along the chain and the program's own frames; without frames the form of the text.
fn by_content(event: &Received) -> Vec<String> {
    let types = exceptions(event).iter().map(|exception| {
        let name = exception.get("type").and_then(Value::as_str);
        name.unwrap_or_default().to_owned()
    });
    let mut key: Vec<String> = types.collect();
    let frames = event.frames();
    let platform = event.json().get("platform").and_then(Value::as_str);
    let has_source = platform.is_some_and(|platform| WITH_SOURCE.contains(&platform));
    let frame = |of: Frame<'_>| frame(of, has_source);
    let marked = |in_app| frames.iter().filter(move |frame| frame.in_app() == in_app);
    // where no frame is the program's own, other SDKs have left that to the server
    let own = [Some(true), None, Some(false)]
        .into_iter()
        .map(|in_app| marked(in_app).copied().map(frame).collect::<Vec<_>>());
    match own.into_iter().find(|own| !own.is_empty()) {
        Some(own) => key.extend(own),
        None => key.push(form(&event.title())),
    }
    key
}

fn exceptions(event: &Received) -> &[Value] {
    let list = event.json().get("exception");
    let list = list.and_then(|list| list.get("values").or(Some(list)));
    list.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Platforms of whose frames Sentry compares the source too.
const WITH_SOURCE: &[&str] = &["javascript", "node", "python", "php", "ruby"];

/// A longer line of source is compared by nobody.
const LONGEST_SOURCE: usize = 120;

/// A frame without the number of its line, which moves with what is written above it.
fn frame(frame: Frame<'_>, has_source: bool) -> String {
    let place = frame.module().or(frame.filename()).unwrap_or_default();
    let function = frame.function().unwrap_or_default();
    let source = frame.context_line().unwrap_or_default();
    let source: Vec<&str> = if has_source && source.len() <= LONGEST_SOURCE {
        source.split_whitespace().collect()
    } else {
        Vec::new()
    };
    format!("{place} {function} {}", source.join(" "))
}

/// A text without what changes from one time to the next.
fn form(text: &str) -> String {
    let words = text.split_whitespace().take(50).map(|word| {
        let changes = word.contains(|letter: char| letter.is_ascii_digit());
        if changes { "_" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use dragonfly::inbox::{Envelope, Received};
    use serde_json::{Value, json};

    use super::{Issues, MOST};

    fn event(json: &Value) -> Received {
        let bytes = format!("{{}}\n{{\"type\":\"event\"}}\n{json}\n");
        Envelope::read(bytes.as_bytes()).unwrap().events()[0].clone()
    }

    #[track_caller]
    fn check(expected: usize, one: &Value, other: &Value) {
        let mut issues = Issues::default();
        for json in [one, other] {
            issues.add(&event(json), Instant::now());
        }
        assert_eq!(issues.all().len(), expected, "{one}\n{other}");
        let counts: u64 = issues.all().iter().map(|issue| issue.count).sum();
        assert_eq!(counts, 2);
    }

    fn of_fingerprint(parts: &Value, message: &str) -> Value {
        json!({ "fingerprint": parts, "message": message })
    }

    /// Each frame is module, function, line, `in_app`.
    fn thrown(kind: &str, value: &str, frames: &[(&str, &str, u32, Option<bool>)]) -> Value {
        let frames: Vec<Value> = frames
            .iter()
            .map(|(module, function, line, in_app)| {
                json!({ "module": module, "function": function, "lineno": line, "in_app": in_app })
            })
            .collect();
        let exception = json!({ "type": kind, "value": value, "stacktrace": { "frames": frames } });
        json!({ "exception": { "values": [exception] } })
    }

    const OPEN: (&str, &str, u32, Option<bool>) = ("shop", "open", 12, Some(true));
    const MAIN: (&str, &str, u32, Option<bool>) = ("shop", "main", 5, Some(true));

    #[test]
    fn a_fingerprint_says_it_all() {
        let one = of_fingerprint(&json!(["shop::open", "+7:75", 3]), "order 1");
        check(
            1,
            &one,
            &of_fingerprint(&json!(["shop::open", "+7:75", 3]), "closed"),
        );
        check(
            2,
            &one,
            &of_fingerprint(&json!(["shop::open", "+8:75", 3]), "order 1"),
        );
        check(
            2,
            &one,
            &of_fingerprint(&json!(["shop::open", "+7:75"]), "order 1"),
        );
        check(2, &one, &json!({ "message": "order 1" }));
    }

    #[test]
    fn a_fingerprint_may_name_what_sentry_puts_in() {
        let parts = json!(["{{ default }}", "shard"]);
        check(
            1,
            &of_fingerprint(&parts, "closed"),
            &of_fingerprint(&parts, "closed"),
        );
        check(
            2,
            &of_fingerprint(&parts, "closed"),
            &of_fingerprint(&parts, "open"),
        );
        let parts = json!(["{{message}}"]);
        check(
            2,
            &of_fingerprint(&parts, "closed"),
            &of_fingerprint(&parts, "open"),
        );
        let parts = json!(["{{ unknown }}"]);
        check(
            1,
            &of_fingerprint(&parts, "closed"),
            &of_fingerprint(&parts, "open"),
        );
    }

    #[test]
    fn types_and_own_frames_where_there_is_no_fingerprint() {
        let one = thrown("io::Error", "not found", &[MAIN, OPEN]);
        check(1, &one, &thrown("io::Error", "denied", &[MAIN, OPEN]));
        check(
            1,
            &one,
            &thrown(
                "io::Error",
                "not found",
                &[MAIN, ("shop", "open", 13, Some(true))],
            ),
        );
        let library = ("std", "read", 1, Some(false));
        check(
            1,
            &one,
            &thrown("io::Error", "not found", &[MAIN, OPEN, library]),
        );
        check(2, &one, &thrown("fmt::Error", "not found", &[MAIN, OPEN]));
        check(
            2,
            &one,
            &thrown(
                "io::Error",
                "not found",
                &[MAIN, ("shop", "close", 12, Some(true))],
            ),
        );
        check(2, &one, &thrown("io::Error", "not found", &[OPEN]));
    }

    #[test]
    fn frames_that_nobody_marked_count_where_there_are_no_own_ones() {
        let (read, write) = (("std", "read", 1, None), ("std", "write", 1, None));
        check(1, &thrown("E", "", &[read]), &thrown("E", "", &[read]));
        check(2, &thrown("E", "", &[read]), &thrown("E", "", &[write]));
        check(
            1,
            &thrown("E", "", &[MAIN, read]),
            &thrown("E", "", &[MAIN, write]),
        );
    }

    #[test]
    fn lines_of_source_tell_apart_where_sentry_compares_them() {
        let of = |platform: &str, source: &str, line: u32| {
            let frame =
                json!({ "module": "shop", "lineno": line, "in_app": true, "context_line": source });
            let thread = json!({ "current": true, "stacktrace": { "frames": [frame] } });
            json!({ "platform": platform, "message": source, "threads": { "values": [thread] } })
        };
        let one = of("python", "log('a')", 1);
        check(2, &one, &of("python", "log('b')", 1));
        check(1, &one, &of("python", "    log('a')", 7));
        let long = |letter: &str| of("python", &letter.repeat(121), 1);
        check(1, &long("a"), &long("b"));
        check(1, &of("rust", "a();", 1), &of("rust", "b();", 1));
    }

    #[test]
    fn the_form_of_a_text_where_there_are_no_frames() {
        let of = |text: &str| json!({ "message": text });
        check(1, &of("order 12 is closed"), &of("order 7 is closed"));
        check(2, &of("order 12 is closed"), &of("order 12 is open"));
        check(
            1,
            &thrown("E", "took 3s", &[]),
            &thrown("E", "took 4s", &[]),
        );
        check(
            2,
            &thrown("E", "took 3s", &[]),
            &thrown("F", "took 3s", &[]),
        );
        check(1, &json!({}), &json!({ "exception": [] }));
    }

    #[test]
    fn the_latest_is_first_and_the_oldest_goes() {
        let mut issues = Issues::default();
        let mut add = |text: &str| issues.add(&event(&json!({ "message": text })), Instant::now());
        assert_eq!((add("a"), add("b"), add("a")), (None, None, Some(1)));
        let name = |number: usize| "c".repeat(number + 1);
        for number in 0..MOST {
            add(&name(number));
        }
        assert_eq!((add(&name(0)), add("a")), (Some(MOST - 1), None));
        assert_eq!(issues.all().len(), MOST);
    }

    #[test]
    fn a_title_is_one_line_and_steers_nothing() {
        let mut issues = Issues::default();
        let text = format!("\n\u{1b}[2J\u{202e}{}", "a".repeat(1_000));
        issues.add(&event(&json!({ "message": text })), Instant::now());
        let title = &issues.all()[0].title;
        assert!(title.starts_with("\\u{1b}[2J\\u{202e}aaa"), "{title}");
        assert!(title.len() < 520);
    }
}
