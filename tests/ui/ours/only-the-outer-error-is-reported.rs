//! Of a `Result` in a `Result`, only the outer `Err` is a failure of the function.
#![deny(warnings)]

use dragonfly::report_errors;
use dragonfly::testing::{capture_events, capture_events_async};

type Nested = Result<Result<u8, String>, String>;

#[report_errors]
fn free(value: Nested) -> Nested {
    value
}

#[report_errors]
async fn future(value: Nested) -> Nested {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let inner = || Ok(Err("inner".to_owned()));
    let outer = || Err("outer".to_owned());
    assert_eq!(capture_events(|| free(inner())).1.len(), 0);
    assert_eq!(capture_events(|| free(outer())).1.len(), 1);
    assert_eq!(capture_events_async(future(inner())).await.1.len(), 0);
    assert_eq!(capture_events_async(future(outer())).await.1.len(), 1);
}
