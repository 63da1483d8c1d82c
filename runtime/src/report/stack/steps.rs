//! What is known of the places in the code that stacks led through: the function, and the way to its caller's
//! frame.
//!
//! For all threads, without a lock: a slot holds the address that it is about mixed with what is known, so that
//! what two threads write there at once is about no address. The same places fail again and again; what has no
//! room is learned anew.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What is known of a place in the code to which a call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// What its function is known by, or 0; see [`super::function::key`].
    pub(super) function: usize,
    pub(super) way: Way,
}

impl Step {
    pub(super) const NOTHING: Self = Self {
        function: 0,
        way: Way::Unknown,
    };
}

/// The way from a frame to that of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Nobody looked it up yet.
    Unknown,
    /// There is no caller.
    End,
    /// Only the unwinder can go it.
    Hard,
    Up(Up),
}

/// Where the caller's frame begins, and what is kept below: three numbers in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Up(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    StackPointer,
    BasePointer,
}

/// The bits of each of these numbers.
const BITS: u32 = usize::BITS / 3;

/// A larger frame is left to the unwinder.
pub(super) const LARGEST: usize = 1 << BITS;

pub(super) static KNOWN: Steps<1024> = Steps::new();

/// Sets of steps, each in the set that its address belongs to.
pub(super) struct Steps<const SETS: usize>([[Slot; 4]; SETS]);

/// Empty, it is about the address 0, of which nothing is known.
struct Slot([AtomicUsize; 3]);

impl<const SETS: usize> Steps<SETS> {
    const fn new() -> Self {
        Self([const { [const { Slot([const { AtomicUsize::new(0) }; 3]) }; 4] }; SETS])
    }

    /// What is known of an address.
    pub(super) fn get(&self, address: usize) -> Option<Step> {
        self.set_of(address)
            .iter()
            .find_map(|slot| slot.about(address))
    }

    /// Remembers what is known of an address from now on.
    pub(super) fn put(&self, address: usize, step: Step) {
        let slots = self.set_of(address);
        let about = |address| slots.iter().find(|slot| slot.about(address).is_some());
        let slot = about(address).or_else(|| about(0)); // or an empty one
        let slot = slot.unwrap_or(&slots[address / 2 % slots.len()]);
        slot.put(address, step);
    }

    /// Forgets all.
    pub(super) fn clear(&self) {
        for slot in self.0.as_flattened() {
            slot.put(0, Step::NOTHING);
        }
    }

    fn set_of(&self, address: usize) -> &[Slot; 4] {
        // calls that follow each other are some bytes apart
        &self.0[(address ^ (address >> 9)) / 2 % SETS]
    }
}

impl Slot {
    fn about(&self, address: usize) -> Option<Step> {
        let [mixed, function, way] = &self.0;
        let (function, way) = (
            function.load(Ordering::Relaxed),
            way.load(Ordering::Relaxed),
        );
        if mixed.load(Ordering::Relaxed) != address ^ spread(function, way) {
            return None;
        }
        let way = Way::of(way);
        Some(Step { function, way })
    }

    fn put(&self, address: usize, step: Step) {
        let way = step.way.word();
        let mixed = address ^ spread(step.function, way);
        for (place, word) in self.0.iter().zip([mixed, step.function, way]) {
            place.store(word, Ordering::Relaxed);
        }
    }
}

/// One word of two: that of some of one step and some of another fits no third, in whatever order they come to be
/// seen. The factors are large primes.
const fn spread(function: usize, way: usize) -> usize {
    function.wrapping_mul(0x9e37_79b1) ^ way.wrapping_mul(0x85eb_ca77)
}

impl Way {
    /// The kinds that are no way, or the way.
    const fn word(self) -> usize {
        match self {
            Self::Unknown => 0,
            Self::End => 1,
            Self::Hard => 2,
            Self::Up(Up(word)) => word,
        }
    }

    const fn of(word: usize) -> Self {
        match word {
            0 => Self::Unknown,
            1 => Self::End,
            2 => Self::Hard,
            _ => Self::Up(Up(word)),
        }
    }
}

