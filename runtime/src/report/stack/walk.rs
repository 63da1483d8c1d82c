//! Walks the stack of the running thread: along the ways that are known, and where one is not with the
//! unwinder, which looks up at each frame how its function keeps it and takes many times as long.

use super::steps::{KNOWN, LARGEST, Start, Step, Way};
use super::system::{self, code, word};
use super::{Frame, Here, Spot, function};
use std::cell::Cell;
use std::ops::ControlFlow;

/// Who is shown the frames.
pub(super) type Visit<'a> = &'a mut dyn FnMut(Frame) -> ControlFlow<()>;

/// Shows the frames of the callers of a function, innermost first.
pub(super) fn callers(here: Here, visit: Visit<'_>) {
    let mut reached = here.marker;
    let is_done = here
        .spot
        .is_some_and(|spot| along(spot, &mut reached, visit));
    if !is_done {
        unwind(reached, visit);
    }
}

/// Forgets all ways. What they are kept in is memory from then on, each page of which a failing thread would
/// else have to ask the system for, twice.
pub(super) fn forget() {
    KNOWN.clear();
}

/// Looks up how to go on from addresses where that is not known.
pub(super) fn learn(addresses: impl Iterator<Item = usize>) {
    if system::has_unloaded() {
        forget();
    }
    for address in addresses.filter(|address| *address != 0) {
        let known = KNOWN.get(address);
        if known.is_none_or(|step| step.way == Way::Unknown) {
            let Step { function, way } = system::step(address);
            let function = match (function, known) {
                (0, Some(known)) => known.function,
                (function, _) => function,
            };
            KNOWN.put(address, Step { function, way });
        }
    }
}

thread_local! {
    /// The highest place that the unwinder found on this thread's stack: up to there, there is memory.
    static TOP: Cell<usize> = const { Cell::new(0) };
    /// The frame above which it found none; with `musl` nothing else tells where a stack ends.
    static LAST: Cell<Option<(usize, usize)>> = const { Cell::new(None) };
}

/// Whether all was known until the visitor had enough, or the stack ended; else how far it was.
fn along(from: Spot, reached: &mut usize, visit: Visit<'_>) -> bool {
    let mut spot = from;
    let (top, last) = (TOP.get(), LAST.get());
    loop {
        let Some(Step { function, way }) = KNOWN.get(spot.address) else {
            return false;
        };
        if spot.place > *reached {
            if function == 0 {
                return false;
            }
            *reached = spot.place;
            let frame = Frame {
                address: spot.address,
                place: spot.place,
                function,
            };
            if visit(frame).is_break() {
                return true;
            }
        }
        if last == Some((spot.address, spot.place)) {
            return true;
        }
        let Way::Up(up) = way else {
            return way == Way::End;
        };
        let start = match up.from() {
            Start::StackPointer => spot.place,
            Start::BasePointer => spot.base,
        };
        let place = start.wrapping_add(up.bytes());
        // what is known may be of an image that another has replaced since
        let size = place.wrapping_sub(spot.place);
        let is_within = (up.code().max(up.base())..LARGEST).contains(&size);
        if !is_within || place > top {
            return false;
        }
        spot = Spot {
            address: code(place - up.code()),
            place,
            base: match up.base() {
                0 => spot.base,
                below => word(place - below),
            },
        };
    }
}

/// Shows the frames above a place in memory, and remembers their functions.
fn unwind(reached: usize, visit: Visit<'_>) {
    let mut is_past = false;
    let mut last = None;
    trace(|raw| {
        let (address, place) = (raw.ip() as usize, raw.sp() as usize);
        if address == 0 {
            return ControlFlow::Break(()); // where it all began
        }
        last = Some((address, place));
        TOP.set(TOP.get().max(place));
        // but once past it, the stack may go on anywhere: that of a coroutine does, in its parent's
        if !is_past && place != 0 {
            is_past = place >= reached;
            if place <= reached {
                return ControlFlow::Continue(());
            }
        }
        let goes_on = visit(Frame {
            address,
            place,
            function: function_of(address, raw),
        });
        if goes_on.is_break() {
            last = None;
        }
        goes_on
    });
    if last.is_some() {
        LAST.set(last);
    }
}

