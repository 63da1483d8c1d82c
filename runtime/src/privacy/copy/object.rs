//! Objects: what a field is depends on its name, on what lies around, and on the fields beside it.

use super::{Copying, Field, NO_FIELD, Naming, Place, put};
use crate::privacy::names::Telling;
use crate::privacy::{FILTERED, Handling};
use std::borrow::Cow;
use std::ops::Range;

/// What a field named `type` says beside a value, whatever the value is.
const TYPES: &[&str] = &["string", "integer", "boolean", "double"];

/// What is known of an object while its fields are copied.
struct Object<'a, 'f> {
    around: Field<'f>,
    place: Place,
    /// Some field is left before the next one.
    any_before: bool,
    /// Where its `name` was written.
    name: Option<Range<usize>>,
    /// `{"name": "password", "value": ".."}`: what the name says of the value.
    naming: Option<Naming<'a>>,
    /// Where its `value` stands, while nothing names it: as it is read, and as it was written.
    value: Option<(Range<usize>, Range<usize>)>,
}

impl Object<'_, '_> {
    fn field<'n>(&'n self, own: Field<'n>, says: Option<&str>) -> Field<'n> {
        match (own.name, &self.naming) {
            ("type", _) if says.is_some_and(|says| TYPES.contains(&says)) => own,
            ("value", Some(naming)) => own.within(naming.field()).within(self.around),
            _ => own.within(self.around),
        }
    }
}

impl<'a> Copying<'a> {
    /// The rest of an object, behind its brace. What a telling name is given to tells of all in it.
    pub(super) fn object(&mut self, around: Field<'_>, place: Place) -> Option<()> {
        self.skip_whitespace();
        if self.peek()? == b'}' {
            self.copy_byte();
            return Some(());
        }
        let mut object = Object {
            around,
            place,
            any_before: false,
            name: None,
            naming: None,
            value: None,
        };
        loop {
            self.member(&mut object)?;
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

    /// A field of an object, if it is left.
    fn member(&mut self, object: &mut Object<'a, '_>) -> Option<()> {
        self.skip_whitespace();
        let name = self.quoted()?;
        let start = self.out.len();
        if object.any_before {
            self.out.push(b',');
        }
        let place = object.place;
        let (name, handling) = self.name(&name);
        let mut own = Field {
            name: &name,
            handling,
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
        let tells = matches!(own.name, "type" | "name" | "key");
        let says = if tells { self.says() } else { None };
        let inner = place.of_field(own.name);
        // a user is an object; anything else that stands there would not be emptied
        let is_odd = inner == Place::User && self.peek() != Some(b'{');
        let (read, written) = (self.at, self.out.len());
        if !self.again(place, own.name) {
            self.value(object.field(own, says.as_deref()), inner)?;
            self.remember(place, own.name, read..self.at, written..self.out.len());
        }
        let is_kept = place.keeps(own.name) || self.is_anonymous_user(place, own.name, written);
        if is_kept && own.handling != Handling::Drop && !is_odd {
            object.any_before = true;
        } else {
            self.out.truncate(start);
        }
        let end = self.out.len();
        match own.name {
            "type" if place == Place::Context && says.as_deref() == Some("device") => {
                self.is_device(object);
            }
            "value" if written < end => object.value = Some((read..self.at, written..end)),
            "name" | "key" => {
                if own.name == "name" {
                    object.name = Some(start..end);
                }
                self.names_value(object, says)?;
            }
            _ => {}
        }
        Some(())
    }

    /// Whether the field that was just written is the id of this installation, where a user's would be.
    fn is_anonymous_user(&self, place: Place, name: &str, written: usize) -> bool {
        let is_there = matches!(
            (place, name),
            (Place::User, "id") | (Place::NobodysSession, "did")
        );
        let said = self.out.get(written..).and_then(|said| {
            let said = said.strip_prefix(b"\"")?;
            said.strip_suffix(b"\"")
        });
        is_there
            && said.is_some()
            && said == self.scrubber.policy.user.as_deref().map(str::as_bytes)
    }

    /// Takes back the name of a context that turns out to be a device.
    fn is_device(&mut self, object: &mut Object<'_, '_>) {
        object.place = Place::Device;
        let Some(Range { start, mut end }) = object.name.take() else {
            return;
        };
        // the first one has no comma of its own
        if self.out.get(start) != Some(&b',') && self.out.get(end) == Some(&b',') {
            end += 1;
        }
        self.out.drain(start..end.min(self.out.len()));
        object.value = None; // it moved
    }

    /// Notes the name of the value beside it, and looks at the value again if it came before.
    fn names_value(
        &mut self,
        object: &mut Object<'a, '_>,
        says: Option<Cow<'a, str>>,
    ) -> Option<()> {
        let Some(naming) = says.and_then(|says| self.telling(says)) else {
            return Some(());
        };
        if let Some((read, written)) = object.value.take() {
            let field = NO_FIELD.within(naming.field()).within(object.around);
            let (at, end) = (self.at, self.out.len());
            self.at = read.start;
            // what lies deeper is not copied once more: it could hold the like at each depth
            if !matches!(self.peek(), Some(b'{' | b'[')) {
                self.value(field, Place::Anywhere)?;
            } else if field.handling == Handling::Told(Telling::Perhaps) {
                self.out.extend_from_within(written.clone());
            } else {
                put(self.out, "", Cow::Owned(FILTERED.to_owned()));
            }
            self.at = at;
            let clean = self.out.split_off(end);
            if let Some(name) = object
                .name
                .as_mut()
                .filter(|name| name.start >= written.end)
            {
                let moved = |at: usize| at - written.len() + clean.len();
                *name = moved(name.start)..moved(name.end);
            }
            self.out.splice(written, clean);
        }
        object.naming = Some(naming);
        Some(())
    }
}
