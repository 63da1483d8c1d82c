//! What `ignore_errors` and `scrub(deny = ..)` know of texts: regular expressions between slashes.

use regex_lite::Regex;
use std::mem;
use std::ops::Range;

/// A regular expression. Its classes, `\b` and `(?i)` know ASCII alone, as those of `regex-lite` do; a find
/// that would stop inside a word for that takes the word whole.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    regex: Regex,
    /// A text without which nothing is found: looked for first, as that takes a hundredth of the time.
    needed: String,
}

impl Pattern {
    /// The pattern of an entry that begins with a slash; the error says what is expected.
    pub(crate) fn between_slashes(entry: &str) -> Option<Result<Self, &'static str>> {
        let rest = entry.strip_prefix('/')?;
        let pattern = rest.strip_suffix('/').filter(|pattern| !pattern.is_empty());
        let pattern = pattern.ok_or("expected a pattern between two slashes");
        Some(pattern.and_then(Self::read))
    }

    fn read(pattern: &str) -> Result<Self, &'static str> {
        let regex = Regex::new(pattern).map_err(|_| {
            if [r"\p", r"\P"].iter().any(|class| pattern.contains(class)) {
                r"expected a regular expression without `\p`, as no class of Unicode is known"
            } else {
                "expected a regular expression between the slashes"
            }
        })?;
        if !pattern.is_ascii() && knows_ascii_alone(pattern) {
            return Err(
                r"expected neither `(?i)` nor `\b` beside letters beyond ASCII, which they do not know",
            );
        }
        Ok(Self {
            regex,
            needed: needed(pattern),
        })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        text.contains(&self.needed) && self.regex.is_match(text)
    }

    /// Whether it finds every word, so that nothing is left of any text.
    pub(crate) fn finds_every_word(&self) -> bool {
        const WORDS: &str = "aZ7 b";
        let finds: Vec<_> = self.finds(WORDS).collect();
        let is_found = |at: usize| finds.iter().any(|find| find.contains(&at));
        let mut letters = WORDS.char_indices();
        letters.all(|(at, letter)| letter == ' ' || is_found(at))
    }

    /// Where it finds something, from left to right.
    pub(crate) fn finds<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let text_or_nothing = text.contains(&self.needed).then_some(text);
        text_or_nothing
            .into_iter()
            .flat_map(|text| self.regex.find_iter(text))
            .map(|find| with_whole_words(text, find.range()))
    }
}

fn knows_ascii_alone(pattern: &str) -> bool {
    let mut groups = pattern.split("(?").skip(1);
    let ignores_case = |group: &str| {
        let mut flags = group.chars().take_while(char::is_ascii_alphabetic);
        flags.any(|flag| flag == 'i')
    };
    groups.any(ignores_case) || [r"\b", r"\B"].iter().any(|edge| pattern.contains(edge))
}

/// A text that all that a pattern matches must hold, as long a one as can be told without knowing much of
/// regular expressions.
fn needed(pattern: &str) -> String {
    let (mut longest, mut run) = (String::new(), String::new());
    // one of several is no must
    let mut letters = if pattern.contains('|') { "" } else { pattern }.chars();
    loop {
        let literal = match letters.next() {
            Some('\\') => match letters.next() {
                Some('<' | '>') | None => break,
                Some(letter) if letter.is_ascii_punctuation() => Some(letter),
                Some('d' | 'D' | 's' | 'S' | 'w' | 'W' | 'b' | 'B') => None,
                Some(_) => break,
            },
            Some('.' | '^' | '$') => None,
            // flags in parentheses are passed over: a `?` after them is of the letter before them
            Some('?' | '*' | '+' | '{' | '(') => {
                // nobody can tell here how often the letter before it must be there
                run.pop();
                break;
            }
            Some('[') | None => break,
            literal => literal,
        };
        match literal {
            Some(letter) => run.push(letter),
            None => longest = longer(longest, mem::take(&mut run)),
        }
    }
    longer(longest, run)
}

fn longer(one: String, other: String) -> String {
    if other.len() > one.len() { other } else { one }
}

