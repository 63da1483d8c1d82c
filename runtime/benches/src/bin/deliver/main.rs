//! Fails some times and ends in one way; `runtime/benches/table` runs it.
//!
//! Where failures are reported to, and where undelivered ones wait, the environment says: `SENTRY_DSN`
//! and `DRAGONFLY_SPOOL`. Right before the way out, the time is printed: `ends`, and nanoseconds since
//! 1970. The way `kept` measures instead how long it takes until each failure is on disk.

mod failing;
mod keeping;
mod leaving;

use std::thread;

use clap::{Parser, ValueEnum};
use sentry::{ClientInitGuard, ClientOptions};

use crate::leaving::Way;

/// Fails some times and ends in one way
#[derive(Parser)]
struct Cli {
    /// Who reports the failures
    reporter: Reporter,
    /// How the program ends
    way: Way,
    /// How many failures there are
    count: u32,
    /// On how many threads they are
    #[arg(default_value_t = 1)]
    threads: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Reporter {
    /// `#[report_errors]`
    Dragonfly,
    /// `sentry::capture_error`
    Sentry,
}

/// Reports until it is dropped.
#[expect(dead_code, reason = "guards are there to be dropped")]
enum Reporting {
    Dragonfly(dragonfly::Guard),
    Sentry(ClientInitGuard),
}

fn main() {
    let cli = Cli::parse();
    let _reporting = match cli.reporter {
        Reporter::Dragonfly => Reporting::Dragonfly(dragonfly::init!(environment = "production")),
        Reporter::Sentry => {
            let options = ClientOptions::new().environment("production");
            Reporting::Sentry(sentry::init(options))
        }
    };
    if matches!(cli.way, Way::Kept) {
        return keeping::measure(cli.count);
    }
    fail(&cli);
    leaving::leave(cli.way);
}

/// All failures, their numbers shared out among the threads.
fn fail(cli: &Cli) {
    let fail = match cli.reporter {
        Reporter::Dragonfly => failing::annotated,
        Reporter::Sentry => failing::by_hand,
    };
    let share = |first: u32| {
        for number in (first..cli.count).step_by(cli.threads.max(1) as usize) {
            let _ = fail(number);
        }
    };
    thread::scope(|scope| {
        for first in 1..cli.threads {
            scope.spawn(move || share(first));
        }
        share(0);
    });
}
