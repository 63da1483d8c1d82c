//! Speaks by `tracing` and `log`, also of errors that were reported, and of some that were not.

use dragonfly::{report_errors, trace};

#[report_errors]
#[tracing::instrument]
fn open(path: &str) -> std::io::Result<String> {
    tracing::info!("opening");
    std::fs::read_to_string(path)
}

#[tracing::instrument]
fn tidy_up() {
    sweep();
}

#[trace(name = "sweep")]
fn sweep() {
    log::warn!("the broom is old");
}

#[dragonfly::main(tracing)]
#[trace(name = "run")]
fn main() {
    if let Err(error) = open("/nowhere/shop.toml") {
        tracing::error!("the shop stays closed: {error}");
        tracing::error!(error = &error as &dyn std::error::Error, "once more");
    }
    tracing::debug!("nobody wants to know");
    tidy_up();
    tracing::error!(order = 7, "order lost");
}
