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

/// Where the caller's frame begins, and with it the word to which the function returns, right below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Up {
    pub(super) from: Start,
    /// A multiple of 8.
    pub(super) bytes: usize,
    /// How far below it the caller's base pointer is kept, or 0 where it is still in its register.
    pub(super) base: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    StackPointer,
    BasePointer,
}

pub(super) static KNOWN: Steps<1024> = Steps::new();

/// Sets of steps, each in the set that its address belongs to.
pub(super) struct Steps<const SETS: usize>([[Slot; 4]; SETS]);

/// Empty, it is about the address 0, of which nothing is known.
struct Slot([AtomicUsize; 4]);

impl<const SETS: usize> Steps<SETS> {
    const fn new() -> Self {
        Self([const { [const { Slot([const { AtomicUsize::new(0) }; 4]) }; 4] }; SETS])
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
        let [mixed, function, way, base] = &self.0;
        let function = function.load(Ordering::Relaxed);
        let (way, base) = (way.load(Ordering::Relaxed), base.load(Ordering::Relaxed));
        if mixed.load(Ordering::Relaxed) != address ^ spread(function, way, base) {
            return None;
        }
        let way = Way::of(way, base);
        Some(Step { function, way })
    }

    fn put(&self, address: usize, step: Step) {
        let (way, base) = (step.way.word(), step.way.base());
        let mixed = address ^ spread(step.function, way, base);
        for (place, word) in self.0.iter().zip([mixed, step.function, way, base]) {
            place.store(word, Ordering::Relaxed);
        }
    }
}

/// One word of three: that of some of one step and some of another fits no third. The factors are large primes.
const fn spread(function: usize, way: usize, base: usize) -> usize {
    function.wrapping_mul(0x9e37_79b1)
        ^ way.wrapping_mul(0x85eb_ca77)
        ^ base.wrapping_mul(0xc2b2_ae3d)
}

impl Way {
    /// The kinds that are no way, or the bytes and whence they count.
    const fn word(self) -> usize {
        match self {
            Self::Unknown => 0,
            Self::End => 1,
            Self::Hard => 2,
            Self::Up(up) => up.bytes | up.from as usize,
        }
    }

    const fn base(self) -> usize {
        match self {
            Self::Up(up) => up.base,
            _ => 0,
        }
    }

    const fn of(word: usize, base: usize) -> Self {
        match word {
            0 => Self::Unknown,
            1 => Self::End,
            2 => Self::Hard,
            _ => Self::Up(Up {
                from: match word % 8 {
                    0 => Start::StackPointer,
                    _ => Start::BasePointer,
                },
                bytes: word - word % 8,
                base,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Start, Step, Steps, Up, Way};
    use std::thread;

    #[test]
    fn what_is_put_is_got_until_something_else_is_put() {
        let steps = Steps::<8>::new();
        let ups = [Start::StackPointer, Start::BasePointer].map(|from| {
            let bytes = 48;
            Way::Up(Up {
                from,
                bytes,
                base: 16,
            })
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
    fn what_threads_put_at_once_is_about_its_address_or_about_none() {
        static STEPS: Steps<512> = Steps::new();
        let step = |address: usize| Step {
            function: address - address % 64,
            way: Way::Up(Up {
                from: Start::StackPointer,
                bytes: address % 61 * 8 + 8,
                base: address % 7 * 8,
            }),
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
