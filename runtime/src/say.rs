//! What the user is told on stderr: one line each, each once in a process.

use std::collections::HashSet;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex, PoisonError};

static SAID: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Prints `dragonfly: <line>`, unless that was said before. A closed stderr is not an error.
pub(crate) fn once(line: &str) {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(line.to_owned()) {
        let _ = writeln!(
            std::io::stderr(),
            "dragonfly: {}",
            crate::privacy::scrub_text(line)
        );
    }
}

/// Text from outside as one line without control characters, cut to a readable length.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(200)
        .collect()
}
