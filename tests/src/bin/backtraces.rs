//! Fails in functions that nobody annotated, below one that is, and prints the user's frames of the
//! event, innermost first.

use anyhow::Context as _;
use dragonfly::report_errors;
use dragonfly::testing::{capture_events, capture_events_async};
use std::thread;
use tokio::runtime::Builder;

fn look_up(order: u32) -> anyhow::Result<()> {
    if order > 0 {
        anyhow::bail!("order {order} is closed");
    }
    Ok(())
}

fn ask(order: u32) -> anyhow::Result<()> {
    look_up(order)?;
    Ok(())
}

#[report_errors]
fn find(order: u32) -> anyhow::Result<()> {
    ask(order).context("finding it")?;
    Ok(())
}

#[report_errors]
fn find_elsewhere(order: u32) -> anyhow::Result<()> {
    let found = thread::spawn(move || ask(order));
    found.join().map_err(|_| anyhow::anyhow!("panicked"))?
}

#[report_errors]
async fn find_in_time(order: u32) -> anyhow::Result<()> {
    tokio::task::yield_now().await;
    ask(order)?;
    Ok(())
}

async fn ask_in_time(order: u32) -> anyhow::Result<()> {
    find_in_time(order).await
}

#[report_errors]
async fn serve_in_time(order: u32) -> anyhow::Result<()> {
    ask_in_time(order).await?;
    Ok(())
}

#[report_errors]
#[dragonfly::trace]
async fn find_timed(order: u32) -> anyhow::Result<()> {
    ask(order)?;
    Ok(())
}

#[report_errors]
fn find_later(order: u32) -> impl Future<Output = anyhow::Result<()>> {
    async move {
        find_timed(order).await?;
        Ok(())
    }
}

struct Shelf<T>(T);

impl<T: Fn(u32) -> anyhow::Result<()>> Shelf<T> {
    #[report_errors]
    fn find_on<N: Into<u32>>(&self, order: N) -> anyhow::Result<()> {
        let order = order.into();
        let find = || -> anyhow::Result<()> {
            (self.0)(order)?;
            Ok(())
        };
        find()
    }
}

#[report_errors]
fn find_on_any<N: Into<u32>>(order: N) -> anyhow::Result<()> {
    Shelf(ask).find_on(order)?;
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let how = std::env::args().nth(1);
    let (_, events) = match how.as_deref() {
        Some("async") => {
            let runtime = Builder::new_current_thread().build()?;
            runtime.block_on(capture_events_async(serve_in_time(1)))
        }
        Some("later") => {
            let runtime = Builder::new_current_thread().build()?;
            let found = async { find_later(1).await };
            runtime.block_on(capture_events_async(found))
        }
        Some("elsewhere") => capture_events(|| find_elsewhere(1)),
        Some(_) => capture_events(|| find_on_any(1_u8)),
        None => capture_events(|| find(1)),
    };
    for event in &events {
        let stacks = event
            .exception
            .iter()
            .filter_map(|exception| exception.stacktrace.as_ref());
        for frame in stacks.flat_map(|stack| stack.frames.iter().rev()) {
            if frame.in_app == Some(true) {
                let function = frame.function.as_deref().unwrap_or("?");
                let line = frame.lineno.unwrap_or_default();
                println!(
                    "{function} {}:{line}",
                    frame.filename.as_deref().unwrap_or("?")
                );
            }
        }
    }
    Ok(())
}
