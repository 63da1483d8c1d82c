//! Makes many calls of one variant, to be counted and timed; `runtime/benches/table` runs it.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use dragonfly_benches::{DIGITS, EMPTY, PAUSES, Setup, VARIANTS, Variant, WRONG};

/// Makes many calls of one variant
#[derive(Parser)]
enum Cli {
    /// Prints the nanoseconds that a call takes
    Calls {
        /// What is called
        kind: Kind,
        /// The function under which attribute; `empty` for the loop alone
        variant: String,
        /// What has been started before
        setup: Setup,
        /// How many calls
        count: u32,
    },
    /// Prints the sizes of the futures of each variant
    Sizes,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Sync calls that succeed
    Sync,
    /// Sync calls that fail
    Err,
    /// Async calls, ready at once
    Ready,
    /// Async calls, pending 16 times
    Pending,
}

impl Kind {
    /// One call.
    fn call(self, variant: &Variant) {
        let result = match self {
            Self::Sync => (variant.sync)(DIGITS),
            Self::Err => (variant.sync)(WRONG),
            Self::Ready => (variant.call)(DIGITS, 0),
            Self::Pending => (variant.call)(DIGITS, PAUSES),
        };
        let _ = black_box(result);
    }
}

/// What valgrind counts. What runs before varies: a crate measures the clock when a program starts.
#[inline(never)]
fn call_often(kind: Kind, variant: &Variant, count: u32) {
    for _ in 0..count {
        black_box(kind).call(black_box(variant));
    }
}

fn main() -> ExitCode {
    match Cli::parse() {
        Cli::Calls {
            kind,
            variant,
            setup,
            count,
        } => {
            let mut known = VARIANTS.into_iter().chain([EMPTY]);
            let Some(variant) = known.find(|known| known.name == variant) else {
                eprintln!("no variant is called `{variant}`");
                return ExitCode::from(2);
            };
            let _started = setup.start();
            let start = Instant::now();
            call_often(kind, &variant, count);
            let took = start.elapsed();
            println!("{}", took.as_secs_f64() * 1e9 / f64::from(count));
        }
        Cli::Sizes => {
            for variant in VARIANTS {
                let [small, large, kept, used_up] = (variant.sizes)();
                println!("{} {small} {large} {kept} {used_up}", variant.name);
            }
        }
    }
    ExitCode::SUCCESS
}
