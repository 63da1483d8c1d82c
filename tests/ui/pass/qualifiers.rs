//! `unsafe`, `extern "C"`, `pub(..)`, raw and non-ASCII names, pointers to annotated functions.
#![deny(warnings, unsafe_op_in_unsafe_fn)]

use dragonfly::{report_errors, testing};

/// # Safety
/// `pointer` is valid.
#[report_errors]
unsafe fn read(pointer: *const u8) -> Result<u8, String> {
    Ok(unsafe { *pointer })
}

/// # Safety
/// `pointer` is valid.
#[report_errors]
async unsafe fn read_async(pointer: *const u8) -> Result<u8, String> {
    Ok(unsafe { *pointer })
}

#[repr(C)]
pub struct Code(u8);

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

mod inner {
    use dragonfly::report_errors;

    #[report_errors]
    pub(super) fn above() -> Result<u8, String> {
        Ok(1)
    }

    #[report_errors]
    pub(in crate::inner) fn inside() -> Result<u8, String> {
        Ok(2)
    }

    pub fn call() -> Result<u8, String> {
        inside()
    }
}

#[report_errors]
fn r#fn(r#type: u8) -> Result<u8, String> {
    Err(r#type.to_string())
}

#[report_errors]
fn größe(länge: u8) -> Result<u8, String> {
    Err(länge.to_string())
}

const POINTER: fn(u8) -> Result<u8, String> = größe;

fn reported_name<T>(code: impl FnOnce() -> T) -> String {
    let (_, mut events) = testing::capture_events(code);
    events.remove(0).transaction.unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(unsafe { read(&1) }, Ok(1));
    assert_eq!(unsafe { read_async(&2).await }, Ok(2));
    assert!(matches!(unsafe { ui_exported(1) }, Ok(Code(1))));
    assert!(unsafe { ui_exported(0) }.is_err());
    assert_eq!(inner::above(), Ok(1));
    assert_eq!(inner::call(), Ok(2));
    assert!(POINTER(1).is_err());
    assert!(reported_name(|| r#fn(1)).ends_with("fn"));
    assert!(reported_name(|| größe(1)).ends_with("größe"));
}
