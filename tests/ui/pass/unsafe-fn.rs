//! The body of an `unsafe fn` is no unsafe block, with the attribute as without.
#![deny(warnings, unsafe_op_in_unsafe_fn)]

use dragonfly::report_errors;

/// # Safety
/// `pointer` is valid.
#[report_errors]
unsafe fn read(pointer: *const u8) -> Result<u8, String> {
    // SAFETY: as the caller promised
    Ok(unsafe { *pointer })
}

fn main() {
    // SAFETY: a reference is valid
    assert_eq!(unsafe { read(&1) }, Ok(1));
}
