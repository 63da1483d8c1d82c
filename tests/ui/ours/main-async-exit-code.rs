#![deny(warnings)]

use std::process::ExitCode;

#[dragonfly::main]
async fn fallible() -> Result<ExitCode, String> {
    tokio::task::yield_now().await;
    Ok(ExitCode::SUCCESS)
}

#[dragonfly::main]
async fn main() -> ExitCode {
    let code = tokio::task::spawn_blocking(fallible).await;
    match code {
        Ok(Ok(code)) => code,
        _ => ExitCode::FAILURE,
    }
}
