//! Where the failing thread stands: addresses now, names later.

mod function;
mod steps;
mod walk;

use std::ops::ControlFlow;

#[cfg(all(
    any(target_arch = "aarch64", target_arch = "x86_64"),
    target_pointer_width = "64",
    target_os = "linux"
))]
#[path = "stack/linux.rs"]
mod system;
#[cfg(not(all(
    any(target_arch = "aarch64", target_arch = "x86_64"),
    target_pointer_width = "64",
    target_os = "linux"
)))]
#[path = "stack/elsewhere.rs"]
mod system;

#[cfg(unix)]
pub(crate) use system::{after_fork, before_fork};

/// The frames above the annotated function, innermost first.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    frames: Vec<Frame>,
    /// Where they were taken, if that is known.
    taken_at: Option<usize>,
}

/// The function whose callers are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here {
    /// Where a local of it lies: the stack grows downward on every platform that Rust supports, so its
    /// callers' frames lie above.
    marker: usize,
    spot: Option<Spot>,
}

/// A frame, and what leads to the next.
#[derive(Debug, Clone, Copy)]
struct Spot {
    /// Where its function goes on.
    address: usize,
    /// Where the stack ends then.
    place: usize,
    /// The base pointer.
    base: usize,
}

impl Here {
    /// The function that asks, by a local of it.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "else another function would stand here"
    )]
    pub(crate) fn new(marker: *const u8) -> Self {
        Self {
            marker: marker as usize,
            spot: system::here(),
        }
    }

    /// The same, but for the functions between it and where `floor` was laid.
    pub(crate) fn above(self, floor: Floor) -> Self {
        let marker = self.marker.max(floor.0);
        Self { marker, ..self }
    }

    fn address(self) -> Option<usize> {
        Some(self.spot?.address)
    }
}

/// What lies below it on the stack is no call of an annotated function, but of what looks at its errors.
#[derive(Debug, Clone, Copy)]
pub struct Floor(usize);

impl Floor {
    /// There is nothing between: an annotated function looks itself.
    pub const HERE: Self = Self(0);

    /// Shows a value, as for the function that calls this.
    #[inline(never)]
    pub(crate) fn laid<T>(value: &T, look: impl Fn(&T, Self)) {
        let marker = 0_u8;
        look(value, Self(&raw const marker as usize));
    }
}

/// One function on the stack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// Where it goes on when what it called returns.
    pub(crate) address: usize,
    /// Its place in memory; 0 where the system does not tell.
    pub(crate) place: usize,
    /// Where the function itself starts.
    function: usize,
}

/// More frames than that are a runaway recursion; its innermost part tells enough.
const MOST_FRAMES: usize = 250;

impl Stack {
    /// Walks a stack for nothing: the first walk of a process prepares the unwinder, for which no
    /// failing thread should wait.
    pub(crate) fn warm_up() {
        walk::forget();
        let marker = 0_u8;
        Self::of_callers(Here::new(&raw const marker)).learn_ways();
    }

    /// Frames of which nothing but the addresses is known.
    pub(crate) fn of(addresses: &[usize]) -> Self {
        let frame = |address: &usize| Frame {
            address: *address,
            place: 0,
            function: 0,
        };
        Self {
            frames: addresses.iter().map(frame).collect(),
            taken_at: None,
        }
    }

    /// Takes the frames of the callers of a function.
    pub(crate) fn of_callers(here: Here) -> Self {
        Self::if_wanted(here, |_| true).unwrap_or_default()
    }

    /// The same, if it is still wanted once the innermost frame is known. What is asked then must
    /// not panic.
    pub(crate) fn if_wanted(here: Here, is_wanted: impl FnOnce(Frame) -> bool) -> Option<Self> {
        let mut is_wanted = Some(is_wanted);
        let mut frames = Vec::new();
        let mut unwanted = false;
        walk::callers(here, &mut |frame| {
            if let Some(is_wanted) = is_wanted.take() {
                unwanted = !is_wanted(frame);
                if unwanted {
                    return ControlFlow::Break(());
                }
                frames.reserve(64);
            }
            frames.push(frame);
            if frames.len() < MOST_FRAMES {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        let taken_at = here.address();
        (!unwanted).then_some(Self { frames, taken_at })
    }

    /// Makes the next walk of such a stack a fast one. It takes microseconds for each place in the code that
    /// is new, so a failing thread does not do it.
    pub(crate) fn learn_ways(&self) {
        if let Some(taken_at) = self.taken_at {
            let addresses = self.frames.iter().map(|frame| frame.address);
            walk::learn(std::iter::once(taken_at).chain(addresses));
        }
    }

    pub(crate) fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// The memory that it takes.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.frames())
    }

    /// Where a frame lies in memory, 0 if that is not known.
    pub(crate) fn place_of(&self, position: usize) -> usize {
        self.frames.get(position).map_or(0, |frame| frame.place)
    }

    /// The innermost call, and how many calls of the same function it lies in.
    pub(crate) fn innermost(&self) -> Option<(Frame, usize)> {
        let (call, rest) = self.frames.split_first()?;
        let of_same = rest.iter().filter(|frame| frame.function == call.function);
        Some((*call, of_same.count()))
    }

    /// The position of a call in this stack, from `reached` up: of that very call, which is the same
    /// only if both the place in memory and the function agree. Its place is where the stack ends there, lower
    /// by the arguments that it pushed for what it called then, in optimised builds.
    pub(crate) fn position_of(&self, call: Frame, reached: usize) -> Option<usize> {
        let candidates = self.frames.iter().enumerate().skip(reached);
        let (index, frame) = candidates
            .take_while(|(_, frame)| frame.place <= call.place)
            .last()?;
        (frame.place != 0 && frame.function == call.function).then_some(index)
    }

    /// The position of the call of a function that lies in so many others of the same function.
    pub(crate) fn position_at_depth(&self, call: Frame, depth: usize) -> Option<usize> {
        let calls = self.frames.iter().enumerate().rev();
        let mut of_same = calls.filter(|(_, frame)| frame.function == call.function);
        of_same.nth(depth).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::{Frame, Stack};

    #[test]
    fn a_call_is_found_also_where_it_had_pushed_arguments() {
        let frame = |(function, place)| Frame {
            address: 0,
            place,
            function,
        };
        let stack = Stack {
            frames: [(1, 100), (2, 200), (3, 300)].map(frame).into(),
            taken_at: None,
        };
        for (call, reached, expected) in [
            ((2, 200), 0, Some(1)),
            ((2, 232), 0, Some(1)),
            ((3, 900), 0, Some(2)),
            ((2, 232), 2, None),
            ((2, 192), 0, None),
            ((2, 300), 0, None),
            ((3, 232), 0, None),
        ] {
            assert_eq!(
                stack.position_of(frame(call), reached),
                expected,
                "{call:?}"
            );
        }
        let unknown = Stack::of(&[7]);
        assert_eq!(unknown.position_of(frame((0, 0)), 0), None);
    }
}
