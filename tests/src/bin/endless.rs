//! Captures errors, and writes a line into the file that the first argument names for each, until it is ended.

use std::fs::File;
use std::io::Write as _;
use std::thread;
use std::time::Duration;

#[dragonfly::main]
fn main() -> std::io::Result<()> {
    let mut file = File::create(std::env::args().nth(1).unwrap_or_default())?;
    for n in 0.. {
        let _ = dragonfly_tests::fail(n);
        writeln!(file, "{n}")?;
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
