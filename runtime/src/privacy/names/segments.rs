//! The words that a name is made of.

/// How many segments of a name count: the last ones, as they say most.
const MOST_SEGMENTS: usize = 16;

/// The words of a name, as they stand in it: `dbPassword`, `db_password` and `DB-PASSWORD1` are `db`
/// and `password` in one case or another, `APIKey` is `api` and `key`.
#[derive(Clone, Copy)]
pub(super) struct Segments<'a> {
    parts: [&'a str; MOST_SEGMENTS],
    count: usize,
}

impl<'a> Segments<'a> {
    pub(super) fn of(name: &'a str) -> Self {
        let mut segments = Self {
            parts: [""; MOST_SEGMENTS],
            count: 0,
        };
        let mut letters = name.char_indices().peekable();
        let (mut start, mut before) = (0, None::<char>);
        while let Some((at, letter)) = letters.next() {
            let next = letters.peek().map(|(_, next)| *next);
            let after_lower =
                before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
            let ends_acronym =
                before.is_some_and(char::is_uppercase) && next.is_some_and(char::is_lowercase);
            if !letter.is_alphanumeric() {
                segments.push(name.get(start..at));
                start = at + letter.len_utf8();
            } else if letter.is_uppercase() && (after_lower || ends_acronym) {
                segments.push(name.get(start..at));
                start = at;
            }
            before = Some(letter);
        }
        segments.push(name.get(start..));
        // `x-hub-signature-256` ends with a word too
        while segments.count > 1 && segments.last().is_some_and(is_number) {
            segments.count -= 1;
        }
        segments
    }

    fn push(&mut self, segment: Option<&'a str>) {
        let Some(segment) = segment.filter(|segment| !segment.is_empty()) else {
            return;
        };
        if self.count == MOST_SEGMENTS {
            self.parts.rotate_left(1);
            self.count -= 1;
        }
        let word = segment.trim_end_matches(|letter: char| letter.is_ascii_digit());
        if let Some(part) = self.parts.get_mut(self.count) {
            *part = if word.is_empty() { segment } else { word };
            self.count += 1;
        }
    }

    pub(super) fn parts(&self) -> &[&'a str] {
        self.parts.get(..self.count).unwrap_or_default()
    }

    pub(super) fn last(&self) -> Option<&'a str> {
        self.parts().last().copied()
    }

    pub(super) fn ends_with(&self, own: &Self) -> bool {
        let own = own.parts();
        let Some(from) = self
            .count
            .checked_sub(own.len())
            .filter(|_| !own.is_empty())
        else {
            return false;
        };
        let end = self.parts().get(from..).unwrap_or_default();
        end.iter().zip(own).all(|(a, b)| a.eq_ignore_ascii_case(b))
    }
}

impl PartialEq for Segments<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.count == other.count && self.ends_with(other)
    }
}

fn is_number(segment: &str) -> bool {
    segment.bytes().all(|byte| byte.is_ascii_digit())
}
