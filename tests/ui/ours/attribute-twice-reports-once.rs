//! Under two attributes an error is still one.
#![deny(warnings)]

use dragonfly::report_errors;
use dragonfly::testing::{capture_events, capture_events_async};

#[report_errors]
#[report_errors]
fn free() -> Result<u8, String> {
    Err("free".to_owned())
}

#[report_errors]
#[report_errors]
async fn future() -> Result<u8, String> {
    Err("future".to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(capture_events(free).1.len(), 1);
    assert_eq!(capture_events_async(future()).await.1.len(), 1);
}
