//! Fails five async functions deep, across threads of the runtime, and prints the lines of the return
//! trace that arrives; those that belong in it end in `// left here`. And how many frames of the stack have
//! no name, and of how many of these it is left open whose they are.
//!
//! What runs on `Ok` of [`returns_ok`] is looked at in its machine code, beside [`counts_itself`].
#![expect(
    clippy::needless_question_mark,
    clippy::unnecessary_wraps,
    reason = "each `?` is a line of the trace, each `Ok` is looked at"
)]

use dragonfly::inbox::Inbox;
use dragonfly::report_errors;
use std::cell::Cell;
use std::hint::black_box;
use std::num::ParseIntError;
use std::time::Duration;

type AnyError = Box<dyn std::error::Error + Send + Sync>;

#[report_errors]
async fn quantity(text: &str) -> Result<u32, ParseIntError> {
    tokio::task::yield_now().await;
    let number: u32 = text.trim().parse()?; // left here
    Ok(number)
}

#[report_errors]
async fn line(text: &str) -> Result<u32, AnyError> {
    Ok(quantity(text).await?) // left here
}

#[report_errors]
async fn order(text: &'static str) -> Result<u32, AnyError> {
    let lines = tokio::spawn(line(text));
    tokio::task::yield_now().await;
    Ok(lines.await??) // left here
}

#[report_errors]
async fn shop(text: &'static str) -> anyhow::Result<u32> {
    let total = order(text).await.map_err(anyhow::Error::from_boxed)?; // left here
    Ok(total)
}

#[report_errors]
async fn street(text: &'static str) -> anyhow::Result<u32> {
    Ok(shop(text).await?) // left here
}

/// As [`street`], without a trace of what is above [`shop`].
#[report_errors(trace = false)]
async fn untraced(text: &'static str) -> anyhow::Result<u32> {
    Ok(shop(text).await?)
}

#[report_errors]
#[inline(never)]
fn returns_ok(number: u32) -> Result<u32, ParseIntError> {
    Ok(black_box(number))
}

thread_local!(static CALLS: Cell<u32> = const { Cell::new(0) });

#[inline(never)]
fn counts_itself(number: u32) -> Result<u32, ParseIntError> {
    CALLS.set(CALLS.get() + 1);
    Ok(black_box(number))
}

fn main() -> anyhow::Result<()> {
    let inbox = Inbox::start()?;
    let _guard = dragonfly::init!(dsn = inbox.dsn());
    anyhow::ensure!(returns_ok(1)? == counts_itself(1)?, "numbers differ");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let traced = std::env::args().nth(1).is_none();
    let failed = runtime.block_on(async {
        if traced {
            street("one").await
        } else {
            untraced("one").await
        }
    });
    anyhow::ensure!(failed.is_err(), "nothing failed");
    let events = inbox.wait_for_events(1, Duration::from_secs(20));
    for event in events {
        println!("{}", event.json()["contexts"]["return trace"]);
        let nameless = || {
            event
                .frames()
                .into_iter()
                .filter(|frame| frame.function().is_none())
        };
        let undecided = nameless().filter(|frame| frame.in_app().is_none());
        println!(
            "without a name: {}, undecided: {}",
            nameless().count(),
            undecided.count()
        );
    }
    Ok(())
}
