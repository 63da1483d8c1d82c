//! Speaks by `tracing` and `log`, also of errors that were reported, that are about to be, and of some that
//! never are.

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

#[report_errors]
fn lock_up() -> Result<(), String> {
    let key = Err("the key is gone".to_owned());
    key.inspect_err(|error| tracing::error!("still open: {error}"))
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
    let _ = lock_up();
    tracing::error!(order = 7, "order lost");
}
