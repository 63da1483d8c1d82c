//! Where the failing thread stands: addresses now, names later.

mod function;

use std::cell::Cell;

/// The frames above the annotated function, innermost first.
#[derive(Debug, Default)]
pub(crate) struct Stack(Vec<Frame>);

/// One function on the stack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// Where it goes on when what it called returns.
    pub(crate) address: usize,
    /// Its place in memory; 0 where the system does not tell.
    place: usize,
    /// Where the function itself starts.
    function: usize,
}

/// More frames than that are a runaway recursion; its innermost part tells enough.
const MOST_FRAMES: usize = 250;

impl Stack {
    /// Walks a stack for nothing: the first walk of a process prepares the unwinder, for which no
    /// failing thread should wait.
    pub(crate) fn warm_up() {
        let marker = 0_u8;
        drop(Self::above(&raw const marker));
    }

    /// Frames of which nothing but the addresses is known.
    pub(crate) fn of(addresses: &[usize]) -> Self {
        let frame = |address: &usize| Frame {
            address: *address,
            place: 0,
            function: 0,
        };
        Self(addresses.iter().map(frame).collect())
    }

    /// Takes the frames of the callers of the function whose local stands at `marker`.
    pub(crate) fn above(marker: *const u8) -> Self {
        Self::if_wanted(marker, |_| true).unwrap_or_default()
    }

    /// The same, if it is still wanted once the innermost frame is known. What is asked then must
    /// not panic.
    ///
    /// The stack grows downward on every platform that Rust supports, so a caller's frame lies above.
    pub(crate) fn if_wanted(
        marker: *const u8,
        is_wanted: impl FnOnce(Frame) -> bool,
    ) -> Option<Self> {
        let mut is_wanted = Some(is_wanted);
        let mut frames = Vec::new();
        let mut unwanted = false;
        trace(|raw| {
            let place = raw.sp() as usize;
            if frames.is_empty() && place != 0 && place <= marker as usize {
                return true;
            }
            let frame = Frame {
                address: raw.ip() as usize,
                place,
                function: function_of(raw),
            };
            if let Some(is_wanted) = is_wanted.take() {
                unwanted = !is_wanted(frame);
                if unwanted {
                    return false;
                }
                frames.reserve(64);
            }
            frames.push(frame);
            frames.len() < MOST_FRAMES
        });
        (!unwanted).then_some(Self(frames))
    }

    pub(crate) fn frames(&self) -> &[Frame] {
        &self.0
    }

    /// The memory that it takes.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.frames())
    }

    /// The innermost call, and how many calls of the same function it lies in.
    pub(crate) fn innermost(&self) -> Option<(Frame, usize)> {
        let (call, rest) = self.0.split_first()?;
        let of_same = rest.iter().filter(|frame| frame.function == call.function);
        Some((*call, of_same.count()))
    }

    /// The position of a call in this stack, from `reached` up: of that very call, which is the same
    /// only if both the place in memory and the function agree.
    pub(crate) fn position_of(&self, call: Frame, reached: usize) -> Option<usize> {
        if call.place == 0 {
            return None;
        }
        let candidates = self.0.iter().enumerate().skip(reached);
        candidates
            .take_while(|(_, frame)| frame.place <= call.place)
            .find(|(_, frame)| frame.place == call.place && frame.function == call.function)
            .map(|(index, _)| index)
    }

    /// The position of the call of a function that lies in so many others of the same function.
    pub(crate) fn position_at_depth(&self, call: Frame, depth: usize) -> Option<usize> {
        let calls = self.0.iter().enumerate().rev();
        let mut of_same = calls.filter(|(_, frame)| frame.function == call.function);
        of_same.nth(depth).map(|(index, _)| index)
    }
}

/// Where the function of a frame starts. The same places fail again and again, so of those that a
/// thread met last this is known; to look it up takes as long as the step to the frame did.
fn function_of(frame: &backtrace::Frame) -> usize {
    const KNOWN: usize = 256;
    thread_local! {
        /// Addresses and the starts of their functions, each at its own place.
        static STARTS: [Cell<(usize, usize)>; KNOWN] = const { [const { Cell::new((0, 0)) }; KNOWN] };
    }
    let address = frame.ip() as usize;
    let known = STARTS.try_with(|starts| {
        let place = starts.get((address >> 2) % KNOWN)?;
        let (known, start) = place.get();
        if known == address {
            return Some(start);
        }
        let start = function::key(frame);
        place.set((address, start));
        Some(start)
    });
    match known {
        Ok(Some(start)) => start,
        _ => function::key(frame),
    }
}

/// Walks the stack without the lock that guards the resolving of symbols: a failing thread must not
/// wait until the worker has read the debug information of the whole program.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the safe function takes that lock")]
fn trace(visit: impl FnMut(&backtrace::Frame) -> bool) {
    // SAFETY: the lock guards state that the unwinder of Unix systems does not have; it keeps all of
    // its own on the stack, and may run on any number of threads at once.
    unsafe { backtrace::trace_unsynchronized(visit) }
}

/// Walks the stack; the debugging library of other systems needs the lock.
#[cfg(not(unix))]
fn trace(visit: impl FnMut(&backtrace::Frame) -> bool) {
    backtrace::trace(visit);
}
