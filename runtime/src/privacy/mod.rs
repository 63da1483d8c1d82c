//! The scrubber: what must not leave is taken out, on this machine.
//!
//! `delivery::door` passes every item of every envelope through a [`Scrubber`]; nothing else sends.

mod copy;
mod forms;
mod frames;
mod names;
mod own;
mod policy;
pub(crate) mod rules;
mod scan;
mod text;

pub(crate) use policy::{Policy, pattern};
pub(crate) use rules::Rule;

use copy::Place;
use frames::Frames;
use names::Telling;
use policy::{FOR_PEOPLE, STRICT};
use rules::assignments;
use scan::Scanner;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use text::FAR;

/// What stands where a secret stood.
pub(crate) const FILTERED: &str = "[Filtered]";

/// What a header's value stands between while it is looked at.
const QUOTES: &str = "\"\"\"";

/// Fields that Sentry tells one thing from another by: hexadecimal or a time. What else stands there
/// is text like any other.
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

/// Fields that say where the program runs, or for whom: never sent, but with `send_default_pii`.
const WHEREABOUTS: &[&str] = &[
    "REMOTE_ADDR",
    "REMOTE_HOST",
    "REMOTE_USER",
    "SERVER_NAME",
    "client.address",
    "device.name",
    "host.name",
    "server.address",
    "server_name",
    "user.email",
    "user.id",
    "user.ip_address",
    "user.name",
    "user.username",
];

/// How the value of a field is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Handling {
    /// What the rules find in it is taken out.
    Scrub,
    /// It identifies something.
    Keep,
    /// It goes as a whole if the field's name tells that it is a secret.
    Told(Telling),
    /// It is a header of which more than nothing may be left: the scheme, the names of cookies.
    Header,
    /// It is a version, which four numbers may be that look like an address.
    Version,
    /// It goes with its name.
    Drop,
}

impl Handling {
    /// How much it takes out by the name alone.
    fn strength(self) -> u8 {
        match self {
            Self::Told(Telling::Secret) => 3,
            Self::Header => 2,
            Self::Told(Telling::Perhaps) => 1,
            Self::Told(Telling::Nothing)
            | Self::Scrub
            | Self::Keep
            | Self::Version
            | Self::Drop => 0,
        }
    }

    fn tells(self) -> bool {
        self.strength() > 0
    }

    /// Whether it holds for a field within, which has a name and a handling of its own.
    fn reaches(self, name: &str, inner: Self) -> bool {
        self.strength() > inner.strength()
            || (self == Self::Version && name == "value" && !inner.tells())
    }
}

/// Scrubs, and remembers what held nothing to take out: one event says much the same as the last.
#[derive(Default)]
pub(crate) struct Scrubber {
    policy: Policy,
    /// Made for the first text: it takes as long as the rest of a start.
    scanner: OnceLock<Arc<Scanner>>,
    harmless: HashSet<Box<str>>,
    names: HashMap<Box<str>, Handling>,
    frames: Frames,
}

/// How many texts, and how many names, are remembered at most, and how long they may be.
const MOST_KNOWN: usize = 4096;
const LONGEST_KNOWN: usize = 256;

impl Scrubber {
    pub(crate) fn new(policy: &Policy) -> Self {
        Self {
            policy: policy.clone(),
            ..Self::default()
        }
    }

    /// Makes what is needed to look at a first text.
    pub(crate) fn warm_up(&self) {
        drop(self.scanner());
    }

    fn scanner(&self) -> Arc<Scanner> {
        let made = self.scanner.get_or_init(|| self.policy.scanner());
        Arc::clone(made)
    }

    /// Appends one item of an envelope, whatever its type, to `out`; `None` if it is no JSON, and
    /// then what was appended may not leave.
    pub(crate) fn copy_item(&mut self, kind: &str, item: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let place = match kind {
            "session" if self.policy.send_default_pii => Place::Session,
            _ if self.policy.send_default_pii => Place::Anywhere,
            "session" | "sessions" => Place::NobodysSession,
            // logs and check-ins have no user to lose; other SDKs' feedback, replays and profiles do
            _ => Place::Event,
        };
        copy::copy(item, place, self, out)
    }

