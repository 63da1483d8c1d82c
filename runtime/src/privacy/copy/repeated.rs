//! What each event of a program says in the same words: looked at once, and copied from then on.

use super::{Copying, Place};
use std::ops::Range;

/// By where they stand.
const IN_EVENT: [&str; 2] = ["debug_meta", "sdk"];
const IN_CONTEXTS: [&str; 2] = ["os", "rust"];

/// What is longer is looked at each time.
const LONGEST: usize = 64 * 1024;

/// The last one of each.
#[derive(Debug, Default)]
pub(in crate::privacy) struct Repeated([Option<Said>; 4]);

/// As it was read, and what may leave of it.
#[derive(Debug)]
struct Said {
    read: Box<str>,
    clean: Box<[u8]>,
}

fn number(place: Place, name: &str) -> Option<usize> {
    let among = |names: [&str; 2]| names.iter().position(|one| *one == name);
    match place {
        Place::Event | Place::OpenEvent => among(IN_EVENT),
        Place::Contexts => among(IN_CONTEXTS).map(|number| IN_EVENT.len() + number),
        _ => None,
    }
}

impl Copying<'_> {
    /// Copies the value that begins here if it is the last one that stood there; whether it is.
    pub(super) fn again(&mut self, place: Place, name: &str) -> bool {
        let last =
            number(place, name).and_then(|number| self.scrubber.repeated.0.get(number)?.as_ref());
        // no object goes on where another ends
        let Some(Said { read, clean }) = last.filter(|last| self.rest().starts_with(&*last.read))
        else {
            return false;
        };
        self.at += read.len();
        self.out.extend_from_slice(clean);
        true
    }

    /// Remembers a value that was copied, as it was read and as it was written.
    pub(super) fn remember(
        &mut self,
        place: Place,
        name: &str,
        read: Range<usize>,
        written: Range<usize>,
    ) {
        let slot = number(place, name).and_then(|number| self.scrubber.repeated.0.get_mut(number));
        let Some((slot, read)) = slot.zip(self.text.get(read)) else {
            return;
        };
        let is_object = read.starts_with('{') && read.len() <= LONGEST;
        let clean = self.out.get(written).filter(|_| is_object);
        *slot = clean.map(|clean| Said {
            read: read.into(),
            clean: clean.into(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Place, Stacks, copy};
    use crate::privacy::Scrubber;

    fn copied(scrubber: &mut Scrubber, json: &str) -> String {
        let mut out = Vec::new();
        copy(
            json.as_bytes(),
            Place::Event,
            Stacks::default(),
            scrubber,
            &mut out,
        )
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    const EVENT: &str =
        r#"{"sdk":{"name":"jane@example.com"},"contexts":{"os":{"name":"Linux"},"trace":{}}}"#;

    #[test]
    fn what_is_said_again_is_copied_as_it_was() {
        let mut scrubber = Scrubber::default();
        let first = copied(&mut scrubber, EVENT);
        assert_eq!(first, EVENT.replace("jane@example.com", "[email]"));
        assert_eq!(copied(&mut scrubber, EVENT), first);
        for said in scrubber.repeated.0.iter_mut().flatten() {
            said.clean = (*b"{}").into();
        }
        let marked = r#"{"sdk":{},"contexts":{"os":{},"trace":{}}}"#;
        assert_eq!(copied(&mut scrubber, EVENT), marked);
    }

    #[test]
    fn what_is_said_otherwise_or_elsewhere_is_looked_at() {
        let os = r#"{"name":"Linux"}"#;
        let mut scrubber = Scrubber::default();
        for json in [
            EVENT.to_owned(),
            EVENT.replace("Linux", "of jane@example.com"),
            EVENT.replace(os, r#"{"name":"Linux","build":"of jane@example.com"}"#),
            EVENT.replace(os, r#"[{"name":"Linux"}]"#),
            EVENT.replace(os, r#""Linux of jane@example.com""#),
            EVENT.replace(os, "1"),
            EVENT.replace(os, "12"),
            format!(r#"{{"extra":{EVENT},"sdk":{os},"os":{os},"contexts":{{"os":{os}}}}}"#),
            format!(r#"{{"extra":{{"password":{os}}},"contexts":{{"password":{{"os":{os}}}}}}}"#),
            EVENT.to_owned(),
        ] {
            let looked_at = copied(&mut Scrubber::default(), &json);
            assert_eq!(copied(&mut scrubber, &json), looked_at, "{json}");
        }
    }
}
