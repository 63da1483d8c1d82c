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
#[cfg(test)]
mod tests;
mod text;

pub(crate) use policy::{Policy, pattern};
pub(crate) use rules::Rule;

use copy::{Place, Repeated, Stacks};
use foldhash::{HashMap, HashSet};
use frames::Frames;
use names::Telling;
use policy::{FOR_PEOPLE, STRICT};
use rules::assignments;
use scan::Scanner;
use sentry::protocol::Event;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::mem;
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
    repeated: Repeated,
    /// What events are written to, and copied to: room that each of them needs.
    written: Vec<u8>,
    copied: Vec<u8>,
}

/// How many texts, and how many names, are remembered at most, and how long they may be.
const MOST_KNOWN: usize = 4096;
const LONGEST_KNOWN: usize = 256;

/// How much room is kept from one event to the next.
const MOST_ROOM: usize = 64 * 1024;

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
        copy::copy(item, place, Stacks::default(), self, out)
    }

    /// The same for an event, which is what is left of it. Its frames are much of it, and mostly those of an event
    /// before.
    pub(crate) fn copy_event(&mut self, mut event: Event<'static>) -> Option<&[u8]> {
        let stacks = event.exception.values.iter_mut();
        let stacks = stacks.filter_map(|exception| exception.stacktrace.as_mut());
        let stacks: Vec<_> = stacks.map(|stack| mem::take(&mut stack.frames)).collect();
        let place = if self.policy.send_default_pii {
            Place::OpenEvent
        } else {
            Place::Event
        };
        let [mut json, mut out] = [&mut self.written, &mut self.copied].map(mem::take);
        for room in [&mut json, &mut out] {
            room.clear();
            room.shrink_to(MOST_ROOM);
        }
        let is_copied = serde_json::to_writer(&mut json, &event)
            .is_ok_and(|()| copy::copy(&json, place, stacks.into_iter(), self, &mut out).is_some());
        (self.written, self.copied) = (json, out);
        is_copied.then_some(&self.copied)
    }

    /// Scrubs every text in a JSON object, names included; leaves an empty one of what is none.
    pub(crate) fn scrub_object(&mut self, json: &[u8]) -> Vec<u8> {
        let mut clean = Vec::with_capacity(json.len());
        let copied = copy::copy(json, Place::Anywhere, Stacks::default(), self, &mut clean);
        if copied.is_some() && clean == json {
            return clean;
        }
        // of two names that are alike now, one is left
        let left: Option<Map<String, Value>> =
            copied.and_then(|()| serde_json::from_slice(&clean).ok());
        let left = serde_json::to_vec(&left.unwrap_or_default());
        left.unwrap_or_default() // names are strings
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
