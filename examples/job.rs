//! A scheduled job, as cron or a timer starts it: Sentry is told that it began, and what came of it.
//!
//! `cargo run --example job`

use dragonfly::{monitor, report_errors, trace};
use std::env;
use std::fs;
use std::io;
use std::path::Path;

#[monitor(
    slug = "nightly-export",
    schedule = "0 3 * * *",
    timezone = "Europe/Vienna",
    max_runtime = 10
)]
#[trace(op = "job", name = "export")]
#[report_errors(handled = false)]
fn export(folder: &Path) -> io::Result<()> {
    for table in ["orders", "customers"] {
        write(folder, table)?;
    }
    Ok(())
}

#[trace(name = "write {table}")]
#[report_errors]
fn write(folder: &Path, table: &str) -> io::Result<()> {
    fs::write(folder.join(table).with_extension("csv"), "id,name\n")
}

#[monitor(slug = "tidy-up", schedule = "every 6 hours")]
fn tidy_up() {
    println!("  everything is in its place");
}

#[dragonfly::main]
fn main() -> io::Result<()> {
    if env::var_os("SENTRY_DSN").is_none() {
        return dragonfly_examples::with_inbox();
    }
    let nowhere = Path::new("/nowhere/export");
    tidy_up();
    if let Err(error) = export(nowhere) {
        println!("  {error}");
    }
    Ok(())
}
