use std::sync::Arc;

use sentry::protocol::Event;
use serde_json::Value;

use super::frame::{Frame, frames, values};
use crate::scrub::PLACEHOLDERS;

/// One event as it arrived. Cheap to clone.
///
/// Its `Display` is made for developers: title, causes, trace with source
/// lines, and what was scrubbed; `{:#}` adds colours for a terminal. Control
/// characters in what was received are escaped.
///
/// ```
/// # let inbox = dragonfly::inbox::Inbox::start()?;
/// for event in inbox.events() {
///     println!("{event}");
///     assert_eq!(event.environment(), Some("production"));
///     assert!(event.frames().iter().any(|frame| frame.in_app() == Some(true)));
/// }
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct Received(Arc<Value>);

impl Received {
    pub(super) fn new(json: Value) -> Received {
        Received(Arc::new(json))
    }

    /// Returns the event as it came.
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// Returns the event as the `sentry` crate knows it, `None` when it holds
    /// something that the crate does not understand.
    pub fn event(&self) -> Option<Event<'static>> {
        serde_json::from_value(Value::clone(&self.0)).ok()
    }

    /// Returns what Sentry would list it as: type and value of the outermost
    /// exception, or the message.
    pub fn title(&self) -> String {
        if let Some(exception) = self.exceptions().last() {
            return match parts(exception) {
                (Some(kind), Some(value)) => format!("{kind}: {value}"),
                (Some(one), None) | (None, Some(one)) => one.to_owned(),
                (None, None) => UNTITLED.to_owned(),
            };
        }
        self.message().unwrap_or(UNTITLED).to_owned()
    }

    /// Returns the release, such as `shop@1.4.2`.
    pub fn release(&self) -> Option<&str> {
        self.text("release")
    }

    /// Returns the environment, such as `production`.
    pub fn environment(&self) -> Option<&str> {
        self.text("environment")
    }

    /// Returns the level; an event without one is an `error`, as in Sentry.
    pub fn level(&self) -> &str {
        self.text("level").unwrap_or("error")
    }

    /// Returns the name of the machine.
    pub fn server_name(&self) -> Option<&str> {
        self.text("server_name")
    }

    /// Returns the stack trace of the outermost exception that has one,
    /// innermost frame first.
    ///
    /// An event without exceptions may have a trace of its own or of its
    /// current thread; then it is that.
    pub fn frames(&self) -> Vec<Frame<'_>> {
        frames(&self.0)
    }

    /// Returns where the scrubber took something out, and what it left there.
    ///
    /// A place is a dotted path such as `exception.values.0.value`. Found are
    /// those of [`PLACEHOLDERS`], each once a string. A program that
    /// writes one of these into a text of its own is not told apart, but
    /// `names[key]` in a source line is.
    pub fn scrubbed(&self) -> Vec<(String, &'static str)> {
        let mut found = Vec::new();
        search(&self.0, &mut Vec::new(), &mut found);
        found
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// Innermost first.
    pub(super) fn exceptions(&self) -> &[Value] {
        values(self.0.get("exception"))
    }

    pub(super) fn message(&self) -> Option<&str> {
        let texts = ["logentry", "message"].into_iter().filter_map(|key| {
            let entry = self.0.get(key)?;
            let text = entry.get("formatted").or_else(|| entry.get("message"));
            text.unwrap_or(entry).as_str()
        });
        texts.into_iter().find(|text| !text.is_empty())
    }
}

/// As Sentry calls an event that says nothing.
pub(super) const UNTITLED: &str = "<unlabeled event>";

/// Type and value of an exception.
pub(super) fn parts(exception: &Value) -> (Option<&str>, Option<&str>) {
    let text = |key| {
        let text = exception.get(key)?.as_str()?;
        (!text.is_empty()).then_some(text)
    };
    (text("type"), text("value"))
}

fn search(value: &Value, path: &mut Vec<String>, found: &mut Vec<(String, &'static str)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                path.push(key.clone());
                search(value, path, found);
                path.pop();
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                path.push(index.to_string());
                search(value, path, found);
                path.pop();
            }
        }
        Value::String(text) => {
            let is_source = path.iter().any(|key| {
                matches!(
                    key.as_str(),
                    "context_line" | "pre_context" | "post_context"
                )
            });
            let mut here: Vec<(usize, &str)> = PLACEHOLDERS
                .iter()
                .copied()
                .filter_map(|placeholder| {
                    Some((position(text, placeholder, is_source)?, placeholder))
                })
                .collect();
            here.sort_unstable();
            found.extend(
                here.into_iter()
                    .map(|(_, placeholder)| (path.join("."), placeholder)),
            );
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// In source code, `names[key]` is an index and not a placeholder.
fn position(text: &str, placeholder: &str, is_source: bool) -> Option<usize> {
    let is_index = |at: usize| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ')' | ']'))
    };
    text.match_indices(placeholder)
        .map(|(at, _)| at)
        .find(|&at| !is_source || !is_index(at))
}
