//! Frames on x86-64 Linux: where one is by the registers, and where its caller's is by the tables that each
//! image in memory has for the unwinder.

use super::Spot;
use super::steps::{Start, Step, Up, Way};
use gimli::{
    BaseAddresses, CfaRule, EhFrame, EhFrameHdr, NativeEndian, Pointer, RegisterRule,
    UnwindContext, UnwindSection as _, UnwindTableRow, X86_64,
};
use std::arch::asm;
use std::ffi::{c_int, c_void};
use std::{ptr, slice};

/// Where the function stands that asks.
#[inline(always)]
#[expect(unsafe_code, reason = "nothing else tells")]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere nothing tells")]
#[expect(clippy::inline_always, reason = "else it would be the one that asks")]
pub(super) fn here() -> Option<Spot> {
    let (address, place, base);
    // SAFETY: reads three registers.
    unsafe {
        asm!(
            "lea {address}, [rip]",
            "mov {place}, rsp",
            "mov {base}, rbp",
            address = out(reg) address,
            place = out(reg) place,
            base = out(reg) base,
            options(nomem, nostack, preserves_flags),
        );
    }
    Some(Spot {
        address,
        place,
        base,
    })
}

/// The word at a place between here and the top of this thread's stack.
#[expect(unsafe_code, reason = "it is in the frame of another function")]
pub(super) fn word(place: usize) -> usize {
    let word;
    // SAFETY: what is up there is in use as long as this function is. Nothing is known of its type, so the
    // compiler is not told of it.
    unsafe {
        asm!(
            "mov {word}, [{place}]",
            word = out(reg) word,
            place = in(reg) place,
            options(readonly, nostack, preserves_flags),
        );
    }
    word
}

/// What is asked of all images.
struct Asked {
    call: u64,
    step: Step,
}

/// What is to be known of the address that a function goes on at.
#[expect(unsafe_code, reason = "the loader tells which images there are")]
pub(super) fn step(address: usize) -> Step {
    let mut asked = Asked {
        call: (address as u64).wrapping_sub(1), // it may be the last that its function does
        step: Step {
            function: 0,
            way: Way::Hard,
        },
    };
    // SAFETY: the callback is given what it takes, and while it runs no image is unloaded.
    unsafe { libc::dl_iterate_phdr(Some(ask), (&raw mut asked).cast()) };
    asked.step
}

/// Asks an image; 1 if it is the right one.
#[expect(unsafe_code, reason = "called by the loader")]
unsafe extern "C" fn ask(info: *mut libc::dl_phdr_info, _: usize, asked: *mut c_void) -> c_int {
    // SAFETY: the loader's, for as long as this runs.
    let image = unsafe { Image::of(&*info) };
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
    unsafe fn of(info: &'a libc::dl_phdr_info) -> Self {
        let count = usize::from(info.dlpi_phnum);
        Self {
            base: info.dlpi_addr,
            // SAFETY: that many lie there, as the caller vouches.
            headers: unsafe { slice::from_raw_parts(info.dlpi_phdr, count) },
        }
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
        let rules = EhFrame::new(self.from(rules_at)?, NativeEndian);
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
    match row.register(X86_64::RA)? {
        RegisterRule::Undefined => return Some(Way::End),
        RegisterRule::Offset(-8) => {}
        _ => return None,
    }
    let CfaRule::RegisterAndOffset { register, offset } = *row.cfa() else {
        return None;
    };
    let from = match register {
        X86_64::RSP => Start::StackPointer,
        X86_64::RBP => Start::BasePointer,
        _ => return None,
    };
    let bytes = usize::try_from(offset).ok()?;
    let base = match row.register(X86_64::RBP) {
        None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => 0,
        Some(RegisterRule::Offset(offset)) => usize::try_from(-offset).ok()?,
        Some(_) => return None,
    };
    let is_whole = bytes >= 8 && bytes.is_multiple_of(8);
    is_whole.then_some(Way::Up(Up { from, bytes, base }))
}
