//! The scrubber: what must not leave is taken out, in place, on this machine.
//!
//! `delivery::door` passes every item of every envelope through [`scrub_item`]; nothing else sends.

mod rules;

use serde_json::{Map, Value};
use std::borrow::Cow;

/// What stands where a secret stood.
pub(crate) const FILTERED: &str = "[Filtered]";

/// Fields that Sentry tells one thing from another by: hexadecimal or fixed words, never text.
const IDENTIFIERS: &[&str] = &[
    "event_id",
    "trace_id",
    "span_id",
    "parent_span_id",
    "check_in_id",
    "debug_id",
    "code_id",
    "replay_id",
    "timestamp",
];

/// Scrubs one item of an envelope, whatever its type.
pub(crate) fn scrub_item(kind: &str, item: &mut Value, send_default_pii: bool) {
    if !send_default_pii && let Value::Object(fields) = item {
        if kind == "event" || kind == "transaction" {
            if let Some(Value::Object(user)) = fields.get_mut("user") {
                user.retain(|name, _| name == "id");
            }
        } else if kind == "session" {
            fields.remove("did");
        }
    }
    scrub(item);
}

/// Scrubs every string in a JSON value, map keys included.
pub(crate) fn scrub(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(clean) = scrub_text(text) {
                *text = clean;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(scrub),
        Value::Object(fields) => scrub_fields(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn scrub_fields(fields: &mut Map<String, Value>) {
    for (name, value) in fields.iter_mut() {
        if IDENTIFIERS.contains(&name.as_str()) {
            continue;
        }
        match value {
            Value::String(text) if rules::is_sensitive_name(name) && !rules::says_nothing(text) => {
                FILTERED.clone_into(text);
            }
            _ => scrub(value),
        }
    }
    let dirty: Vec<String> = fields
        .keys()
        .filter(|name| matches!(scrub_text(name), Cow::Owned(_)))
        .cloned()
        .collect();
    for name in dirty {
        if let Some(value) = fields.remove(&name) {
            fields.insert(scrub_text(&name).into_owned(), value);
        }
    }
}

/// Scrubs one text; borrowed where there was nothing to take out.
pub(crate) fn scrub_text(text: &str) -> Cow<'_, str> {
    let found = rules::matching(text);
    let mut clean = Cow::Borrowed(text);
    for index in found {
        if let Cow::Owned(next) = rules::apply(index, &clean) {
            clean = Cow::Owned(next);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::{scrub_item, scrub_text};
    use serde_json::json;

    #[test]
    fn secrets_go_and_the_message_stays_useful() {
        for (text, expected) in [
            (
                "could not connect to postgres://app:hunter2@db.internal:5432/shop",
                "could not connect to postgres://app:[Filtered]@db.internal:5432/shop",
            ),
            (
                "p@ss in url: amqp://u:p@ss@mq/1",
                "p@ss in url: amqp://u:[Filtered]@mq/1",
            ),
            (
                "no account for jane.doe@example.com",
                "no account for [email]",
            ),
            (
                "Authorization: Bearer abcdef123456.xyz",
                "Authorization: Bearer [Filtered]",
            ),
            (
                "login failed: password=hunter2, retry=3",
                "login failed: password=[Filtered], retry=3",
            ),
            (
                r#"{"api_key": "s3cr3t", "n": 1}"#,
                r#"{"api_key": "[Filtered]", "n": 1}"#,
            ),
            (
                "/home/jane/shop/src/main.rs",
                "/home/[user]/shop/src/main.rs",
            ),
            (r"C:\Users\Jane Doe\shop.toml", r"C:\Users\[user]\shop.toml"),
        ] {
            assert_eq!(scrub_text(text), expected);
            assert_eq!(
                scrub_text(expected),
                expected,
                "scrubbing twice changes nothing more"
            );
        }
    }

    #[test]
    fn harmless_text_is_left_alone() {
        for text in [
            "password authentication failed for user \"app\"",
            "(using password: YES)",
            "missing field `password`",
            "unexpected token `}`",
            "git@github.com:org/repo",
            "logo@2x.png",
            "serde@1.0.200",
            "/etc/passwd",
            "/api/users/search",
            "No such file or directory (os error 2)",
            "https://example.com/a?page=2",
            "primary_key = 7, author: Bo",
        ] {
            assert!(
                matches!(scrub_text(text), std::borrow::Cow::Borrowed(_)),
                "{text} -> {}",
                scrub_text(text)
            );
        }
    }

    #[test]
    fn fields_with_telling_names_are_dropped_and_ids_kept() {
        let mut event = json!({
            "event_id": "0123456789abcdef0123456789abcdef",
            "user": {"id": "7", "email": "a@b.example", "ip_address": "10.0.0.1"},
            "extra": {"db_password": "x", "retries": 3, "jane@example.com": 1},
        });
        scrub_item("event", &mut event, false);
        assert_eq!(
            event,
            json!({
                "event_id": "0123456789abcdef0123456789abcdef",
                "user": {"id": "7"},
                "extra": {"db_password": "[Filtered]", "retries": 3, "[email]": 1},
            })
        );
    }
}
