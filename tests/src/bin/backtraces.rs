//! Fails in functions that nobody annotated, below one that is, and prints the user's frames of the
//! event, innermost first.

use anyhow::Context as _;
use dragonfly::report_errors;
use dragonfly::testing::capture_events;
use std::thread;

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

fn main() {
    let elsewhere = std::env::args().len() > 1;
    let (_, events) = capture_events(|| {
        if elsewhere {
            find_elsewhere(1)
        } else {
            find(1)
        }
    });
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
}
