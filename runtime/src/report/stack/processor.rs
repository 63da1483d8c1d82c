//! What differs between processors: the registers that lead from a frame to that of its caller, and how they and
//! what frames hold are read.
#![expect(unsafe_code, reason = "nothing else tells")]

use super::super::Spot;
use gimli::{Register, Vendor};
use std::arch::asm;

#[cfg(target_arch = "x86_64")]
mod registers {
    use super::{Register, Vendor};
    use gimli::X86_64;

    pub(in super::super) const STACK: Register = X86_64::RSP;
    pub(in super::super) const BASE: Register = X86_64::RBP;
    pub(in super::super) const RETURN: Register = X86_64::RA;
    pub(in super::super) const VENDOR: Vendor = Vendor::Default;
}
#[cfg(target_arch = "aarch64")]
mod registers {
    use super::{Register, Vendor};
    use gimli::AArch64;

    pub(in super::super) const STACK: Register = AArch64::SP;
    pub(in super::super) const BASE: Register = AArch64::X29;
    pub(in super::super) const RETURN: Register = AArch64::X30;
    pub(in super::super) const VENDOR: Vendor = Vendor::AArch64; // it may sign addresses
}
pub(super) use registers::{BASE, RETURN, STACK, VENDOR};

/// Where the function stands that asks.
#[inline(always)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere nothing tells")]
#[expect(clippy::inline_always, reason = "else it would be the one that asks")]
pub(in super::super) fn here() -> Option<Spot> {
    let (address, place, base);
    // SAFETY: reads three registers.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!(
            "mov {base}, rbp",
            "mov {place}, rsp",
            "lea {address}, [rip]",
            address = out(reg) address,
            place = out(reg) place,
            base = out(reg) base,
            options(nomem, nostack, preserves_flags),
        );
    }
    // SAFETY: the same.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        asm!(
            "mov {base}, x29",
            "mov {place}, sp",
            "adr {address}, .",
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
pub(in super::super) fn word(place: usize) -> usize {
    let word;
    // SAFETY: what is up there is in use as long as this function is. Nothing is known of its type, so the
    // compiler is not told of it.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!(
            "mov {word}, [{place}]",
            word = out(reg) word,
            place = in(reg) place,
            options(readonly, nostack, preserves_flags),
        );
    }
    // SAFETY: the same.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        asm!(
            "ldr {word}, [{place}]",
            word = out(reg) word,
            place = in(reg) place,
            options(readonly, nostack, preserves_flags),
        );
    }
    word
}

/// The address of code that is kept at such a place.
pub(in super::super) fn code(place: usize) -> usize {
    let kept = word(place);
    #[cfg(target_arch = "aarch64")]
    let kept = unsigned(kept);
    kept
}

/// An address without the signature that its function may have put into its upper bits. Nobody goes there, so it
/// is not checked.
#[cfg(target_arch = "aarch64")]
fn unsigned(mut address: usize) -> usize {
    // SAFETY: `xpaclri` changes the one register; by this name old assemblers take it, and processors
    // that cannot sign do nothing.
    unsafe {
        asm!("hint #7", inout("x30") address, options(pure, nomem, nostack, preserves_flags))
    };
    address
}
