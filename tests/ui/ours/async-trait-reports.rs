//! The future of an `#[async_trait]` method reports, and not its construction.
#![deny(warnings)]

use async_trait::async_trait;
use dragonfly::report_errors;
use dragonfly::testing::capture_events_async;

#[async_trait]
trait Source {
    #[report_errors]
    async fn default(&self) -> Result<u8, String> {
        Err("default".to_owned())
    }

    async fn next(&self) -> Result<u8, String>;
}

struct Empty;

#[async_trait]
impl Source for Empty {
    #[report_errors]
    async fn next(&self) -> Result<u8, String> {
        tokio::task::yield_now().await;
        Err("over".to_owned())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_, events) = capture_events_async(Empty.next()).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].exception[0].value.as_deref(), Some("over"));
    let (_, events) = capture_events_async(Empty.default()).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].exception[0].value.as_deref(), Some("default"));
    let (future, events) = dragonfly::testing::capture_events(|| Empty.next());
    assert!(events.is_empty());
    drop(future);
}
