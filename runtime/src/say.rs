//! What the user is told on stderr: one line each, each once in a process.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

/// Nothing that a system without random numbers could not make.
static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Prints `dragonfly: <line>`, unless that was said before. A closed stderr is not an error.
pub(crate) fn once(line: &str) {
    first(line, line);
}

/// The same for lines that differ in what others said: of each kind the first one.
pub(crate) fn first(kind: &str, line: &str) {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(kind.to_owned()) {
        let _ = writeln!(
            std::io::stderr(),
            "dragonfly: {}",
            crate::privacy::printed_text(line)
        );
    }
}

/// Text from outside as one line, without what steers a terminal or reorders the line, cut to a
/// readable length.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if steers(letter) { ' ' } else { letter })
        .take(200)
        .collect()
}

/// Whether a letter could steer a terminal or reorder a line.
pub(crate) fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn text_from_outside_steers_no_terminal_and_fills_no_screen() {
        assert_eq!(one_line("a\nb\x1b[2Jc\u{9b}d\u{202e}e"), "a b [2Jc d e");
        assert_eq!(one_line("größer, 大"), "größer, 大");
        assert_eq!(one_line(&"ä".repeat(1000)).chars().count(), 200);
    }
}
