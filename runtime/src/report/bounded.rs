//! Texts that user code writes: they end, also where a `Display` does not.

use std::fmt::{self, Display, Write as _};

/// A text is cut here: Sentry keeps less of one, and takes no event that is larger than a megabyte.
pub(super) const MOST_BYTES: usize = 64 * 1024;

/// A text that stops growing.
pub(super) struct Bounded {
    pub(super) text: String,
    most: usize,
}

impl Bounded {
    pub(super) fn new(most: usize) -> Self {
        Self {
            text: String::new(),
            most,
        }
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.most.saturating_sub(self.text.len());
        if text.len() <= room {
            self.text.push_str(text);
            return Ok(());
        }
        let cut = (0..=room)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        self.text.push_str(&text[..cut]);
        Err(fmt::Error)
    }
}

/// Unlike `to_string`, keeps what was written before a `Display` failed.
pub(super) fn shown(value: impl Display) -> String {
    let mut out = Bounded::new(MOST_BYTES);
    let _ = write!(out, "{value}");
    out.text
}
