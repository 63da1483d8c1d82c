//! How long it takes until a failure is on disk.

use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::failing;

/// Between two failures; and between two looks at the disk, which is what is measured too much.
const PAUSE: Duration = Duration::from_millis(20);
const LOOK: Duration = Duration::from_micros(50);
/// What is not there by then will not be.
const LONG: Duration = Duration::from_secs(10);

/// Fails so often, and prints for each how long that took: `kept`, and nanoseconds.
pub(crate) fn measure(count: u32) {
    let spool = PathBuf::from(env::var_os("DRAGONFLY_SPOOL").unwrap_or_default());
    let mut seen = HashSet::new();
    for number in 0..count {
        let began = Instant::now();
        let _ = failing::annotated(number);
        while !is_there(&spool, &mut seen) && began.elapsed() < LONG {
            thread::sleep(LOOK);
        }
        println!("kept {}", began.elapsed().as_nanos());
        thread::sleep(PAUSE);
    }
}

/// Whether a file is there that was not.
fn is_there(spool: &Path, seen: &mut HashSet<OsString>) -> bool {
    let folders = || below(spool).flat_map(|destination| below(&destination));
    let envelopes = folders().flat_map(|run| below(&run)).filter(|path| {
        let ending = path.extension();
        ending.is_some_and(|ending| ending == "envelope")
    });
    let mut is_there = false;
    for path in envelopes {
        is_there |= seen.insert(path.into_os_string());
    }
    is_there
}

fn below(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    found.map(|entry| entry.path())
}
