//! Names and lines for addresses, on the worker, each address once.

use super::stack;
use sentry::protocol::Frame;
use std::collections::HashMap;
use std::ptr;

/// Which names an event comes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Those that are known, as it must be ready at once.
    AtHand,
    /// All: debug information is read for them.
    All,
}

/// What has been resolved so far.
#[derive(Default)]
pub(crate) struct Symbols {
    known: HashMap<usize, Vec<Frame>>,
}

/// Past this many addresses the cache begins anew; no program has so many places that fail.
const MOST_KNOWN: usize = 50_000;

impl Symbols {
    /// Whether nothing need be read for a frame.
    pub(crate) fn knows(&self, frame: stack::Frame) -> bool {
        self.known.contains_key(&frame.address)
    }

    /// The functions at a frame's address, innermost first: several where calls were inlined, and
    /// one with nothing but the address where the program was stripped.
    pub(crate) fn resolve(&mut self, frame: stack::Frame) -> &[Frame] {
        if self.known.len() > MOST_KNOWN {
            self.known.clear();
        }
        self.known
            .entry(frame.address)
            .or_insert_with(|| resolve(frame.address))
    }
}

fn resolve(address: usize) -> Vec<Frame> {
    let mut frames = Vec::new();
    backtrace::resolve(ptr::without_provenance_mut(address), |symbol| {
        // the alternate form leaves out the hash
        let function = symbol.name().map(|name| format!("{name:#}"));
        let path = symbol
            .filename()
            .map(|path| path.to_string_lossy().into_owned());
        frames.push(Frame {
            function,
            filename: path.clone(),
            abs_path: path,
            lineno: symbol.lineno().map(u64::from),
            colno: symbol.colno().map(u64::from),
            instruction_addr: Some((address as u64).into()),
            ..Frame::default()
        });
    });
    if frames.is_empty() {
        frames.push(nameless(address));
    }
    frames
}

/// A frame of which the address is all that is known.
pub(crate) fn nameless(address: usize) -> Frame {
    Frame {
        instruction_addr: Some((address as u64).into()),
        ..Frame::default()
    }
}
