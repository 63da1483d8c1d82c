//! Names and lines for addresses, on the worker, each address once.

use super::stack::Stack;
use foldhash::HashMap;
use sentry::protocol::Frame;
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
    known: HashMap<usize, Functions>,
}

/// The functions of one address, innermost first.
struct Functions {
    frames: Vec<Frame>,
    /// Whether one of them starts the program, or a thread.
    start: bool,
}

/// Past this many addresses the cache begins anew; no program has so many places that fail.
const MOST_KNOWN: usize = 50_000;

impl Symbols {
    /// Whether nothing need be read for a stack.
    pub(crate) fn know(&self, stack: &Stack) -> bool {
        for frame in stack.frames() {
            match self.known.get(&frame.address) {
                Some(functions) if functions.start => return true,
                Some(_) => {}
                None => return false,
            }
        }
        true
    }

    /// The functions of a stack, innermost first: several for one address where calls were inlined,
    /// and one with nothing but the address where the program was stripped.
    ///
    /// Those that call `main` are left out, as nobody wants to see them, and as one is the C library's,
    /// whose debug information takes 60 ms to read where it is installed.
    pub(crate) fn of(&mut self, stack: &Stack) -> Vec<Frame> {
        let mut all = Vec::new();
        for frame in stack.frames() {
            let functions = self.resolve(frame.address);
            all.extend_from_slice(&functions.frames);
            if functions.start {
                break;
            }
        }
        all
    }

    fn resolve(&mut self, address: usize) -> &Functions {
        if self.known.len() > MOST_KNOWN {
            self.known.clear();
        }
        self.known.entry(address).or_insert_with(|| {
            let frames = resolve(address);
            let start = frames.iter().any(starts_program);
            Functions { frames, start }
        })
    }
}

/// Whether it is the function of the standard library around `main`, or around what a thread runs.
fn starts_program(function: &Frame) -> bool {
    let name = function.function.as_deref();
    name.is_some_and(|name| {
        name.starts_with("std::") && name.contains("__rust_begin_short_backtrace")
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stack::Here;

    #[test]
    fn what_calls_a_thread_is_not_looked_up() {
        let marker = 0_u8;
        let stack = Stack::of_callers(Here::new(&raw const marker));
        let mut symbols = Symbols::default();
        assert!(!symbols.know(&stack));
        let functions = symbols.of(&stack);
        assert!(functions.last().is_some_and(starts_program));
        assert!(symbols.know(&stack));
        assert!(symbols.known.len() < stack.frames().len());
        // but what else is there is
        let inner: Vec<usize> = stack.frames().iter().map(|frame| frame.address).collect();
        let mut symbols = Symbols::default();
        let inner = Stack::of(&inner[..3]);
        symbols.of(&inner);
        assert_eq!(symbols.known.len(), 3);
    }
}
