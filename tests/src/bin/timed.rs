//! Times its run, and two calls within it, the second of which fails.

use dragonfly::{report_errors, trace};

#[trace(name = "load {number}", op = "db")]
#[report_errors]
async fn load(number: u8) -> Result<(), String> {
    tokio::task::yield_now().await;
    if number == 0 {
        return Err("there is no order 0".to_owned());
    }
    Ok(())
}

#[dragonfly::main]
#[trace(op = "cli", name = "import")]
async fn main() -> Result<(), String> {
    load(7).await?;
    load(0).await
}
