//! A future of something else.
use dragonfly::report_errors;

use std::future::Future;

#[report_errors]
fn f() -> impl Future<Output = u8> {
    async { 1 }
}

fn main() {}
