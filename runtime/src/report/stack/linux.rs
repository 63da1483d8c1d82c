//! Frames on Linux: where one is by the registers, and where its caller's is by the tables that each image in
//! memory has for the unwinder.

mod processor;

use super::steps::{Start, Step, Up, Way};
use gimli::{
    BaseAddresses, CfaRule, EhFrame, EhFrameHdr, NativeEndian, Pointer, RegisterRule,
    UnwindContext, UnwindSection as _, UnwindTableRow,
};
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use std::{ptr, slice, thread};

pub(super) use processor::{code, here, word};

/// What is asked of all images.
struct Asked {
    call: u64,
    step: Step,
}

/// What is to be known of the address that a function goes on at.
pub(super) fn step(address: usize) -> Step {
    let mut asked = Asked {
        call: (address as u64).wrapping_sub(1), // it may be the last that its function does
        step: Step {
            function: 0,
            way: Way::Hard,
        },
    };
    ask_all(ask, (&raw mut asked).cast());
    asked.step
}

/// Whether an image was unloaded since this was asked last, so that what is known may be of code that is gone.
pub(super) fn has_unloaded() -> bool {
    static BEFORE: AtomicU64 = AtomicU64::new(0);
    let mut count = 0_u64;
    ask_all(count_unloaded, (&raw mut count).cast());
    BEFORE.swap(count, Ordering::Relaxed) != count
}

type Ask = unsafe extern "C" fn(*mut libc::dl_phdr_info, usize, *mut c_void) -> c_int;

/// Set while the loader is asked, which locks it: a child that is forked meanwhile could never load anything.
static IS_ASKED: AtomicBool = AtomicBool::new(false);

#[expect(unsafe_code, reason = "the loader tells which images there are")]
fn ask_all(ask: Ask, asked: *mut c_void) {
    before_fork();
    // SAFETY: each callback is given what it takes, and while it runs no image is unloaded.
    unsafe { libc::dl_iterate_phdr(Some(ask), asked) };
    after_fork();
}

/// Waits until the loader is not being asked, and sees to it that it is not.
pub(crate) fn before_fork() {
    const TURNS: usize = 10_000; // a second, where it takes microseconds: a fork must not hang
    for _ in 0..TURNS {
        if !IS_ASKED.swap(true, Ordering::Acquire) {
            return;
        }
        thread::sleep(Duration::from_micros(100));
    }
}

/// Lets it be asked again.
pub(crate) fn after_fork() {
    IS_ASKED.store(false, Ordering::Release);
}

/// Takes the count from the first image.
#[expect(unsafe_code, reason = "called by the loader")]
unsafe extern "C" fn count_unloaded(
    info: *mut libc::dl_phdr_info,
    size: usize,
    count: *mut c_void,
) -> c_int {
    if size >= size_of::<libc::dl_phdr_info>() {
        // SAFETY: the loader's, as long as it says; and what `has_unloaded` gave.
        unsafe { *count.cast::<u64>() = (*info).dlpi_subs };
    }
    1
}

/// Asks an image; 1 if it is the right one.
#[expect(unsafe_code, reason = "called by the loader")]
unsafe extern "C" fn ask(info: *mut libc::dl_phdr_info, _: usize, asked: *mut c_void) -> c_int {
    // SAFETY: the loader's, for as long as this runs.
    let Some(image) = (unsafe { Image::of(&*info) }) else {
        return 0;
    };
    // SAFETY: what `step` gave.
    let asked = unsafe { &mut *asked.cast::<Asked>() };
    if image.from(asked.call).is_none() {
        return 0;
    }
    if let Some(step) = image.step(asked.call) {
        asked.step = step;
    }
    1
}

/// A program or library in memory.
struct Image<'a> {
    base: u64,
    headers: &'a [libc::Elf64_Phdr],
}

impl<'a> Image<'a> {
    #[expect(unsafe_code, reason = "it consists of pointers")]
    unsafe fn of(info: &'a libc::dl_phdr_info) -> Option<Self> {
        let count = usize::from(info.dlpi_phnum);
        let is_there = info.dlpi_phdr.is_aligned() && !info.dlpi_phdr.is_null();
        is_there.then(|| Self {
            base: info.dlpi_addr,
            // SAFETY: that many lie there, as the caller vouches.
            headers: unsafe { slice::from_raw_parts(info.dlpi_phdr, count) },
        })
    }

