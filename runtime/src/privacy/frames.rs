//! Frames that were copied before: a program fails at few places, and each fails again and again.

use std::collections::HashMap;

/// JSON of frames, and what is left of it, by how it begins.
#[derive(Debug, Default)]
pub(super) struct Frames {
    known: HashMap<[u8; START], Vec<Known>>,
    count: usize,
}

#[derive(Debug)]
struct Known {
    frame: Box<str>,
    clean: Box<str>,
}

/// Most of a function's name, which comes first.
const START: usize = 64;
/// How many frames are remembered, how many of them may begin alike, and how long they may be.
const MOST_KNOWN: usize = 4096;
const MOST_ALIKE: usize = 32;
const LONGEST_KNOWN: usize = 1024;

impl Frames {
    /// The frame that a text of JSON begins with, if it is known. No frame is the beginning of
    /// another one: that is where the braces close.
    pub(super) fn find(&self, text: &str) -> Option<(&str, &str)> {
        let known = self.known.get(text.as_bytes().first_chunk()?)?;
        let found = known.iter().find(|known| text.starts_with(&*known.frame))?;
        Some((&found.frame, &found.clean))
    }

    /// Remembers the first `length` bytes of a text as a frame, but for one that holds values of a
    /// call: what it says is the program's code, no secret.
    pub(super) fn add(&mut self, text: &str, length: usize, clean: &str) {
        let (Some(start), Some(frame)) = (text.as_bytes().first_chunk(), text.get(..length)) else {
            return;
        };
        if !frame.starts_with('{') || length > LONGEST_KNOWN || frame.contains("\"vars\"") {
            return;
        }
        if self.count >= MOST_KNOWN {
            self.known.clear();
            self.count = 0;
        }
        let alike = self.known.entry(*start).or_default();
        if alike.len() < MOST_ALIKE {
            alike.push(Known {
                frame: frame.into(),
                clean: clean.into(),
            });
            self.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Frames, LONGEST_KNOWN, MOST_ALIKE, MOST_KNOWN};
    use crate::privacy::Scrubber;
    use serde_json::{Value, json};

    fn scrubbed(scrubber: &mut Scrubber, event: &Value) -> Value {
        let mut out = Vec::new();
        scrubber
            .copy_item("event", event.to_string().as_bytes(), &mut out)
            .unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn frames_come_out_the_same_the_second_time() {
        let frame = |line: u32, path: &str| {
            let function = "shop::a_module_with_a_long_name::a_function_with_a_long_name";
            json!({"function": function, "lineno": line, "abs_path": path})
        };
        let event = json!({"stacktrace": {"frames": [
            frame(1, "/home/jane/shop/src/main.rs"),
            frame(10, "/home/jane/shop/src/main.rs"),
            frame(1, "src/main.rs"),
            {"a": 1},
            7,
        ]}});
        let mut scrubber = Scrubber::default();
        let first = scrubbed(&mut scrubber, &event);
        assert_eq!(
            first["stacktrace"]["frames"][0]["abs_path"],
            "/home/[user]/shop/src/main.rs"
        );
        assert_eq!(
            first["stacktrace"]["frames"][2],
            event["stacktrace"]["frames"][2]
        );
        assert_eq!(scrubbed(&mut scrubber, &event), first);
        assert_eq!(scrubber.frames.count, 3);
    }

    #[test]
    fn values_of_a_call_are_not_remembered() {
        let function = "shop::a_module_with_a_long_name::a_function_with_a_long_name";
        let event = json!({"frames": [{"function": function, "vars": {"password": "hunter2"}}]});
        let mut scrubber = Scrubber::default();
        for _ in 0..2 {
            let event = scrubbed(&mut scrubber, &event);
            assert_eq!(event["frames"][0]["vars"]["password"], "[Filtered]");
        }
        assert_eq!(scrubber.frames.count, 0);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut frames = Frames::default();
        for n in 0..2 * MOST_KNOWN {
            let frame = format!("{{\"function\":\"{n}{}\"}}", "f".repeat(60));
            frames.add(&frame, frame.len(), &frame);
            assert_eq!(frames.find(&frame), Some((&*frame, &*frame)));
            let alike = format!("{{\"function\":\"{}\",\"lineno\":{n}}}", "f".repeat(60));
            frames.add(&alike, alike.len(), &alike);
            assert!(frames.count <= MOST_KNOWN);
        }
        assert!(frames.known.values().all(|alike| alike.len() <= MOST_ALIKE));
        let long = format!("{{\"function\":\"{}\"}}", "f".repeat(LONGEST_KNOWN));
        frames.add(&long, long.len(), &long);
        assert_eq!(frames.find(&long), None);
    }
}