/// A find, with all of a word that it has a part of, where that word goes on with a letter beyond ASCII.
fn with_whole_words(text: &str, find: Range<usize>) -> Range<usize> {
    let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let goes_on = |inside: Option<char>, outside: Option<char>| {
        let beyond_ascii = |letter: char| !letter.is_ascii() && is_of_word(letter);
        inside.is_some_and(is_of_word) && outside.is_some_and(beyond_ascii)
    };
    let (before, rest) = text.split_at(find.start);
    let (found, after) = rest.split_at(find.len());
    let mut range = find;
    if goes_on(found.chars().next(), before.chars().next_back()) {
        range.start = before.trim_end_matches(is_of_word).len();
    }
    if goes_on(found.chars().next_back(), after.chars().next()) {
        range.end = text.len() - after.trim_start_matches(is_of_word).len();
    }
    range
}

#[cfg(test)]
mod tests {
    use super::{Pattern, needed};
    use proptest::prelude::*;

    fn read(pattern: &str) -> Result<Pattern, &'static str> {
        Pattern::between_slashes(&format!("/{pattern}/")).expect("slashes")
    }

    #[test]
    fn what_a_pattern_needs_is_told_as_far_as_it_is_clear() {
        for (pattern, expected) in [
            ("timed out", "timed out"),
            ("^timed.*out$", "timed"),
            (r"ORD-\d+", "ORD-"),
            ("ORD-[0-9]+", "ORD-"),
            (r"a\.b\\c", r"a.b\c"),
            ("a.long one.b", "long one"),
            ("colou?r", "colo"),
            ("a+*", ""),
            ("ab{0}", "a"),
            ("ab(?i)?", "a"),
            (r"\x41bc", ""),
            (r"\<word", ""),
            ("(?i)timed out", ""),
            ("timed out|gone", ""),
            ("[abc]def", ""),
            ("", ""),
        ] {
            assert_eq!(needed(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn a_word_goes_whole() {
        for (pattern, text, found) in [
            (r"to \w+", "sent to Müller, paid", ["to Müller"].as_slice()),
            (r"\w+@corp", "for jürgen_b@corp", &["jürgen_b@corp"]),
            (r": \w+", "für: max", &[": max"]),
            (r"\w+", "für max", &["für", "für", "max"]),
            ("ü", "für", &["ü"]),
            ("[0-9]", "1a 2é", &["1", "2é"]),
            ("x*", "é", &["", ""]),
        ] {
            let pattern = read(pattern).unwrap();
            let finds: Vec<_> = pattern.finds(text).map(|find| &text[find]).collect();
            assert_eq!(finds, found, "{pattern:?}");
        }
    }

    #[test]
    fn what_would_find_too_little_beyond_ascii_is_refused() {
        for pattern in ["(?i)müller", "a(?s-u:b)(?mi:ü)", r"\bÖzil", r"ü\B"] {
            let why = read(pattern).unwrap_err();
            assert!(why.contains("beyond ASCII"), "{pattern}: {why}");
        }
        for pattern in ["(?i)mueller", "(?s-i)ü", "(?P<i>ü)", r"\bmax\b", "müller"] {
            assert!(read(pattern).is_ok(), "{pattern}");
        }
    }

    const PARTS: [&str; 26] = [
        "a", "b", "a", "b", ".", "^", "$", "?", "*", "+", "{0,1}", "{2}", "[ab]", "[^a]", "(a",
        "(?:b", ")", "|", "\\d", "\\.", "\\x61", "\\b", "\\<", "(?i)", "(?x)", " ",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_looked_for_first_changes_no_find(
            parts in prop::collection::vec(prop::sample::select(&PARTS[..]), 1..7),
            text in "[abA.1 ]{0,8}",
        ) {
            if let Ok(pattern) = read(&parts.concat()) {
                prop_assert_eq!(pattern.is_match(&text), pattern.regex.is_match(&text));
                prop_assert_eq!(pattern.finds(&text).count(), pattern.regex.find_iter(&text).count());
            }
        }
    }
}
