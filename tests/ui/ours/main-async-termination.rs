#![deny(warnings)]

use std::process::{ExitCode, Termination};

#[dragonfly::main]
async fn main() -> impl Termination {
    tokio::task::yield_now().await;
    ExitCode::SUCCESS
}
