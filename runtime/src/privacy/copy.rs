//! Copies JSON, and scrubs what it says on the way: no tree is built of it, and what holds nothing
//! to take out is copied as it stands.

use super::names::Telling;
use super::{FILTERED, Handling, Scrubber};
use serde_json::Number;
use std::borrow::Cow;
use std::ops::Range;

/// Deeper JSON is no report; `serde_json` draws the line there too.
const DEEPEST: u32 = 127;

/// What is longer is a text about something, not its name.
const LONGEST_NAME: usize = 64;

/// What a value is, as far as more than its texts depends on that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing special: all of it is left.
    Anywhere,
    /// Within a list: a list there may be a name and its value.
    Listed,
    /// An event: of its `user` nothing is left, of its device not the name.
    Event,
    User,
    Contexts,
    /// One of them, of which it is not known yet what it is about.
    Context,
    Device,
    /// A session, which has an id that looks like that of a login.
    Session,
    /// Sessions: the user's id and address go.
    NobodysSession,
    /// The frames of a stack: the same ones come again and again.
    Frames,
}

impl Place {
    fn keeps(self, name: &str) -> bool {
        match self {
            Self::User => false,
            Self::Device => name != "name",
            Self::NobodysSession => !matches!(name, "did" | "ip_address"),
            Self::Anywhere
            | Self::Listed
            | Self::Event
            | Self::Contexts
            | Self::Context
            | Self::Session
            | Self::Frames => true,
        }
    }

    fn of_field(self, name: &str) -> Self {
        match name {
            "user" if self == Self::Event => Self::User,
            "contexts" if self == Self::Event => Self::Contexts,
            "device" if self == Self::Contexts => Self::Device,
            _ if self == Self::Contexts => Self::Context,
            "aggregates" | "attrs" if self == Self::NobodysSession => self,
            "frames" => Self::Frames,
            _ => Self::Anywhere,
        }
    }
}

/// The field that a value is given to.
#[derive(Clone, Copy)]
struct Field<'a> {
    name: &'a str,
    handling: Handling,
}

impl<'a> Field<'a> {
    /// This one, or the one around it if that is to be handled with more care.
    fn within(self, around: Field<'a>) -> Self {
        if around.handling.reaches(self.name, self.handling) {
            around
        } else {
            self
        }
    }
}

/// What a field named `type` says beside a value, whatever the value is.
const TYPES: &[&str] = &["string", "integer", "boolean", "double"];

/// A value that names another one, and how that is treated.
struct Naming<'a> {
    name: Cow<'a, str>,
    handling: Handling,
}

impl Naming<'_> {
    fn field(&self) -> Field<'_> {
        Field {
            name: &self.name,
            handling: self.handling,
        }
    }
}

/// `{"name": "password", "value": ".."}`: a field whose name is a value itself.
#[derive(Default)]
struct Described<'a> {
    name: Option<Naming<'a>>,
    /// Where the value stands that came before its name: as it was, and as it was written.
    value: Option<(Range<usize>, Range<usize>)>,
}

impl Described<'_> {
    fn field(&self) -> Field<'_> {
        self.name.as_ref().map_or(NO_FIELD, Naming::field)
    }
}

const NO_FIELD: Field<'static> = Field {
    name: "",
    handling: Handling::Scrub,
};

/// Copies one text; `None` if it is no JSON.
pub(super) fn copy(
    json: &[u8],
    place: Place,
    scrubber: &mut Scrubber,
    out: &mut Vec<u8>,
) -> Option<()> {
    let mut reader = Copying {
        text: std::str::from_utf8(json).ok()?,
        at: 0,
        depth: 0,
        scrubber,
        out,
    };
    reader.value(NO_FIELD, place)?;
    reader.skip_whitespace();
    (reader.at == reader.text.len()).then_some(())
}

struct Copying<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    scrubber: &'a mut Scrubber,
    out: &'a mut Vec<u8>,
}

/// A string as it stands in the JSON, quotes included, and what it says.
struct Quoted<'a> {
    raw: &'a str,
    text: Cow<'a, str>,
}

impl<'a> Copying<'a> {
    fn value(&mut self, field: Field<'_>, place: Place) -> Option<()> {
        self.skip_whitespace();
        match self.peek()? {
            b'{' => self.nested(|copying| copying.object(field, place)),
            b'[' => self.nested(|copying| copying.array(field, place)),
            b'"' => self.string(field),
            _ => self.scalar(field),
        }
    }

    fn nested(&mut self, copy: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        self.copy_byte();
        copy(self)?;
        self.depth -= 1;
        Some(())
    }

