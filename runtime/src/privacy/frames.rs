//! Frames that were copied before: a program fails at few places, and each fails again and again.

use foldhash::HashMap;
use sentry::protocol::Frame;

/// Frames, and what may leave of them as JSON, by their addresses.
#[derive(Debug, Default)]
pub(super) struct Frames {
    known: HashMap<u64, Vec<Known>>,
    count: usize,
}

#[derive(Debug)]
struct Known {
    frame: Frame,
    clean: Box<str>,
}

/// How many frames are remembered, how many of them may have one address, and how long they may be.
const MOST_KNOWN: usize = 4096;
const MOST_ALIKE: usize = 32;
const LONGEST_KNOWN: usize = 1024;

impl Frames {
    /// What may leave of a frame, if it is known.
    pub(super) fn find(&self, frame: &Frame) -> Option<&str> {
        let known = self.known.get(&address(frame))?;
        let found = known.iter().find(|known| known.frame == *frame)?;
        Some(&found.clean)
    }

    /// Remembers a frame, but for one that holds values of a call: what it says is the program's code, no
    /// secret.
    pub(super) fn add(&mut self, frame: Frame, clean: &str) {
        if !frame.vars.is_empty() || clean.len() > LONGEST_KNOWN {
            return;
        }
        if self.count >= MOST_KNOWN {
            self.known.clear();
            self.count = 0;
        }
        let alike = self.known.entry(address(&frame)).or_default();
        if alike.len() < MOST_ALIKE {
            let clean = clean.into();
            alike.push(Known { frame, clean });
            self.count += 1;
        }
    }
}

fn address(frame: &Frame) -> u64 {
    frame.instruction_addr.map_or(0, |addr| addr.0)
}

#[cfg(test)]
mod tests {
    use super::{Frames, LONGEST_KNOWN, MOST_ALIKE, MOST_KNOWN};
    use crate::privacy::Scrubber;
    use sentry::protocol::{Addr, Event, Exception, Frame, Stacktrace};
    use serde_json::Value;

    fn scrubbed(scrubber: &mut Scrubber, frames: &[Frame]) -> Value {
        let stack = Stacktrace {
            frames: frames.to_vec(),
            ..Stacktrace::default()
        };
        let event = Event {
            exception: vec![Exception {
                stacktrace: Some(stack),
                ..Exception::default()
            }]
            .into(),
            ..Event::default()
        };
        let event: Value = serde_json::from_slice(scrubber.copy_event(event).unwrap()).unwrap();
        event["exception"]["values"][0]["stacktrace"]["frames"].clone()
    }

    fn frame(line: u64, path: &str) -> Frame {
        Frame {
            function: Some("shop::order".into()),
            lineno: Some(line),
            abs_path: Some(path.into()),
            instruction_addr: Some(Addr(0x1000)),
            ..Frame::default()
        }
    }

    #[test]
    fn frames_come_out_the_same_the_second_time() {
        let frames = [
            frame(1, "/home/jane/shop/src/main.rs"),
            frame(10, "/home/jane/shop/src/main.rs"),
            frame(1, "src/main.rs"),
            Frame::default(),
        ];
        let mut scrubber = Scrubber::default();
        let first = scrubbed(&mut scrubber, &frames);
        assert_eq!(first[0]["abs_path"], "/home/[user]/shop/src/main.rs");
        assert_eq!(first[2], serde_json::to_value(&frames[2]).unwrap());
        assert_eq!(scrubbed(&mut scrubber, &frames), first);
        assert_eq!(scrubber.frames.count, 4);
    }

    #[test]
    fn values_of_a_call_are_not_remembered() {
        let mut frame = frame(1, "src/main.rs");
        frame.vars.insert("password".into(), "hunter2".into());
        let mut scrubber = Scrubber::default();
        for _ in 0..2 {
            let frames = scrubbed(&mut scrubber, std::slice::from_ref(&frame));
            assert_eq!(frames[0]["vars"]["password"], "[Filtered]");
        }
        assert_eq!(scrubber.frames.count, 0);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut frames = Frames::default();
        for n in 0..2 * MOST_KNOWN as u64 {
            let mut one = frame(1, "src/main.rs");
            one.instruction_addr = Some(Addr(0x2000 + n));
            frames.add(one.clone(), "clean");
            assert_eq!(frames.find(&one), Some("clean"));
            frames.add(frame(n, "src/main.rs"), "clean");
            assert!(frames.count <= MOST_KNOWN);
        }
        assert!(frames.known.values().all(|alike| alike.len() <= MOST_ALIKE));
        let long = frame(1, "src/lib.rs");
        frames.add(long.clone(), &"x".repeat(LONGEST_KNOWN + 1));
        assert_eq!(frames.find(&long), None);
    }
}