/// What the function of a frame is known by; to look it up takes as long as the step to the frame did.
fn function_of(address: usize, raw: &backtrace::Frame) -> usize {
    let known = KNOWN.get(address).unwrap_or(Step::NOTHING);
    if known.function != 0 {
        return known.function;
    }
    let function = function::key(raw);
    KNOWN.put(address, Step { function, ..known });
    function
}

/// Walks the stack without the lock that guards the resolving of symbols: a failing thread must not
/// wait until the worker has read the debug information of the whole program.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the safe function takes that lock")]
fn trace(mut visit: impl FnMut(&backtrace::Frame) -> ControlFlow<()>) {
    // SAFETY: the lock guards state that the unwinder of Unix systems does not have; it keeps all of
    // its own on the stack, and may run on any number of threads at once.
    unsafe { backtrace::trace_unsynchronized(|frame| visit(frame).is_continue()) }
}

/// Walks the stack; the debugging library of other systems needs the lock.
#[cfg(not(unix))]
fn trace(mut visit: impl FnMut(&backtrace::Frame) -> ControlFlow<()>) {
    backtrace::trace(|frame| visit(frame).is_continue());
}

#[cfg(test)]
mod tests {
    use super::{Frame, Here, along, callers, learn, unwind};
    use std::hint::black_box;
    use std::ops::ControlFlow;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    use std::thread;

    /// Calls that keep frames of several kinds, as the bits of a number say; then looks.
    fn descend(kinds: u64, depth: u32, look: &mut dyn FnMut()) {
        if depth == 0 {
            return look();
        }
        let (kind, kinds, depth) = (kinds % 6, kinds / 6, depth - 1);
        match kind {
            0 => slim(kinds, depth, look),
            1 => wide(kinds, depth, look),
            2 => aligned(kinds, depth, look),
            3 => signed::call(&mut || descend(kinds, depth, look)),
            4 => {
                let below = AssertUnwindSafe(|| descend(kinds, depth, look));
                catch_unwind(below).expect("nothing panics");
            }
            _ => {
                let below = AssertUnwindSafe(|| endless(kinds, depth, look));
                let ended = catch_unwind(below).expect_err("it never returns");
                assert!(ended.is::<Ended>());
            }
        }
        black_box(depth); // no tail call
    }

    #[inline(never)]
    fn slim(kinds: u64, depth: u32, look: &mut dyn FnMut()) {
        descend(kinds, depth, look);
        black_box(depth);
    }

    #[inline(never)]
    fn wide(kinds: u64, depth: u32, look: &mut dyn FnMut()) {
        let room = black_box([depth; 77]);
        descend(kinds, depth, look);
        black_box(room);
    }

    /// Its frame is larger or smaller, as it happens to begin.
    #[inline(never)]
    fn aligned(kinds: u64, depth: u32, look: &mut dyn FnMut()) {
        #[repr(align(128))]
        struct Aligned(u32);
        let room = black_box(Aligned(depth));
        descend(kinds, depth, look);
        black_box(room.0);
    }

    struct Ended;

    /// Its last instruction is a call, so that it goes on where another function begins.
    #[inline(never)]
    fn endless(kinds: u64, depth: u32, look: &mut dyn FnMut()) -> ! {
        #[inline(never)]
        fn end(kinds: u64, depth: u32, look: &mut dyn FnMut()) -> ! {
            descend(kinds, depth, look);
            resume_unwind(Box::new(Ended))
        }
        end(kinds, depth, look)
    }

    /// Code that does not trust what lies on the stack, as the C library of some systems is.
    #[cfg(target_arch = "aarch64")]
    #[expect(unsafe_code, reason = "the compiler makes none of its own accord")]
    mod signed {
        use std::arch::global_asm;
        use std::ffi::c_void;

        // `paciasp`, and at the end `autiasp`, by names that old assemblers take
        global_asm!(
            ".globl dragonfly_test_signed",
            "dragonfly_test_signed:",
            ".cfi_startproc",
            "hint #25",
            ".cfi_negate_ra_state",
            "stp x29, x30, [sp, #-32]!",
            ".cfi_def_cfa_offset 32",
            ".cfi_offset x29, -32",
            ".cfi_offset x30, -24",
            "blr x1",
            "ldp x29, x30, [sp], #32",
            "hint #29",
            "ret",
            ".cfi_endproc",
        );