    /// Scrubs every text in a JSON value, map keys included.
    pub(crate) fn scrub(&mut self, value: &mut Value) {
        let mut clean = Vec::new();
        *value = copy::copy(
            value.to_string().as_bytes(),
            Place::Anywhere,
            self,
            &mut clean,
        )
        .and_then(|()| serde_json::from_slice(&clean).ok())
        .unwrap_or_default();
    }

    fn text<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        if self.harmless.contains(text) {
            return Cow::Borrowed(text);
        }
        let clean = self.clean(text);
        if matches!(clean, Cow::Borrowed(_)) && text.len() <= LONGEST_KNOWN {
            if self.harmless.len() >= MOST_KNOWN {
                self.harmless.clear();
            }
            self.harmless.insert(text.into());
        }
        clean
    }

    /// What the rules leave of a text, and then the program's own.
    fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.policy.own(self.scanner().scrub(text))
    }

    /// The value of a field, as its name says.
    fn field<'a>(&mut self, handling: Handling, name: &str, text: &'a str) -> Cow<'a, str> {
        match handling {
            Handling::Keep if forms::is_identifier(name, text) => Cow::Borrowed(text),
            Handling::Version if forms::looks_like_an_address(text) => {
                self.policy.own(Cow::Borrowed(text))
            }
            Handling::Header => self.header(name, text),
            Handling::Told(telling) if assignments::is_secret(telling, name, text) => {
                Cow::Owned(FILTERED.to_owned())
            }
            Handling::Told(_)
            | Handling::Scrub
            | Handling::Keep
            | Handling::Version
            | Handling::Drop => self.text(text),
        }
    }

    /// A header's value, as it would be scrubbed in a request that was printed.
    fn header<'a>(&mut self, name: &str, text: &'a str) -> Cow<'a, str> {
        if assignments::says_nothing(text) {
            return Cow::Borrowed(text);
        }
        let name = if name.eq_ignore_ascii_case("cookies") {
            "cookie"
        } else {
            name
        };
        if text.contains(QUOTES) || text.len() >= FAR {
            return Cow::Owned(FILTERED.to_owned());
        }
        // between quotes all of it is the header's
        let printed = format!("{name}: {QUOTES}{text}{QUOTES}");
        let clean = match self.scanner().scrub(&printed) {
            Cow::Owned(clean) => clean
                .get(name.len() + 2 + QUOTES.len()..)
                .and_then(|clean| clean.strip_suffix(QUOTES))
                .unwrap_or(FILTERED)
                .to_owned()
                .into(),
            Cow::Borrowed(_) if matches!(names::without_placeholders(text), Cow::Owned(_)) => {
                Cow::Borrowed(text)
            }
            Cow::Borrowed(_) => Cow::Owned(FILTERED.to_owned()),
        };
        self.policy.own(clean)
    }

    /// A field's name, scrubbed, and what it says of the value.
    fn name<'a>(&mut self, name: &'a str) -> (Cow<'a, str>, Handling) {
        if let Some(handling) = self.names.get(name) {
            return (Cow::Borrowed(name), *handling);
        }
        let clean = self.clean(name);
        let handling = if IDENTIFIERS.contains(&name) {
            Handling::Keep
        } else if !self.policy.send_default_pii && WHEREABOUTS.contains(&name) {
            Handling::Drop
        } else {
            let header = [
                "authorization",
                "proxy-authorization",
                "cookie",
                "set-cookie",
                "cookies",
            ];
            // a name is judged by what is left of it, so that it is judged alike the next time
            let left = names::without_placeholders(&clean);
            match self.scanner().names().telling(&left) {
                Telling::Secret
                    if header
                        .iter()
                        .any(|header| name.eq_ignore_ascii_case(header)) =>
                {
                    Handling::Header
                }
                Telling::Nothing if names::is_version(name) => Handling::Version,
                Telling::Nothing => Handling::Scrub,
                telling => Handling::Told(telling),
            }
        };
        if matches!(clean, Cow::Borrowed(_)) && name.len() <= LONGEST_KNOWN {
            if self.names.len() >= MOST_KNOWN {
                self.names.clear();
            }
            self.names.insert(name.into(), handling);
        }
        (clean, handling)
    }
}

/// Scrubs one text; borrowed where there was nothing to take out.
pub(crate) fn scrub_text(text: &str) -> Cow<'_, str> {
    STRICT.scrub(text)
}

