//! What the function of a frame is known by, wherever in it the frame is: where it starts, mostly.
//!
//! Not by `backtrace` alone, which gives the frame's own address where it does not trust the start for
//! finding names.

/// 0 where the system does not tell: then frames are told apart by their places alone.
#[cfg(not(any(windows, target_vendor = "apple")))]
pub(super) fn key(frame: &backtrace::Frame) -> usize {
    frame.symbol_address() as usize
}

/// By the unwinder, whose compact tables have one entry for neighbours that it unwinds alike. Each function
/// lies in one of them, so that two calls of it are always told to be of the same.
#[cfg(target_vendor = "apple")]
#[expect(unsafe_code, reason = "nothing safe asks the unwinder")]
pub(super) fn key(frame: &backtrace::Frame) -> usize {
    use std::ffi::c_void;

    unsafe extern "C" {
        /// Part of the unwinder that every Rust program is linked to; reads its tables.
        safe fn _Unwind_FindEnclosingFunction(address: *mut c_void) -> *mut c_void;
    }
    _Unwind_FindEnclosingFunction(frame.ip()) as usize
}

/// By the tables that every function which calls another must have there: its entry stands for it.
#[cfg(all(windows, target_pointer_width = "64"))]
#[expect(unsafe_code, reason = "nothing safe reads those tables")]
pub(super) fn key(frame: &backtrace::Frame) -> usize {
    use windows_sys::Win32::System::Diagnostics::Debug::RtlLookupFunctionEntry;

    let mut base = 0;
    // SAFETY: any address may be asked for; the cache that may be given is not.
    let entry =
        unsafe { RtlLookupFunctionEntry(frame.ip() as _, &raw mut base, std::ptr::null_mut()) };
    entry as usize
}

#[cfg(all(windows, not(target_pointer_width = "64")))]
pub(super) fn key(_frame: &backtrace::Frame) -> usize {
    0
}

#[cfg(test)]
mod tests {
    use crate::report::stack::Stack;
    use std::hint::black_box;

    /// What the function is known by that calls this.
    #[inline(never)]
    fn caller() -> usize {
        let marker = 0_u8;
        let stack = Stack::above(black_box(&raw const marker));
        stack.frames()[0].function
    }

    #[inline(never)]
    fn twice() -> [usize; 2] {
        let first = black_box(caller());
        [first, black_box(caller())]
    }

    #[inline(never)]
    fn once_more() -> usize {
        black_box(caller())
    }

    #[test]
    fn a_function_is_known_wherever_in_it_the_frame_is() {
        let [first, second] = twice();
        assert_eq!(first, second);
        assert_ne!(first, 0);
        // neighbours may share an entry there
        if cfg!(not(target_vendor = "apple")) {
            assert_ne!(first, once_more());
        }
    }
}
