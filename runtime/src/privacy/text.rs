//! A text as the rules look at it: its bytes, with nothing around them.

/// How far a rule looks for the end, or the beginning, of what it found: no secret is longer, and
/// without a bound hostile text would be looked at again from each of its letters.
pub(super) const FAR: usize = 16 * 1024;

/// How far a look goes that may find nothing.
pub(super) const NEAR: usize = 1024;

/// A set of letters.
pub(super) type Letters = fn(u8) -> bool;

/// All positions are bytes, and every position outside the text holds a zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a>(pub(super) &'a [u8]);

impl<'a> Text<'a> {
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn at(self, position: usize) -> u8 {
        self.0.get(position).copied().unwrap_or(0)
    }

    /// The byte before a position.
    pub(super) fn before(self, position: usize) -> u8 {
        position.checked_sub(1).map_or(0, |before| self.at(before))
    }

    /// What lies between two positions, nothing where there is nothing.
    pub(super) fn slice(self, start: usize, end: usize) -> &'a [u8] {
        self.0.get(start..end.min(self.len())).unwrap_or_default()
    }

    /// The same as a text, without the parts of letters that it would be cut inside of.
    pub(super) fn str(self, start: usize, end: usize) -> &'a str {
        let end = self.letter_start(end);
        let rest = self.slice(start, end).iter();
        let start = start + rest.take_while(|byte| is_continuation(**byte)).count();
        std::str::from_utf8(self.slice(start, end)).unwrap_or_default()
    }

    /// This position, or where the letter begins that it lies inside of.
    pub(super) fn letter_start(self, position: usize) -> usize {
        let mut start = position.min(self.len());
        while is_continuation(self.at(start)) {
            start -= 1;
        }
        start
    }

    /// This position, or where the letter ends that it lies inside of.
    pub(super) fn letter_end(self, position: usize) -> usize {
        let mut end = position.min(self.len());
        while is_continuation(self.at(end)) {
            end += 1;
        }
        end
    }

    pub(super) fn says(self, position: usize, literal: &str) -> bool {
        self.slice(position, position + literal.len()) == literal.as_bytes()
    }

    pub(super) fn says_in_any_case(self, position: usize, literal: &str) -> bool {
        self.slice(position, position + literal.len())
            .eq_ignore_ascii_case(literal.as_bytes())
    }

    /// Whether a literal stands right before a position.
    pub(super) fn ends_with(self, position: usize, literal: &str) -> bool {
        position
            .checked_sub(literal.len())
            .is_some_and(|start| self.says_in_any_case(start, literal))
    }

    /// Where a run of such letters that begins here ends.
    pub(super) fn run(self, start: usize, letters: impl Fn(u8) -> bool) -> usize {
        self.run_within(start, FAR, letters)
    }

    /// The same, at most `far` on: for a look that may find nothing, and be taken again a word later.
    pub(super) fn run_within(
        self,
        start: usize,
        far: usize,
        letters: impl Fn(u8) -> bool,
    ) -> usize {
        let within = self.slice(start, start.saturating_add(far));
        let length = within.iter().position(|byte| !letters(*byte));
        start + length.unwrap_or(within.len())
    }

    /// Where a run of such letters that ends here begins, at most `far` back.
    pub(super) fn run_back(self, end: usize, far: usize, letters: impl Fn(u8) -> bool) -> usize {
        let within = self.slice(end.saturating_sub(far), end);
        let length = within.iter().rev().position(|byte| !letters(*byte));
        end - length.unwrap_or(within.len())
    }

    pub(super) fn skip_blanks(self, start: usize) -> usize {
        self.run(start, |byte| matches!(byte, b' ' | b'\t'))
    }

    /// The word before a position and what separates the two, without regard to blanks between.
    pub(super) fn word_before(self, position: usize) -> &'a [u8] {
        let end = self.run_back(position, 8, |byte| {
            matches!(
                byte,
                b' ' | b'\t' | b'"' | b'\'' | b'`' | b':' | b'=' | b'(' | b'@'
            )
        });
        let start = self.run_back(end, 32, is_word);
        self.slice(start, end)
    }

    /// Behind the letter of an escape before a word: `\nAuthorization`.
    pub(super) fn skip_escape(self, start: usize) -> usize {
        let letter = matches!(self.at(start), b'n' | b'r' | b't');
        start + usize::from(letter && self.before(start) == b'\\')
    }

    /// Behind what changes the colour of a terminal.
    pub(super) fn skip_colours(self, start: usize) -> usize {
        let mut at = start;
        for _ in 0..4 {
            let end = self.run_within(at + 2, 16, |byte| byte.is_ascii_digit() || byte == b';');
            if !self.says(at, "\x1b[") || self.at(end) != b'm' {
                break;
            }
            at = end + 1;
        }
        at
    }

    /// Whether what changes the colour of a terminal ends here, as it is or escaped: `\u{1b}[31m`.
    #[cold]
    #[inline(never)] // few words are behind one
    pub(super) fn ends_colour(self, position: usize) -> bool {
        const ESCAPES: [&str; 5] = ["\x1b", "\\u{1b}", "\\x1b", "\\u001b", "\\033"];
        let Some(mark) = position.checked_sub(1) else {
            return false;
        };
        if self.at(mark) != b'm' {
            return false;
        }
        let open = self.run_back(mark, 16, |byte| byte.is_ascii_digit() || byte == b';');
        let Some(open) = open.checked_sub(1) else {
            return false;
        };
        self.at(open) == b'[' && ESCAPES.iter().any(|escape| self.ends_with(open, escape))
    }

    /// Whether a word may begin here: the byte before belongs to none, but for an escape's (`\n`, `%3D`), or a
    /// colour's.
    pub(super) fn begins_word(self, position: usize) -> bool {
        let before = self.before(position);
        if !before.is_ascii_alphanumeric() {
            return true;
        }
        if matches!(before, b'n' | b't' | b'r') && position >= 2 && self.at(position - 2) == b'\\' {
            return true;
        }
        if before == b'm' && self.ends_colour(position) {
            return true;
        }
        position >= 3
            && self.at(position - 3) == b'%'
            && before.is_ascii_hexdigit()
            && self.at(position - 2).is_ascii_hexdigit()
    }
}