/// The same for what is printed on this machine: paths and addresses stay, the user's own too, as
/// who reads a message about a file must be able to find it.
pub(crate) fn printed_text(text: &str) -> Cow<'_, str> {
    FOR_PEOPLE.scrub(text)
}

#[cfg(test)]
mod tests {
    use super::{MOST_KNOWN, Policy, Scrubber, printed_text, scrub_text};
    use serde_json::{Value, json};

    fn scrubbed(kind: &str, item: &Value, send_default_pii: bool) -> Value {
        let mut out = Vec::new();
        let policy = Policy {
            send_default_pii,
            ..Policy::default()
        };
        Scrubber::new(&policy)
            .copy_item(kind, item.to_string().as_bytes(), &mut out)
            .unwrap();
        serde_json::from_slice(&out).unwrap()
    }

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
    fn what_is_printed_here_holds_no_secret_and_says_where_things_are() {
        for text in [
            "other users may write it: `/home/jane/.local/state/dragonfly`",
            "reading `C:\\Users\\Jane\\shop.toml` failed",
            "cannot reach the server: connecting to 203.0.113.7:443 failed",
        ] {
            assert_eq!(printed_text(text), text);
            assert_ne!(scrub_text(text), text);
        }
        assert_eq!(
            printed_text("/home/jane/x: password=hunter2 of jane@example.com"),
            "/home/jane/x: password=[Filtered] of [email]"
        );
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
        let event = json!({
            "event_id": "0123456789abcdef0123456789abcdef",
            "user": {"id": "7", "email": "a@b.example", "ip_address": "10.0.0.1"},
            "extra": {"db_password": "x", "retries": 3, "jane@example.com": 1},
        });
        assert_eq!(
            scrubbed("event", &event, false),
            json!({
                "event_id": "0123456789abcdef0123456789abcdef",
                "user": {},
                "extra": {"db_password": "[Filtered]", "retries": 3, "[email]": 1},
            })
        );
    }

    #[test]
    fn what_says_who_someone_is_stays_unless_it_was_asked_for() {
        let id = "9ec79c33-ec99-42ab-8353-589fcb2e04dc";
        let session = json!({"did": "7", "sid": id});
        assert_eq!(scrubbed("session", &session, false), json!({"sid": id}));
        let address = json!({"ip_address": "10.0.0.1", "release": "shop@1"});
        let sessions = json!({"aggregates": [{"did": "7", "exited": 1}], "attrs": address});
        assert_eq!(
            scrubbed("sessions", &sessions, false),
            json!({"aggregates": [{"exited": 1}], "attrs": {"release": "shop@1"}})
        );
        for (kind, all) in [("session", session), ("sessions", sessions)] {
            assert_eq!(scrubbed(kind, &all, true), all);
        }
        let event = json!({"a": 1, "user": {"name": "Jane", "id": 7, "ip": "::1"}, "z": 1});
        assert_eq!(
            scrubbed("event", &event, false),
            json!({"a": 1, "user": {}, "z": 1})
        );
        assert_eq!(scrubbed("event", &event, true), event);
        // no user of the protocol's, and not one that is left
        for odd in [json!("Jane"), json!(["Jane"]), json!(7)] {
            let event = json!({"a": 1, "user": odd, "z": 1});
            assert_eq!(scrubbed("event", &event, false), json!({"a": 1, "z": 1}));
        }
        let nobody = json!({"user": {"name": "Jane"}});
        assert_eq!(scrubbed("event", &nobody, false), json!({"user": {}}));
        // below, a user is one of the program's own words
        let extra = json!({"extra": {"user": {"name": "Jane"}}});
        assert_eq!(scrubbed("event", &extra, false), extra);
    }

