//! Runs each job once, some of which fail.

use dragonfly::{monitor, report_errors, trace};
use std::panic::catch_unwind;
use std::task::{Context, Waker};

#[monitor(slug = "plain")]
fn plain() -> u8 {
    7
}

#[report_errors]
#[monitor(
    slug = "nightly",
    schedule = "0 3 * * *",
    timezone = "Europe/Vienna",
    margin = 5,
    max_runtime = 30,
    failure_issue_threshold = 3,
    recovery_threshold = 2
)]
async fn nightly(fails: bool) -> Result<(), String> {
    tokio::task::yield_now().await;
    if fails {
        return Err("nothing to export".to_owned());
    }
    Ok(())
}

#[monitor(slug = "often", schedule = "every 10 minutes")]
fn often() {
    panic!("as it was told to");
}

#[monitor(slug = "dropped")]
async fn dropped() {
    std::future::pending::<()>().await;
}

#[monitor(slug = "weekdays", schedule = "5/15 9-17 * * mon-fri")]
fn weekdays() {}

#[monitor(slug = "traced")]
#[trace(name = "traced")]
fn traced() {
    let _ = refuse();
}

#[report_errors]
fn refuse() -> Result<(), &'static str> {
    Err("not today")
}

#[dragonfly::main]
async fn main() {
    let seven = plain();
    assert_eq!(seven, 7);
    let _ = nightly(false).await;
    let _ = nightly(true).await;
    let _ = catch_unwind(often);
    {
        let mut future = Box::pin(dropped());
        let mut waking = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut waking).is_pending());
    }
    weekdays();
    traced();
}
