//! A function for other languages: `#[unsafe(no_mangle)] unsafe extern "C"`.
#![deny(warnings, unsafe_op_in_unsafe_fn)]

use dragonfly::report_errors;

#[repr(C)]
pub struct Code(u8);

/// # Safety
/// None is needed.
#[report_errors]
#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub unsafe extern "C" fn ui_exported(value: u8) -> Result<Code, Code> {
    if value == 0 {
        Err(Code(value))
    } else {
        Ok(Code(value))
    }
}

unsafe extern "C" {
    #[link_name = "ui_exported"]
    #[allow(improper_ctypes, clashing_extern_declarations)]
    safe fn linked(value: u8) -> Result<Code, Code>;
}

fn main() {
    assert!(matches!(linked(1), Ok(Code(1))));
    assert!(linked(0).is_err());
}