    #[test]
    fn a_device_has_no_name_whatever_it_is_called() {
        let left = |context: &str| {
            let event = format!(r#"{{"contexts":{{"phone":{context}}}}}"#);
            let mut out = Vec::new();
            Scrubber::default()
                .copy_item("event", event.as_bytes(), &mut out)
                .unwrap();
            let left: Value = serde_json::from_slice(&out).unwrap();
            left["contexts"]["phone"].to_string()
        };
        for context in [
            r#"{"type":"device","name":"Jane's","arch":"arm"}"#,
            r#"{"name":"Jane's","type":"device","arch":"arm"}"#,
            r#"{"arch":"arm","name":{"a":[1]},"type":"device"}"#,
            r#"{"arch":"arm","type": "device","name":7}"#,
        ] {
            assert_eq!(left(context), r#"{"arch":"arm","type":"device"}"#);
        }
        let of_something_else = r#"{"name":"Linux","type":"os"}"#;
        assert_eq!(left(of_something_else), of_something_else);
    }

    #[test]
    fn what_stands_for_an_identifier_and_is_none_is_scrubbed() {
        let ids = json!({"event_id": "jane@example.com", "trace_id": "password=hunter2", "timestamp": 4_111_111_111_111_111_u64});
        assert_eq!(
            scrubbed("event", &ids, false),
            json!({"event_id": "[email]", "trace_id": "password=[Filtered]", "timestamp": "[card]"})
        );
        let versions = json!({"app.version": "1.2.3.4", "release": "4111111111111111"});
        assert_eq!(
            scrubbed("event", &versions, false),
            json!({"app.version": "1.2.3.4", "release": "[card]"})
        );
    }

    #[test]
    fn the_programs_own_rules_hold_for_names_headers_and_versions_too() {
        let policy = Policy::denying(&["jane"]);
        let mut scrubber = Scrubber::new(&policy);
        for _ in 0..2 {
            assert_eq!(scrubber.name("jane").0, "[Filtered]");
            for (name, text, left) in [
                ("Authorization", "jane", "[Filtered]"),
                ("Authorization", "Basic jane", "Basic [Filtered]"),
                ("cookie", "jane=a1b2", "[Filtered]=[Filtered]"),
                ("version", "jane", "[Filtered]"),
            ] {
                let (_, handling) = scrubber.name(name);
                assert_eq!(scrubber.field(handling, name, text), left);
            }
        }
    }

    #[test]
    fn names_that_the_program_allows_are_no_secrets_wherever_they_stand() {
        let policy = Policy {
            names: super::names::Names::new(&["session_id", "code"], &["order_ref"]),
            ..Policy::default()
        };
        let mut scrubber = Scrubber::new(&policy);
        for (text, left) in [
            ("session_id=4a7Bc99xQ", "session_id=4a7Bc99xQ"),
            (
                "Cookie: session_id=4a7Bc99xQ; sid=4a7Bc99xQ",
                "Cookie: session_id=4a7Bc99xQ; sid=[Filtered]",
            ),
            (
                "GET /cb?code=4a7Bc99xQ&ticket=4a7Bc99xQ",
                "GET /cb?code=4a7Bc99xQ&ticket=[Filtered]",
            ),
            ("order_ref=acme", "order_ref=[Filtered]"),
            ("order_ref: acme", "order_ref: [Filtered]"),
            ("shop.orderRef = acme", "shop.orderRef = [Filtered]"),
            ("no order_ref here", "no order_ref here"),
        ] {
            assert_eq!(scrubber.text(text), left);
        }
        let (_, cookie) = scrubber.name("cookie");
        assert_eq!(
            scrubber.field(cookie, "cookie", "session_id=a1b2; x=a1b2"),
            "session_id=a1b2; x=[Filtered]"
        );
    }

    #[test]
    fn a_header_goes_whatever_stands_in_brackets() {
        let mut scrubber = Scrubber::default();
        for (text, left) in [
            ("[hunter2]", "[Filtered]"),
            ("hunter2", "[Filtered]"),
            ("Bearer [Filtered]", "Bearer [Filtered]"),
        ] {
            assert_eq!(
                scrubber.field(super::Handling::Header, "authorization", text),
                left
            );
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_holds_no_secret() {
        let mut scrubber = Scrubber::default();
        for n in 0..3 * MOST_KNOWN {
            assert_eq!(scrubber.text("for jane@example.com"), "for [email]");
            let text = format!("order {n}");
            assert_eq!(scrubber.text(&text), text);
            scrubber.name(&text);
        }
        let long = "x".repeat(1000);
        assert_eq!(scrubber.text(&long), long);
        assert!(scrubber.harmless.len() <= MOST_KNOWN && scrubber.names.len() <= MOST_KNOWN);
        let mut known = scrubber.harmless.iter();
        assert!(known.all(|text| !text.contains('@') && text.len() < 1000));
    }
}