/// A byte of a letter that is not its first.
fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

pub(super) fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Letters, digits and `_`.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Letters, digits, `_` and `-`, as in URL-safe base64.
pub(super) fn is_dashed(byte: u8) -> bool {
    is_word(byte) || byte == b'-'
}

/// The same with `.`.
pub(super) fn is_dotted(byte: u8) -> bool {
    is_dashed(byte) || byte == b'.'
}

pub(super) fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

pub(super) fn is_upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// Letters of base64 of either alphabet, percent escapes, and what holds the parts of a token together.
pub(super) fn is_base64(byte: u8) -> bool {
    is_dotted(byte) || matches!(byte, b'+' | b'/' | b'=' | b'~' | b'%')
}

/// How often an upper letter follows a lower one.
pub(super) fn humps(body: &[u8]) -> usize {
    body.windows(2)
        .filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        .count()
}

/// Whether a text is nothing but words and small numbers, as names that people give are:
/// `learn-pipeline-step-2`, `orders/v2/created`, `2024-01-01`.
pub(super) fn is_words(body: &[u8]) -> bool {
    body.split(|byte| !byte.is_ascii_alphanumeric())
        .all(is_word_or_number)
}

fn is_word_or_number(part: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let digits = part.iter().filter(|byte| is_digit(byte)).count();
    if digits == 0 {
        return humps(part) <= 2;
    }
    if digits == part.len() {
        return digits <= 4;
    }
    // `v2`, `sha256`, `utf8`, `2nd`
    let ahead = part.iter().take_while(|byte| is_digit(byte)).count();
    let behind = part.iter().rev().take_while(|byte| is_digit(byte)).count();
    part.len() <= 12 && (behind == digits && digits <= 4 || ahead == digits && digits <= 2)
}
