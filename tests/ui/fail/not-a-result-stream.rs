//! A named type that is no future of ours.
use dragonfly::report_errors;

struct LoadFuture;

#[report_errors]
fn f() -> LoadFuture {
    LoadFuture
}

fn main() {}
