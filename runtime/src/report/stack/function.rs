//! What the function of a frame is known by, wherever in it the frame is: where it starts, mostly.
//!
//! Not by `backtrace` alone, which gives the frame's own address where it does not trust the start for
//! finding names.

/// By the unwinder's tables, 0 where it does not tell: then frames are told apart by their places alone.
///
/// What never returns ends with its last call, and the address after that is of nothing or of the next function.
/// Some unwinders look up the byte before what they are asked for themselves, and some do not; with two less it
/// still is the call.
#[cfg(not(any(windows, target_vendor = "apple", target_arch = "arm")))]
#[expect(unsafe_code, reason = "the safe function asks for the address itself")]
pub(super) fn key(frame: &backtrace::Frame) -> usize {
    use std::ffi::c_void;

    unsafe extern "C" {
        fn _Unwind_FindEnclosingFunction(address: *mut c_void) -> *mut c_void;
    }
    // SAFETY: the unwinder that std links, which may be asked for any address.
    unsafe { _Unwind_FindEnclosingFunction(frame.ip().wrapping_byte_sub(1)) as usize }
}

/// By the symbol before it. The unwinder's own tables leave functions out, and to ask it for one is not safe
/// where pointers are signed. In an image without symbols all functions are one, and only their places tell
/// them apart.
#[cfg(target_vendor = "apple")]
#[expect(unsafe_code, reason = "the standard library does not ask the loader")]
pub(super) fn key(frame: &backtrace::Frame) -> usize {
    let mut found = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: any address may be asked for; the answer fits where it is put.
    let answer = unsafe { libc::dladdr(frame.ip(), found.as_mut_ptr()) };
    // SAFETY: all zeroes are an answer too.
    let found = unsafe { found.assume_init() };
    if answer == 0 {
        0
    } else {
        found.dli_saddr as usize
    }
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

/// By the table that its unwinder looks it up in. Neighbours without anything to clean up may share an entry there.
#[cfg(all(target_arch = "arm", target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "nothing safe reads that table")]
pub(super) fn key(frame: &backtrace::Frame) -> usize {
    use std::ffi::c_int;

    type Entry = [i32; 2];
    unsafe extern "C" {
        fn __gnu_Unwind_Find_exidx(address: usize, count: *mut c_int) -> *const Entry;
    }
    let call = (frame.ip() as usize).wrapping_sub(1);
    let mut count = 0;
    // SAFETY: the C library's, which may be asked for any address.
    let table = unsafe { __gnu_Unwind_Find_exidx(call, &raw mut count) };
    let count = usize::try_from(count).unwrap_or_default();
    if table.is_null() || count == 0 {
        return 0;
    }
    // SAFETY: that many entries lie there for as long as the image does that the frame is of.
    let entries = unsafe { std::slice::from_raw_parts(table, count) };
    // so far from the entry itself, in 31 bits
    let start = |entry: &Entry| {
        (&raw const *entry as usize).wrapping_add_signed((entry[0] << 1 >> 1) as isize)
    };
    let after = entries.partition_point(|entry| start(entry) <= call);
    after
        .checked_sub(1)
        .map_or(0, |index| start(&entries[index]))
}

/// The unwinders of these do not tell.
#[cfg(any(
    all(windows, not(target_pointer_width = "64")),
    all(
        target_arch = "arm",
        not(any(target_vendor = "apple", all(target_os = "linux", target_env = "gnu")))
    )
))]
pub(super) fn key(_frame: &backtrace::Frame) -> usize {
    0
}

#[cfg(all(test, any(not(target_arch = "arm"), target_env = "gnu")))]
mod tests {
    use crate::report::stack::{Here, Stack};
    use std::hint::black_box;

    /// What the function is known by that calls this.
    #[inline(never)]
    fn caller() -> usize {
        let marker = 0_u8;
        let stack = Stack::of_callers(Here::new(black_box(&raw const marker)));
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
        // where symbols may be missing
        if cfg!(not(target_vendor = "apple")) {
            assert_ne!(first, once_more());
        }
    }
}