        unsafe extern "C-unwind" {
            fn dragonfly_test_signed(work: *mut c_void, run: extern "C-unwind" fn(*mut c_void));
        }

        extern "C-unwind" fn run(work: *mut c_void) {
            // SAFETY: what `call` gave, which nobody else uses meanwhile.
            unsafe { (*work.cast::<&mut dyn FnMut()>())() };
        }

        pub(super) fn call(mut work: &mut dyn FnMut()) {
            // SAFETY: it calls what it is given with what it is given, and keeps what a function must.
            unsafe { dragonfly_test_signed((&raw mut work).cast(), run) };
        }
    }

    #[cfg(not(target_arch = "aarch64"))]
    mod signed {
        pub(super) fn call(work: &mut dyn FnMut()) {
            work();
        }
    }

    fn all(walk: impl FnOnce(&mut dyn FnMut(Frame) -> ControlFlow<()>)) -> Vec<[usize; 3]> {
        let mut frames = Vec::new();
        walk(&mut |frame| {
            frames.push([frame.address, frame.place, frame.function]);
            ControlFlow::Continue(())
        });
        frames
    }

    /// What is found of the callers at the end of each descent, beside what the unwinder finds there. How
    /// often the unwinder was not needed.
    fn walk(turns: u64) -> u64 {
        let mut known = 0;
        for turn in 0..turns {
            let kinds = turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
            descend(kinds, 6, &mut || {
                let marker = 0_u8;
                let here = Here::new(&raw const marker);
                let walked = all(|visit| callers(here, visit));
                let mut reached = here.marker;
                let is_known = |spot| along(spot, &mut reached, &mut |_| ControlFlow::Continue(()));
                known += u64::from(here.spot.is_some_and(is_known));
                let unwound = all(|visit| unwind(here.marker, visit));
                assert_eq!(walked, unwound, "turn {turn}");
                assert!(walked.len() > 7, "{walked:?}");
                let addresses = unwound.into_iter().map(|[address, ..]| address);
                learn(here.address().into_iter().chain(addresses));
            });
        }
        known
    }

    #[test]
    fn known_ways_lead_where_the_unwinder_goes() {
        let turns = 2_000;
        let mut known = walk(turns);
        known += thread::scope(|scope| {
            let threads = [0; 3].map(|_| scope.spawn(|| walk(turns)));
            threads
                .map(|thread| thread.join().unwrap())
                .iter()
                .sum::<u64>()
        });
        if cfg!(all(
            any(target_arch = "aarch64", target_arch = "x86_64"),
            target_os = "linux"
        )) {
            // all but the first of each kind
            assert!(known > turns * 4 - 100, "{known}");
        } else {
            assert_eq!(known, 0);
        }
    }

    /// A thread may work on stacks of others' making, higher or lower in memory than its own, in which they go on.
    #[cfg(all(
        any(target_arch = "aarch64", target_arch = "x86_64"),
        target_os = "linux"
    ))]
    #[test]
    fn known_ways_lead_there_on_the_stacks_of_coroutines_too() {
        use corosensei::Coroutine;
        use corosensei::stack::DefaultStack;

        fn outermost() -> usize {
            let marker = 0_u8;
            let frames = all(|visit| callers(Here::new(&raw const marker), visit));
            frames.last().unwrap()[0]
        }

        let higher: Vec<_> = (0..10).map(|_| DefaultStack::default()).collect();
        let work = move || {
            let root = outermost();
            let lower = (0..10).map(|_| DefaultStack::default());
            let coroutine = |stack| {
                Coroutine::with_stack(stack, move |yielder, ()| {
                    for _ in 0..10 {
                        walk(20);
                        assert_eq!(outermost(), root);
                        yielder.suspend(());
                    }
                })
            };
            let mut coroutines: Vec<_> = higher.into_iter().chain(lower).map(coroutine).collect();
            for turn in 0..coroutines.len() * 11 {
                let count = coroutines.len();
                let one = &mut coroutines[turn * 7 % count];
                if !one.done() {
                    one.resume(());
                }
                walk(20);
            }
            assert!(coroutines.iter().all(Coroutine::done));
        };
        // room that the system has to find anew, below what it gave before
        let thread = thread::Builder::new().stack_size(64 << 20);
        thread.spawn(work).unwrap().join().unwrap();
    }
}
