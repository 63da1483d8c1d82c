//! Where the failing thread stands: addresses now, names later.

use backtrace::Frame;

/// The frames above the annotated function, innermost first.
#[derive(Debug, Clone)]
pub(crate) struct Stack(Vec<Frame>);

/// More frames than that are a runaway recursion; its innermost part tells enough.
const MOST_FRAMES: usize = 250;

impl Stack {
    /// Takes the frames of the callers of the function whose local stands at `marker`.
    ///
    /// The stack grows downward on every platform that Rust supports, so a caller's frame lies above.
    pub(crate) fn above(marker: *const u8) -> Self {
        let mut frames = Vec::with_capacity(32);
        trace(|frame| {
            if !frames.is_empty() || frame.sp().is_null() || frame.sp() as usize > marker as usize {
                frames.push(frame.clone());
            }
            frames.len() < MOST_FRAMES
        });
        Self(frames)
    }

    pub(crate) fn frames(&self) -> &[Frame] {
        &self.0
    }

    /// The position of `own`'s innermost function in this stack, from `reached` up.
    ///
    /// That function is one and the same call only if both the place in memory and the function agree.
    pub(crate) fn position_of(&self, own: &Self, reached: usize) -> Option<usize> {
        let caller = own.0.first()?;
        if caller.sp().is_null() {
            return None;
        }
        let candidates = self.0.iter().enumerate().skip(reached);
        candidates
            .take_while(|(_, frame)| frame.sp() as usize <= caller.sp() as usize)
            .find(|(_, frame)| {
                frame.sp() == caller.sp() && frame.symbol_address() == caller.symbol_address()
            })
            .map(|(index, _)| index)
    }
}

/// Walks the stack without the lock that guards the resolving of symbols: a failing thread must not
/// wait until the worker has read the debug information of the whole program.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the safe function takes that lock")]
fn trace(visit: impl FnMut(&Frame) -> bool) {
    // SAFETY: the lock guards state that the unwinder of Unix systems does not have; it keeps all of
    // its own on the stack, and may run on any number of threads at once.
    unsafe { backtrace::trace_unsynchronized(visit) }
}

/// Walks the stack; the debugging library of other systems needs the lock.
#[cfg(not(unix))]
fn trace(visit: impl FnMut(&Frame) -> bool) {
    backtrace::trace(visit);
}