impl Up {
    /// The caller's frame begins so many bytes above a start, a multiple of 8. So far below that is kept where the
    /// function returns to, and the caller's base pointer; or 0 where it is still in its register.
    #[allow(dead_code, reason = "elsewhere no way is known")]
    pub(super) fn new(from: Start, bytes: usize, code: usize, base: usize) -> Option<Self> {
        let is_small = |number: &usize| *number < LARGEST;
        let is_whole = bytes >= 8 && bytes.is_multiple_of(8) && code >= 8;
        let fits = is_whole && [bytes, code, base].iter().all(is_small);
        fits.then_some(Self(
            bytes | from as usize | code << BITS | base << (2 * BITS),
        ))
    }

    pub(super) const fn from(self) -> Start {
        match self.0 % 8 {
            0 => Start::StackPointer,
            _ => Start::BasePointer,
        }
    }

    pub(super) const fn bytes(self) -> usize {
        self.0 % LARGEST / 8 * 8
    }

    pub(super) const fn code(self) -> usize {
        (self.0 >> BITS) % LARGEST
    }

    pub(super) const fn base(self) -> usize {
        self.0 >> (2 * BITS)
    }
}

#[cfg(test)]
mod tests {
    use super::{Slot, Start, Step, Steps, Up, Way};
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    #[test]
    fn what_is_put_is_got_until_something_else_is_put() {
        let steps = Steps::<8>::new();
        let ups = [Start::StackPointer, Start::BasePointer].map(|from| {
            let up = Up::new(from, 48, 24, 16).unwrap();
            assert_eq!(
                (up.from(), up.bytes(), up.code(), up.base()),
                (from, 48, 24, 16)
            );
            Way::Up(up)
        });
        for way in [Way::Unknown, Way::End, Way::Hard].into_iter().chain(ups) {
            for function in [0, 3] {
                let step = Step { function, way };
                steps.put(4096, step);
                assert_eq!(steps.get(4096), Some(step));
            }
        }
        assert_eq!(steps.get(4097), None);
        steps.clear();
        assert_eq!(steps.get(4096), None);
    }

    #[test]
    fn words_of_several_steps_in_any_mixture_are_about_none() {
        let ups = (1..20).filter_map(|number| {
            let from = [Start::StackPointer, Start::BasePointer][number % 2];
            let way = Way::Up(Up::new(
                from,
                number * 8,
                8 + number % 3 * 8,
                number % 5 * 8,
            )?);
            let function = 0x5555_0000 + number * 64;
            Some((function + number, Step { function, way }))
        });
        let written = ups.map(|(address, step)| {
            let slot = Slot(Default::default());
            slot.put(address, step);
            (address, step, slot.0.map(AtomicUsize::into_inner))
        });
        let written: Vec<_> = written.collect();
        let addresses = || written.iter().map(|(address, ..)| *address);
        for (address, step, [mixed, ..]) in &written {
            for [_, function, _] in written.iter().map(|(.., words)| words) {
                for [.., way] in written.iter().map(|(.., words)| words) {
                    let slot = Slot([*mixed, *function, *way].map(AtomicUsize::new));
                    let about: Vec<_> = addresses()
                        .filter_map(|it| Some((it, slot.about(it)?)))
                        .collect();
                    let is_whole = *function == step.function && *way == step.way.word();
                    assert_eq!(about, Vec::from_iter(is_whole.then_some((*address, *step))));
                }
            }
        }
    }

    #[test]
    fn what_threads_put_at_once_is_about_its_address_or_about_none() {
        static STEPS: Steps<512> = Steps::new();
        let step = |address: usize| {
            let (bytes, base) = (address % 61 * 8 + 8, address % 7 * 8);
            let up = Up::new(Start::StackPointer, bytes, 8, base).unwrap();
            Step {
                function: address - address % 64,
                way: Way::Up(up),
            }
        };
        let put_and_get = |first: usize| {
            let turns = (0..200_000).map(|turn| {
                let address = 4096 + (first + turn) * 7919 % 100_000;
                STEPS.put(address, step(address));
                let got = STEPS.get(address);
                assert!(got.is_none_or(|got| got == step(address)), "{got:?}");
                usize::from(got.is_some())
            });
            turns.sum::<usize>()
        };
        let got: usize = thread::scope(|scope| {
            let threads = [0, 1_000, 2_000].map(|first| scope.spawn(move || put_and_get(first)));
            threads.map(|thread| thread.join().unwrap()).iter().sum()
        });
        assert!(got > 300_000, "{got} of 600,000 were there right after");
    }
}
