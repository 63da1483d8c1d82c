//! Names and lines for addresses, on the worker, each address once.

use backtrace::resolve_frame;
use sentry::protocol::Frame;
use std::collections::HashMap;

/// What has been resolved so far.
#[derive(Default)]
pub(crate) struct Symbols {
    known: HashMap<usize, Vec<Frame>>,
}

/// Past this many addresses the cache begins anew; no program has so many places that fail.
const MOST_KNOWN: usize = 50_000;

impl Symbols {
    /// The functions at a frame's address, innermost first: several where calls were inlined, and
    /// one with nothing but the address where the program was stripped.
    pub(crate) fn resolve(&mut self, frame: &backtrace::Frame) -> &[Frame] {
        if self.known.len() > MOST_KNOWN {
            self.known.clear();
        }
        self.known
            .entry(frame.ip() as usize)
            .or_insert_with(|| resolve(frame))
    }
}

fn resolve(frame: &backtrace::Frame) -> Vec<Frame> {
    let address = frame.ip() as u64;
    let mut frames = Vec::new();
    resolve_frame(frame, |symbol| {
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
            instruction_addr: Some(address.into()),
            ..Frame::default()
        });
    });
    if frames.is_empty() {
        frames.push(Frame {
            instruction_addr: Some(address.into()),
            ..Frame::default()
        });
    }
    frames
}
