//! Where envelopes go that are to be looked at and not sent.

use super::outlet::{Answer, Limits, Outlet, taken};
use crate::envelope;
use std::fmt::Write as _;
use std::io::Write as _;

/// Prints on stderr what would be sent: of each item its type and what it holds, as JSON.
pub(crate) struct DryRun;

impl Outlet for DryRun {
    fn send(&mut self, envelopes: Vec<Vec<u8>>) -> Vec<(Answer, Limits)> {
        let print = |envelope: Vec<u8>| {
            // a closed stderr is not an error
            let _ = std::io::stderr().write_all(printed(&envelope).as_bytes());
            taken()
        };
        envelopes.into_iter().map(print).collect()
    }
}

/// One write for all: what the program prints meanwhile stands before or after it.
fn printed(envelope: &[u8]) -> String {
    let mut text = String::new();
    let Ok(parsed) = envelope::parse(envelope) else {
        return text;
    };
    for item in &parsed.items {
        // whatever it holds, the door let it through as JSON
        let payload = serde_json::from_slice::<serde_json::Value>(item.payload).unwrap_or_default();
        let _ = writeln!(
            text,
            "dragonfly: dry run, not sent: {}\n{payload:#}",
            item.kind()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn each_item_is_printed_with_its_type() {
        let envelope =
            b"{}\n{\"type\":\"event\"}\n{\"message\":\"a\"}\n{\"type\":\"session\"}\n{\"sid\":1}\n";
        let expected = "dragonfly: dry run, not sent: event\n{\n  \"message\": \"a\"\n}\n\
                        dragonfly: dry run, not sent: session\n{\n  \"sid\": 1\n}\n";
        assert_eq!(printed(envelope), expected);
        assert_eq!(printed(b"no envelope"), "");
    }
}
