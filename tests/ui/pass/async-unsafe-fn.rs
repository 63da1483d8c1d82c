//! `async unsafe fn` has its keywords in this order.
#![deny(warnings, unsafe_op_in_unsafe_fn)]

use dragonfly::report_errors;

/// # Safety
/// `pointer` is valid.
#[report_errors]
async unsafe fn read(pointer: *const u8) -> Result<u8, String> {
    tokio::task::yield_now().await;
    // SAFETY: as the caller promised
    Ok(unsafe { *pointer })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // SAFETY: a reference is valid
    assert_eq!(unsafe { read(&2).await }, Ok(2));
}
