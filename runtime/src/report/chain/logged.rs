//! What a program logs of errors that were reported.

use super::{Chain, guarded, is_one_word};
use crate::report::bounded::Bounded;
use std::error::Error;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

/// Past this, what one `Debug` says is what another one does.
const MOST_OF_DEBUG: usize = 1024;

/// Whether it is listened to what the program logs.
static IS_LOGGED: AtomicBool = AtomicBool::new(false);

/// From now on errors may be logged that were reported.
pub(crate) fn expect_logs() {
    IS_LOGGED.store(true, Ordering::Relaxed);
}

/// Whether an event may be one of a log.
pub(crate) fn are_expected() -> bool {
    IS_LOGGED.load(Ordering::Relaxed)
}

impl Chain {
    /// Whether what a program says is about this error: it has its text, or that of its root, or its `Debug`.
    pub(crate) fn is_told_by(&self, said: &str) -> bool {
        let ends = [self.0.first(), self.0.last()];
        let mut texts = ends.into_iter().flatten().map(|link| link.value.as_str());
        let debug = self.0.first().map_or("", |link| &link.debug);
        texts.any(|text| !text.is_empty() && said.contains(text)) || is_whole_in(debug, said)
    }
}

/// Whether a text has another in it, which is not part of a longer word there.
fn is_whole_in(part: &str, text: &str) -> bool {
    !part.is_empty()
        && text.match_indices(part).any(|(at, _)| {
            let (before, rest) = text.split_at(at);
            let after = rest.get(part.len()..).unwrap_or_default();
            !is_one_word(before, part) && !is_one_word(part, after)
        })
}

pub(super) fn debug_of(error: &(dyn Error + '_)) -> String {
    if !are_expected() {
        return String::new();
    }
    let mut out = Bounded::new(MOST_OF_DEBUG);
    match guarded(|| write!(out, "{error:?}")) {
        Some(Ok(())) => out.text,
        // what was cut ends with a whole word
        Some(Err(_)) => out.text.trim_end_matches(char::is_alphanumeric).to_owned(),
        None => String::new(),
    }
}