    /// From an address to the end of the segment that it is in.
    #[expect(unsafe_code, reason = "a segment is memory")]
    fn from(&self, address: u64) -> Option<&'a [u8]> {
        let mut segments = self.headers.iter();
        segments.find_map(|segment| {
            let offset = address.checked_sub(self.base.checked_add(segment.p_vaddr)?)?;
            let left = segment.p_filesz.checked_sub(offset)?;
            let is_there = segment.p_type == libc::PT_LOAD && left > 0;
            let start = ptr::with_exposed_provenance(usize::try_from(address).ok()?);
            let left = usize::try_from(left).ok()?;
            // SAFETY: all of a segment that comes from the file is mapped, and nobody writes to code or tables.
            is_there.then(|| unsafe { slice::from_raw_parts(start, left) })
        })
    }

    /// By the rules for the function that makes a call; `None` if there are none.
    fn step(&self, call: u64) -> Option<Step> {
        let mut headers = self.headers.iter();
        let index = headers.find(|header| header.p_type == libc::PT_GNU_EH_FRAME)?;
        let index_at = self.base.checked_add(index.p_vaddr)?;
        let bases = BaseAddresses::default().set_eh_frame_hdr(index_at);
        let index = EhFrameHdr::new(self.from(index_at)?, NativeEndian);
        let index = index.parse(&bases, 8).ok()?;
        let Pointer::Direct(rules_at) = index.eh_frame_ptr() else {
            return None;
        };
        let bases = bases.set_eh_frame(rules_at);
        let mut rules = EhFrame::new(self.from(rules_at)?, NativeEndian);
        rules.set_vendor(processor::VENDOR);
        let function = index
            .table()?
            .fde_for_address(&rules, &bases, call, EhFrame::cie_from_offset)
            .ok()?;
        let mut context = UnwindContext::new();
        let row = function.unwind_info_for_address(&rules, &bases, &mut context, call);
        let way = match row {
            Ok(row) if !function.is_signal_trampoline() => way(row),
            _ => None,
        };
        Some(Step {
            function: usize::try_from(function.initial_address()).ok()?,
            way: way.unwrap_or(Way::Hard),
        })
    }
}

/// What a rule says, if it is one of the usual.
fn way(row: &UnwindTableRow<usize>) -> Option<Way> {
    let code = match row.register(processor::RETURN)? {
        RegisterRule::Undefined => return Some(Way::End),
        RegisterRule::Offset(offset) => below(offset)?,
        _ => return None,
    };
    let CfaRule::RegisterAndOffset { register, offset } = *row.cfa() else {
        return None;
    };
    let from = match register {
        processor::STACK => Start::StackPointer,
        processor::BASE => Start::BasePointer,
        _ => return None,
    };
    let bytes = usize::try_from(offset).ok()?;
    let base = match row.register(processor::BASE) {
        None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => 0,
        Some(RegisterRule::Offset(offset)) => below(offset)?,
        Some(_) => return None,
    };
    let up = Up::new(from, bytes, code, base).map(Way::Up);
    up.filter(|_| row.register(processor::STACK).is_none())
}

/// How far below the caller's frame something is kept.
fn below(offset: i64) -> Option<usize> {
    usize::try_from(offset.checked_neg()?)
        .ok()
        .filter(|below| *below >= 8)
}

#[cfg(test)]
#[expect(unsafe_code, reason = "forks")]
mod tests {
    use super::{ask_all, count_unloaded};
    use crate::exit;
    use std::ffi::{c_int, c_void};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::Duration;

    /// Asked by the loader, takes its time.
    unsafe extern "C" fn linger(_: *mut libc::dl_phdr_info, _: usize, asks: *mut c_void) -> c_int {
        // SAFETY: what `can_ask` gave.
        unsafe { &*asks.cast::<AtomicBool>() }.store(true, Ordering::Release);
        thread::sleep(Duration::from_millis(100));
        1
    }

    /// Whether the child can ask the loader, if it is forked while a thread of ours does.
    fn can_ask(fork: impl FnOnce() -> libc::pid_t) -> bool {
        let asks = AtomicBool::new(false);
        let mut status = 0;
        thread::scope(|scope| {
            let shared = &asks;
            scope.spawn(move || ask_all(linger, (&raw const *shared).cast_mut().cast()));
            while !asks.load(Ordering::Acquire) {
                thread::yield_now();
            }
            let child = fork();
            if child == 0 {
                let mut count = 0_u64;
                // SAFETY: the child ends right here, after two seconds at the latest.
                unsafe {
                    libc::alarm(2);
                    libc::dl_iterate_phdr(Some(count_unloaded), (&raw mut count).cast());
                    libc::_exit(0);
                }
            }
            // SAFETY: writes to the place that it is given.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        });
        status == 0
    }

    #[test]
    fn a_child_does_not_inherit_a_loader_that_is_being_asked() {
        exit::watch();
        // SAFETY: the child does what `can_ask` says, and nothing else.
        assert!(can_ask(|| unsafe { libc::fork() }));
        if cfg!(target_env = "gnu") {
            // past our handlers, and those of the C library
            let fork = || unsafe { libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) };
            assert!(!can_ask(|| fork().try_into().unwrap()));
        }
    }
}