    /// The rest of an object, behind its brace. What a telling name is given to tells of all in it.
    fn object(&mut self, around: Field<'_>, mut place: Place) -> Option<()> {
        self.skip_whitespace();
        if self.peek()? == b'}' {
            self.copy_byte();
            return Some(());
        }
        let (mut any_before, mut its_name) = (false, None);
        let mut described = Described::default();
        loop {
            self.skip_whitespace();
            let name = self.quoted()?;
            let start = self.out.len();
            if any_before {
                self.out.push(b',');
            }
            let mut own = Field {
                name: &name.text,
                handling: self.name(&name),
            };
            if matches!(place, Place::Session | Place::NobodysSession) && own.name == "sid" {
                own.handling = Handling::Keep; // of the program's run, of no user's login
            }
            self.skip_whitespace();
            if self.peek()? != b':' {
                return None;
            }
            self.copy_byte();
            self.skip_whitespace();
            let says = self.says(own.name);
            let is_type =
                own.name == "type" && says.as_deref().is_some_and(|says| TYPES.contains(&says));
            let field = match own.name {
                _ if is_type => own,
                "value" => own.within(described.field()).within(around),
                _ => own.within(around),
            };
            let inner = place.of_field(own.name);
            // a user is an object; anything else that stands there would not be emptied
            let is_odd = inner == Place::User && self.peek() != Some(b'{');
            let is_device =
                place == Place::Context && own.name == "type" && says.as_deref() == Some("device");
            let from = (self.at, self.out.len());
            self.value(field, inner)?;
            if place.keeps(own.name) && own.handling != Handling::Drop && !is_odd {
                any_before = true;
                if own.name == "value" {
                    described.value = Some((from.0..self.at, from.1..self.out.len()));
                }
            } else {
                self.out.truncate(start);
            }
            let end = self.out.len();
            if matches!(own.name, "name" | "key") {
                self.describe(&mut described, says, around)?;
            }
            if own.name == "name" {
                let now = self.out.len();
                its_name = Some(start + now - end..now);
            }
            if is_device {
                place = Place::Device;
                if let Some(field) = its_name.take() {
                    self.take_back(field);
                }
            }
            self.skip_whitespace();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.copy_byte();
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    /// What the value says that begins here, in a field of which more than its texts depends on that.
    fn says(&mut self, name: &str) -> Option<Cow<'a, str>> {
        if !matches!(name, "type" | "name" | "key") {
            return None;
        }
        let at = self.at;
        let says = self.quoted();
        self.at = at;
        Some(says?.text)
    }

    /// Notes the name of the value beside it, and looks at the value again if it came before.
    fn describe(
        &mut self,
        described: &mut Described<'a>,
        says: Option<Cow<'a, str>>,
        around: Field<'_>,
    ) -> Option<()> {
        let Some(named) = says.and_then(|says| self.telling(says)) else {
            return Some(());
        };
        described.name = Some(named);
        let Some((read, written)) = described.value.take() else {
            return Some(());
        };
        let field = described.field().within(around);
        let (at, end) = (self.at, self.out.len());
        self.at = read.start;
        // what lies deeper is not copied once more: it could hold the like at each depth
        if !matches!(self.peek(), Some(b'{' | b'[')) {
            self.value(field, Place::Anywhere)?;
        } else if field.handling == Handling::Told(Telling::Perhaps) {
            self.out.extend_from_within(written.clone());
        } else {
            put(self.out, "", FILTERED.to_owned().into());
        }
        self.at = at;
        let clean = self.out.split_off(end);
        self.out.splice(written, clean);
        Some(())
    }

    /// A value that names another one, and how that is treated; `None` if it tells nothing of it.
    fn telling(&mut self, says: Cow<'a, str>) -> Option<Naming<'a>> {
        let (_, handling) = self.scrubber.name(&says);
        (handling.tells() && says.len() <= LONGEST_NAME).then_some(Naming {
            name: says,
            handling,
        })
    }

    /// Takes a field out of what was written, of an object in which other fields follow.
    fn take_back(&mut self, Range { start, mut end }: Range<usize>) {
        // the first one has no comma of its own
        if self.out.get(start) != Some(&b',') && self.out.get(end) == Some(&b',') {
            end += 1;
        }
        self.out.drain(start..end.min(self.out.len()));
    }

    /// The rest of an array, behind its bracket.
    fn array(&mut self, field: Field<'_>, place: Place) -> Option<()> {
        self.skip_whitespace();
        if self.peek()? == b']' {
            self.copy_byte();
            return Some(());
        }
        let each = if place == Place::NobodysSession {
            place
        } else {
            Place::Listed
        };
        let (mut is_first, mut told) = (true, None::<Naming<'a>>);
        loop {
            if place == Place::Frames && !field.handling.tells() {
                self.frame()?;
            } else {
                self.skip_whitespace();
                let naming = self.names_next(is_first && place == Place::Listed);
                let own = told.as_ref().map_or(NO_FIELD, Naming::field);
                self.value(own.within(field), each)?;
                (is_first, told) = (false, naming);
            }
            self.skip_whitespace();
            match self.peek()? {
                b',' => self.copy_byte(),
                b']' => {
                    self.copy_byte();
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    /// What the text that begins here tells of the next one in its list: `["password", ".."]` within
    /// a list, `["--password", ".."]` anywhere.
    fn names_next(&mut self, in_pair: bool) -> Option<Naming<'a>> {
        if !(in_pair || self.rest().starts_with("\"-")) {
            return None;
        }
        let at = self.at;
        let says = self.quoted();
        self.at = at;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]:".contains(&byte);
        let says = says?.text;
        if says.bytes().all(is_name) {
            self.telling(says)
        } else {
            None
        }
    }

    /// A frame, as it was copied before if it was.
    fn frame(&mut self) -> Option<()> {
        self.skip_whitespace();
        let rest = self.rest();
        if let Some((frame, clean)) = self.scrubber.frames.find(rest) {
            self.at += frame.len();
            self.out.extend_from_slice(clean.as_bytes());
            return Some(());
        }
        let start = (self.at, self.out.len());
        self.value(NO_FIELD, Place::Anywhere)?;
        let clean = std::str::from_utf8(self.out.get(start.1..)?).ok()?;
        self.scrubber.frames.add(rest, self.at - start.0, clean);
        Some(())
    }

    /// A field's name, and how its value is treated.
    fn name(&mut self, name: &Quoted<'_>) -> Handling {
        let (clean, handling) = self.scrubber.name(&name.text);
        put(self.out, name.raw, clean);
        handling
    }

    fn string(&mut self, field: Field<'_>) -> Option<()> {
        let Quoted { raw, text } = self.quoted()?;
        put(
            self.out,
            raw,
            self.scrubber.field(field.handling, field.name, &text),
        );
        Some(())
    }

    /// A number or a word. A card's number is one too: what is taken out of a number leaves a text.
    fn scalar(&mut self, field: Field<'_>) -> Option<()> {
        let rest = self.rest();
        let end = rest
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')));
        let scalar = rest.get(..end.unwrap_or(rest.len()))?;
        self.at += scalar.len();
        if matches!(scalar, "true" | "false" | "null") {
            self.out.extend_from_slice(scalar.as_bytes());
            return Some(());
        }
        scalar.parse::<Number>().ok()?;
        put(
            self.out,
            scalar,
            self.scrubber.field(field.handling, field.name, scalar),
        );
        Some(())
    }

    fn quoted(&mut self) -> Option<Quoted<'a>> {
        let rest = self.rest();
        let inside = rest.strip_prefix('"')?;
        let end = inside
            .bytes()
            .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        if inside.as_bytes().get(end) == Some(&b'"') {
            self.at += end + 2;
            return Some(Quoted {
                raw: rest.get(..end + 2)?,
                text: Cow::Borrowed(inside.get(..end)?),
            });
        }
        let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        let text = strings.next()?.ok()?;
        let raw = rest.get(..strings.byte_offset())?;
        self.at += raw.len();
        Some(Quoted {
            raw,
            text: Cow::Owned(text),
        })
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn copy_byte(&mut self) {
        self.out.extend(self.peek());
        self.at += 1;
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }
}

/// Writes a string: as it stood if nothing was taken out.
fn put(out: &mut Vec<u8>, raw: &str, clean: Cow<'_, str>) {
    match clean {
        Cow::Borrowed(_) => out.extend_from_slice(raw.as_bytes()),
        // memory takes every string
        Cow::Owned(clean) => drop(serde_json::to_writer(out, &*clean)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Handling, Place, copy};
    use crate::privacy::Scrubber;
    use crate::privacy::names::Telling;
    use proptest::prelude::*;
    use serde_json::{Map, Value};
    use std::borrow::Cow;

    fn copied(json: &str) -> Option<String> {
        let mut out = Vec::new();
        copy(
            json.as_bytes(),
            Place::Anywhere,
            &mut Scrubber::default(),
            &mut out,
        )?;
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn json_is_copied_without_its_spaces() {
        for json in [
            r#"{"a":[1,-2.5e3,true,null,{"b":[]},{}],"c":"ü \" \\ \u00e9 \n"}"#,
            r#""text""#,
            "12345678901234567890123",
            "[]",
        ] {
            assert_eq!(copied(json).as_deref(), Some(json));
            let spaced = json.replace(',', " ,\n\t").replace(':', " : ");
            let back: Value = serde_json::from_str(&copied(&spaced).unwrap()).unwrap();
            assert_eq!(back, serde_json::from_str::<Value>(json).unwrap());
        }
    }

    /// The names that a value stands below, outermost first, and what each of them says.
    type Names<'a> = Vec<(&'a str, Handling)>;

    /// The rule: the name that says most counts, of two that say as much the inner one. A version is
    /// one by its own name, or by that around a `value`.
    fn what_counts<'a>(names: &Names<'a>) -> (&'a str, Handling) {
        let order = [
            Handling::Told(Telling::Secret),
            Handling::Header,
            Handling::Told(Telling::Perhaps),
        ];
        for most in order {
            let mut inner_first = names.iter().rev();
            if let Some(found) = inner_first.find(|(_, handling)| *handling == most) {
                return *found;
            }
        }
        match names[..] {
            [.., around @ (_, Handling::Version), ("value", _)] => around,
            [.., own] => own,
            [] => ("", Handling::Scrub),
        }
    }

    /// What is left of a value, worked out on the tree.
    fn scrubbed(value: &Value, names: &Names<'_>, scrubber: &mut Scrubber) -> Value {
        let (name, handling) = what_counts(names);
        match value {
            Value::String(text) => scrubber.field(handling, name, text).into_owned().into(),
            Value::Array(values) => values
                .iter()
                .map(|value| scrubbed(value, names, scrubber))
                .collect(),
            Value::Object(fields) => {
                let mut left = Map::new();
                for (name, value) in fields {
                    let (clean, handling) = scrubber.name(name);
                    let clean = clean.into_owned();
                    if handling == Handling::Drop {
                        continue;
                    }
                    let is_type = name == "type"
                        && ["string", "integer", "boolean", "double"]
                            .iter()
                            .any(|known| value == known);
                    let mut below = if is_type { Vec::new() } else { names.clone() };
                    below.push((name, handling));
                    left.insert(clean, scrubbed(value, &below, scrubber));
                }
                Value::Object(left)
            }
            Value::Number(number) => match scrubber.field(handling, name, &number.to_string()) {
                Cow::Borrowed(_) => value.clone(),
                Cow::Owned(clean) => clean.into(),
            },
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "(string|device|Bearer abc|a=b; c=d|1\\.2\\.3\\.4|x9k2l3q)",
            "(mail|token=|/home/|\\\\|\"|\n|é){0,3}(jane@example\\.com|hunter2|jane/x|[a-z ]{0,8})",
        ]
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            let name = prop_oneof![text(), "(password|frames|user|event_id|cookies|authorization|session|release|type|value|a|b)"];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((name, inner), 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_json_is_scrubbed_as_its_tree_would_be(value in json(), pretty in any::<bool>()) {
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let value = serde_json::from_str(&text).unwrap(); // not every number is read as it was written
            let expected = scrubbed(&value, &Names::new(), &mut Scrubber::default());
            let mut scrubber = Scrubber::default();
            for _ in 0..2 {
                // the second time from memory
                let mut out = Vec::new();
                prop_assert!(copy(text.as_bytes(), Place::Anywhere, &mut scrubber, &mut out).is_some());
                prop_assert_eq!(&serde_json::from_slice::<Value>(&out).unwrap(), &expected);
            }
        }

        #[test]
        fn any_text_is_copied_only_if_it_is_json(text in "[\\[\\]{}\":,0-9eE.+\\-a-z \\\\]{0,24}") {
            let is_json = serde_json::from_str::<Value>(&text).is_ok();
            prop_assert_eq!(copied(&text).is_some(), is_json);
        }
    }

    #[test]
    fn what_is_no_json_is_not_copied() {
        for text in [
            "",
            " ",
            "hunter2",
            "01",
            "1 2",
            "{",
            "{}}",
            "[1,]",
            "[1 2]",
            r#"{"a"}"#,
            r#"{"a":1,}"#,
            "{a:1}",
            r#""open"#,
            r#""\x""#,
            r#""\ud800""#,
            "[nul]",
            "{} trailing",
        ] {
            assert_eq!(copied(text), None, "{text}");
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(copied(&deep), None);
    }

    #[test]
    fn a_secret_is_found_behind_escapes() {
        let json = r#"{"a":"mail to \u006aane@example.com\n","pass\u0077ord":"x\"y"}"#;
        assert_eq!(
            copied(json).as_deref(),
            Some(r#"{"a":"mail to [email]\n","pass\u0077ord":"[Filtered]"}"#)
        );
    }

    #[test]
    fn the_name_that_says_most_counts() {
        for (json, left) in [
            (
                r#"{"authorization":{"value":"Bearer abc.def","type":"string"}}"#,
                r#"{"authorization":{"value":"Bearer [Filtered]","type":"string"}}"#,
            ),
            (
                r#"{"cookie":{"type":"string","value":"a=hunter2; b=hunter2"}}"#,
                r#"{"cookie":{"type":"string","value":"a=[Filtered]; b=[Filtered]"}}"#,
            ),
            (
                r#"{"cookies":{"theme":"hunter2","n":[{"a":"hunter2"}]}}"#,
                r#"{"cookies":{"theme":"[Filtered]","n":[{"a":"[Filtered]"}]}}"#,
            ),
            (
                r#"{"cookies":{"theme":"a[0]"}}"#,
                r#"{"cookies":{"theme":"[Filtered]"}}"#,
            ),
            (
                r#"{"password":{"session":"hunter","type":"hunter2"}}"#,
                r#"{"password":{"session":"[Filtered]","type":"[Filtered]"}}"#,
            ),
            (
                r#"{"session":{"cookie":"a=b"},"release":{"value":"1.2.3.4","host":"203.0.113.7"}}"#,
                r#"{"session":{"cookie":"a=[Filtered]"},"release":{"value":"1.2.3.4","host":"[ip]"}}"#,
            ),
            (
                r#"{"password":{"frames":[{"a":"hunter2"}]},"cookies":{"frames":["hunter2"]}}"#,
                r#"{"password":{"frames":[{"a":"[Filtered]"}]},"cookies":{"frames":["[Filtered]"]}}"#,
            ),
        ] {
            assert_eq!(copied(json).as_deref(), Some(left));
            assert_eq!(copied(left).as_deref(), Some(left));
        }
    }

    #[test]
    fn a_name_that_stands_in_a_value_tells_too() {
        for (json, left) in [
            (
                r#"[["password","hunter2"],["user","app"]]"#,
                r#"[["password","[Filtered]"],["user","app"]]"#,
            ),
            (
                r#"{"headers":[["cookie","a=b"],["accept",["text/html"]]]}"#,
                r#"{"headers":[["cookie","a=[Filtered]"],["accept",["text/html"]]]}"#,
            ),
            (
                r#"["mysql","--password","hunter2","--quick"]"#,
                r#"["mysql","--password","[Filtered]","--quick"]"#,
            ),
            (
                r#"{"name":"pass\u0077ord","value":"hunter2","n":1}"#,
                r#"{"name":"pass\u0077ord","value":"[Filtered]","n":1}"#,
            ),
            (
                r#"{"value":"hunter2","a":{},"key":"password","n":1}"#,
                r#"{"value":"[Filtered]","a":{},"key":"password","n":1}"#,
            ),
            (
                r#"[{"value":["hunter2"],"name":"API key"}]"#,
                r#"[{"value":"[Filtered]","name":"API key"}]"#,
            ),
        ] {
            assert_eq!(copied(json).as_deref(), Some(left));
            assert_eq!(copied(left).as_deref(), Some(left));
        }
        for json in [
            r#"["password","email"]"#,
            r#"{"name":"orders","value":"hunter2","key":"n"}"#,
            r#"[["password is too short","email"]]"#,
        ] {
            assert_eq!(copied(json).as_deref(), Some(json));
        }
    }

    #[test]
    fn a_device_is_told_by_what_its_type_says() {
        let json = r#"{"contexts":{"phone":{"name":"Jane's","type":"dev\u0069ce"}}}"#;
        let mut out = Vec::new();
        let copied = copy(
            json.as_bytes(),
            Place::Event,
            &mut Scrubber::default(),
            &mut out,
        );
        assert!(copied.is_some());
        let left = r#"{"contexts":{"phone":{"type":"dev\u0069ce"}}}"#;
        assert_eq!(String::from_utf8(out).as_deref(), Ok(left));
    }

    #[test]
    fn json_may_be_as_deep_as_elsewhere() {
        for depth in 126..130 {
            let json = "[".repeat(depth) + &"]".repeat(depth);
            assert_eq!(
                copied(&json).is_some(),
                serde_json::from_str::<Value>(&json).is_ok(),
                "{depth}"
            );
        }
    }
}
