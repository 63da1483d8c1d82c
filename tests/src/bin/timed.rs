//! Times its run, and two calls within it, the second of which fails. With arguments, others of its kind
//! go on with the trace: `timed child` by variables, and `timed served` by headers, which are arguments.

use dragonfly::trace::InContext as _;
use dragonfly::{report_errors, trace};
use std::env;
use std::io;
use std::process::Command;

#[trace(name = "load {number}", op = "db")]
#[report_errors]
async fn load(number: u8) -> Result<(), String> {
    tokio::task::yield_now().await;
    if number == 0 {
        return Err("there is no order 0".to_owned());
    }
    Ok(())
}

#[trace(name = "serve")]
async fn serve() -> Result<(), String> {
    load(0).await
}

/// Starts another program of this kind, with the headers as arguments.
fn request() -> io::Result<()> {
    let headers = trace::headers().map(|(name, value)| format!("{name}: {value}"));
    let mut command = Command::new(env::current_exe()?);
    // another machine has not our variables
    command
        .env_remove("SENTRY_TRACE")
        .env_remove("SENTRY_BAGGAGE");
    command.arg("served").args(headers).status().map(drop)
}

fn start_child() -> io::Result<()> {
    let mut command = Command::new(env::current_exe()?);
    command
        .arg("child")
        .envs(trace::environment())
        .status()
        .map(drop)
}

#[dragonfly::main]
#[trace(op = "cli", name = "import")]
async fn main() -> Result<(), String> {
    let mut arguments = env::args().skip(1);
    match arguments.next().as_deref() {
        Some("parent") => start_child().map_err(|error| error.to_string())?,
        Some("child") => request().map_err(|error| error.to_string())?,
        Some("served") => {
            let headers: Vec<String> = arguments.collect();
            let pairs = headers.iter().filter_map(|header| header.split_once(": "));
            return serve().in_context(trace::continue_from(pairs)).await;
        }
        _ => {}
    }
    load(7).await?;
    load(0).await
}
