//! What would leave: the scrubber, for those who want to look.
//!
//! Every text of every item passes it on its way to disk and network. Here it can be asked what it
//! would make of a text, alone or in a field of an event, by the same code and with default settings.
//!
//! ```
//! use dragonfly::scrub::{Place, text};
//!
//! assert_eq!(text("no account for jane@example.com"), "no account for [email]");
//! assert_eq!(Place::Tag.left_of(Some("api_token"), "hunter2").as_deref(), Some("[Filtered]"));
//! assert_eq!(Place::ServerName.left_of(None, "db-7"), None);
//! ```
//!
//! # Limits
//!
//! It knows forms, not meanings: a password that nothing marks as one is text like any other.

use crate::privacy::{self, printed_text, scrub_text};
use serde_json::{Value, json};
use std::borrow::Cow;

/// What would be left of a text in no field of its own; borrowed where that is all of it.
pub fn text(text: &str) -> Cow<'_, str> {
    scrub_text(text)
}

/// What would be left of a text that is printed on this machine, as the library's own messages and
/// the `dragonfly` tool's are: paths and addresses stay, since who reads it has to find the file.
///
/// ```
/// let left = dragonfly::scrub::printed("/home/jane/shop.toml: password=hunter2");
/// assert_eq!(left, "/home/jane/shop.toml: password=[Filtered]");
/// ```
pub fn printed(text: &str) -> Cow<'_, str> {
    printed_text(text)
}

/// Looks at items of envelopes as the transport does: what comes again and again is looked at once.
///
/// ```
/// let mut scrubber = dragonfly::scrub::Scrubber::default();
/// let left = scrubber.item("event", br#"{"message":"mail to jane@example.com"}"#);
/// assert_eq!(left.as_deref(), Some(br#"{"message":"mail to [email]"}"#.as_slice()));
/// ```
#[derive(Default)]
pub struct Scrubber(privacy::Scrubber);

impl Scrubber {
    /// What would be left of an item of this type (`event`, `transaction`, `session`, `log`, ..);
    /// `None` if it is no JSON: then nothing of it would leave.
    pub fn item(&mut self, kind: &str, json: &[u8]) -> Option<Vec<u8>> {
        let mut left = Vec::with_capacity(json.len());
        self.0.copy_item(kind, json, &mut left)?;
        Some(left)
    }
}

/// What stands where something was taken out.
pub const PLACEHOLDERS: &[&str] = &[
    "[Filtered]",
    "[card]",
    "[email]",
    "[host]",
    "[iban]",
    "[ip]",
    "[jwt]",
    "[key]",
    "[mac]",
    "[phone]",
    "[ssn]",
    "[token]",
    "[user]",
];

/// One kind of thing that is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Rule(&'static privacy::Rule);

impl Rule {
    /// What it finds.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Where the form of it is described.
    pub fn source(self) -> &'static str {
        self.0.source
    }

    /// Texts, each with what is left of it.
    pub fn takes(self) -> &'static [(&'static str, &'static str)] {
        self.0.takes
    }

    /// Texts that look alike and stay.
    pub fn leaves(self) -> &'static [&'static str] {
        self.0.leaves
    }
}

/// All rules, by kind.
///
/// ```
/// assert!(dragonfly::scrub::rules().any(|rule| rule.name() == "payment card"));
/// ```
pub fn rules() -> impl Iterator<Item = Rule> {
    privacy::rules::all().map(Rule)
}

/// A field of what is sent to Sentry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Sentry's, see `Place::name`")]
pub enum Place {
    ExceptionValue,
    ExceptionType,
    Message,
    LogBody,
    LogAttribute,
    BreadcrumbMessage,
    BreadcrumbData,
    Tag,
    Extra,
    Context,
    SpanDescription,
    SpanData,
    Transaction,
    RequestHeader,
    RequestUrl,
    FrameAbsPath,
    FrameFilename,
    FrameFunction,
    FrameModule,
    DebugImage,
    ServerName,
    MetricAttribute,
}

