//! Copies JSON, and scrubs what it says on the way: no tree is built of it, and what holds nothing
//! to take out is copied as it stands.

mod object;
mod place;
mod repeated;
#[cfg(test)]
mod tests;

pub(super) use place::Place;
pub(super) use repeated::Repeated;

use super::names::without_placeholders;
use super::{Handling, Scrubber};
use sentry::protocol::Frame;
use serde_json::Number;
use std::borrow::Cow;
use std::vec;

/// Deeper JSON is no report; `serde_json` draws the line there too.
const DEEPEST: u32 = 127;

/// What is longer is a text about something, not its name.
const LONGEST_NAME: usize = 64;

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

const NO_FIELD: Field<'static> = Field {
    name: "",
    handling: Handling::Scrub,
};

/// Frames of stacks that were left out, in the order of these.
pub(super) type Stacks = vec::IntoIter<Vec<Frame>>;

/// Copies one text, with the frames that were left out of its empty stacks; `None` if it is no JSON.
pub(super) fn copy(
    json: &[u8],
    place: Place,
    stacks: Stacks,
    scrubber: &mut Scrubber,
    out: &mut Vec<u8>,
) -> Option<()> {
    let mut reader = Copying {
        text: std::str::from_utf8(json).ok()?,
        at: 0,
        depth: 0,
        stacks,
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
    stacks: Stacks,
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

    /// What the string says that begins here, if one does.
    fn says(&mut self) -> Option<Cow<'a, str>> {
        let at = self.at;
        let says = self.quoted();
        self.at = at;
        Some(says?.text)
    }

    /// A value that names another one, and how that is treated; `None` if it tells nothing of it. As a name it is
    /// judged by what is left of it.
    fn telling(&mut self, says: Cow<'a, str>) -> Option<Naming<'a>> {
        let (changed, handling) = match self.scrubber.name(&says) {
            (Cow::Owned(clean), handling) => (Some(clean), handling),
            (Cow::Borrowed(_), handling) => (None, handling),
        };
        let name = changed.map_or(says, Cow::Owned);
        (handling.tells() && name.len() <= LONGEST_NAME).then_some(Naming { name, handling })
    }

    /// The rest of an array, behind its bracket.
    fn array(&mut self, field: Field<'_>, place: Place) -> Option<()> {
        self.skip_whitespace();
        if self.peek()? == b']' {
            if place == Place::Frames {
                self.frames(field)?;
            }
            self.copy_byte();
            return Some(());
        }
        let each = match place {
            Place::NobodysSession | Place::Exceptions => place,
            _ => Place::Listed,
        };
        let (mut is_first, mut told) = (true, None::<Naming<'a>>);
        loop {
            self.skip_whitespace();
            let naming = self.names_next(is_first && place == Place::Listed);
            let own = match &told {
                Some(naming) => naming.field().within(field),
                None => field,
            };
            self.value(own, each)?;
            (is_first, told) = (false, naming);
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
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]:".contains(&byte);
        let says = self.says()?;
        let naming = self.telling(says)?;
        let is_one = without_placeholders(&naming.name).bytes().all(is_name);
        is_one.then_some(naming)
    }

    /// The frames of the next stack, as they were copied before if they were: what is around all of them is called
    /// the same each time.
    fn frames(&mut self, field: Field<'_>) -> Option<()> {
        let frames = self.stacks.next().unwrap_or_default();
        for (number, frame) in frames.into_iter().enumerate() {
            if number > 0 {
                self.out.push(b',');
            }
            if let Some(clean) = self.scrubber.frames.find(&frame) {
                self.out.extend_from_slice(clean.as_bytes());
                continue;
            }
            let start = self.out.len();
            let json = serde_json::to_string(&frame).ok()?;
            let mut copying = Copying {
                text: &json,
                at: 0,
                depth: self.depth,
                stacks: Stacks::default(),
                scrubber: &mut *self.scrubber,
                out: &mut *self.out,
            };
            copying.value(field, Place::Anywhere)?;
            let clean = std::str::from_utf8(self.out.get(start..)?).ok()?;
            self.scrubber.frames.add(frame, clean);
        }
        Some(())
    }

    /// A field's name, of which what is left is written, and how its value is treated. That is judged by what
    /// is left, too, so that it is judged alike the next time.
    fn name<'n>(&mut self, name: &'n Quoted<'_>) -> (Cow<'n, str>, Handling) {
        let (clean, handling) = self.scrubber.name(&name.text);
        put(self.out, name.raw, clean.clone());
        (clean, handling)
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