/// Each place: its name, the type of its item, and the way to it, with `*` for the field's own name.
const PLACES: &[(Place, &str, &str, &str)] = &[
    (
        Place::ExceptionValue,
        "exception.value",
        "event",
        "exception/values/0/value",
    ),
    (
        Place::ExceptionType,
        "exception.type",
        "event",
        "exception/values/0/type",
    ),
    (Place::Message, "message", "event", "message"),
    (Place::LogBody, "log.body", "log", "items/0/body"),
    (
        Place::LogAttribute,
        "log.attr",
        "log",
        "items/0/attributes/*/value",
    ),
    (
        Place::BreadcrumbMessage,
        "breadcrumb.message",
        "event",
        "breadcrumbs/values/0/message",
    ),
    (
        Place::BreadcrumbData,
        "breadcrumb.data",
        "event",
        "breadcrumbs/values/0/data/*",
    ),
    (Place::Tag, "tag", "event", "tags/*"),
    (Place::Extra, "extra", "event", "extra/*"),
    (Place::Context, "context", "event", "contexts/state/*"),
    (
        Place::SpanDescription,
        "span.description",
        "transaction",
        "spans/0/description",
    ),
    (
        Place::SpanData,
        "span.data",
        "transaction",
        "spans/0/data/*",
    ),
    (Place::Transaction, "transaction", "event", "transaction"),
    (
        Place::RequestHeader,
        "request.header",
        "event",
        "request/headers/*",
    ),
    (Place::RequestUrl, "request.url", "event", "request/url"),
    (
        Place::FrameAbsPath,
        "frame.abs_path",
        "event",
        "exception/values/0/stacktrace/frames/0/abs_path",
    ),
    (
        Place::FrameFilename,
        "frame.filename",
        "event",
        "exception/values/0/stacktrace/frames/0/filename",
    ),
    (
        Place::FrameFunction,
        "frame.function",
        "event",
        "exception/values/0/stacktrace/frames/0/function",
    ),
    (
        Place::FrameModule,
        "frame.module",
        "event",
        "exception/values/0/stacktrace/frames/0/module",
    ),
    (
        Place::DebugImage,
        "debug_image",
        "event",
        "debug_meta/images/0/code_file",
    ),
    (Place::ServerName, "server_name", "event", "server_name"),
    (
        Place::MetricAttribute,
        "metric.attr",
        "trace_metric",
        "items/0/attributes/*/value",
    ),
];

/// The name of a field that has none.
const NO_NAME: &str = "value";

impl Place {
    /// All places.
    pub fn all() -> impl Iterator<Item = Self> {
        PLACES.iter().map(|(place, ..)| *place)
    }

    /// The place of a name such as `exception.value`.
    pub fn of_name(name: &str) -> Option<Self> {
        let found = PLACES.iter().find(|(_, known, ..)| *known == name)?;
        Some(found.0)
    }

    /// Its name, such as `exception.value`.
    pub fn name(self) -> &'static str {
        PLACES
            .iter()
            .find(|(place, ..)| *place == self)
            .map_or("", |(_, name, ..)| name)
    }

    /// What would be left of a text here; `None` where the field itself would go. Some fields have a
    /// name of their own, such as a tag's `key`.
    pub fn left_of(self, key: Option<&str>, text: &str) -> Option<String> {
        let (_, _, kind, way) = PLACES.iter().find(|(place, ..)| *place == self)?;
        let item = item(way, key.unwrap_or(NO_NAME), text);
        let left = Scrubber::default().item(kind, item.to_string().as_bytes())?;
        let left: Value = serde_json::from_slice(&left).ok()?;
        at_end_of(way, &left)
    }
}

/// An item that holds nothing but a text, at the end of the way.
fn item(way: &str, key: &str, text: &str) -> Value {
    way.rsplit('/').fold(json!(text), |inner, step| match step {
        "0" => json!([inner]),
        "*" => json!({ key: inner }),
        name => json!({ name: inner }),
    })
}

/// What lies there; a field's own name may have been scrubbed too.
fn at_end_of(way: &str, item: &Value) -> Option<String> {
    let end = way.split('/').try_fold(item, |inner, step| match step {
        "*" => inner.as_object()?.values().next(),
        "0" => inner.get(0),
        name => inner.get(name),
    })?;
    end.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn harmless_text_comes_back_from_every_place_but_one() {
        for place in Place::all() {
            let left = place.left_of(Some("colour"), "deep blue");
            let expected = (place != Place::ServerName).then(|| "deep blue".to_owned());
            assert_eq!(left, expected, "{}", place.name());
        }
    }

    #[test]
    fn a_secret_comes_back_from_none() {
        for place in Place::all() {
            let left = place.left_of(None, "to jane@example.com");
            assert!(
                left.is_none_or(|left| left == "to [email]"),
                "{}",
                place.name()
            );
            assert_eq!(Place::of_name(place.name()), Some(place));
        }
        let left = Place::Context.left_of(Some("jane@example.com"), "x y");
        assert_eq!(left.as_deref(), Some("x y"));
        assert_eq!(Place::of_name("nowhere"), None);
    }
}
