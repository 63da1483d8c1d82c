//! Reports many failures in one way, and prints what that costs; `runtime/benches/table` runs it.
//!
//! Each way goes to the end: every event is made, serialized and sent to a receiver on loopback, a
//! process of its own that throws it away. Ours goes there by our transport, what is written by
//! hand by sentry's own (`ureq`, as ours), so both pay for their requests, which neither compresses.
//! Sentry's integrations are those that `sentry::init` adds.
//!
//! On the failing thread, time is the clock's on the wall around one failure, from the call of the
//! function that fails to what comes back to its caller. CPU time is that of the whole process, all
//! threads, the server's work not included. No two messages are the same.

mod counting;
mod failing;
mod receiver;
mod setup;

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use rustix::time::{ClockId, clock_gettime};

use crate::failing::Way;
use crate::receiver::Receiver;

/// Reports many failures in one way, and prints what that costs
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints, per failure: nanoseconds, allocations and bytes on its thread, CPU nanoseconds of
    /// the process, the nanoseconds of the first one, and those of one after a pause
    Each {
        /// How failures are reported
        way: Way,
        /// How many functions lie between `main` and the report
        depth: u32,
        /// How many failures are measured
        count: u32,
    },
    /// Prints the share of a core that failures take which come at a steady rate
    Steady {
        /// How failures are reported
        way: Way,
        /// How many functions lie between `main` and the report
        depth: u32,
        /// Failures a second
        rate: u32,
        /// For how long
        seconds: u32,
    },
    /// Prints the most memory in use so far, in kB, after each of some storms of failures
    Storm {
        /// How failures are reported
        way: Way,
        /// How many functions lie between `main` and the report
        depth: u32,
        /// How many failures have come when the memory is looked at
        counts: Vec<u32>,
    },
    /// Takes events on loopback until it is killed
    #[command(hide = true)]
    Receive,
}

/// Failures between two flushes: what waits is little, and none of it is dropped.
const AT_ONCE: u32 = 25;

/// Pauses between steady failures; shorter ones would measure how a thread is woken.
const PAUSE: Duration = Duration::from_millis(10);

/// Before a failure that comes alone: long enough that the processor has done other things since, or slept.
const ALONE_AFTER: Duration = Duration::from_millis(100);
const TIMES_ALONE: usize = 5;

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Each { way, depth, count } => each(way, depth, count),
        Command::Steady {
            way,
            depth,
            rate,
            seconds,
        } => steady(way, depth, rate, seconds),
        Command::Storm { way, depth, counts } => storm(way, depth, &counts),
        Command::Receive => receiver::run(),
    }
    ExitCode::SUCCESS
}

fn each(way: Way, depth: u32, count: u32) {
    let mut receiver = Receiver::start();
    let started = setup::start(way, receiver.port());
    let mut failure = 0;
    let mut fail = || {
        failure += 1;
        let start = Instant::now();
        failing::fail(way, depth, failure);
        start.elapsed()
    };

    let first = fail();
    started.flush();
    // what every process does once: symbols, connections, caches
    for _ in 0..2 * AT_ONCE {
        fail();
    }
    started.flush();

    let mut times = Vec::with_capacity(count as usize);
    let allocated = counting::on_this_thread();
    let cpu = cpu_seconds();
    for left in (1..=count).rev() {
        times.push(fail());
        if left % AT_ONCE == 1 {
            // its own allocations are no failure's
            counting::pause(|| started.flush());
        }
    }
    let cpu = cpu_seconds() - cpu;
    let allocated = counting::on_this_thread() - allocated;
    let mut alone = [(); TIMES_ALONE].map(|()| {
        started.flush();
        thread::sleep(ALONE_AFTER);
        fail()
    });
    started.flush();

    let sent = receiver.taken();
    let wanted = u64::from(failure);
    assert!(way == Way::Stack || sent == wanted, "{sent} of {wanted}");
    let per_failure = |total: f64| total / f64::from(count);
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let (allocations, bytes) = (allocated.count as f64, allocated.bytes as f64);
    println!(
        "{} {:.1} {:.0} {:.0} {} {}",
        median(&mut times),
        per_failure(allocations),
        per_failure(bytes),
        per_failure(cpu * 1e9),
        first.as_nanos(),
        median(&mut alone),
    );
}

/// In nanoseconds.
fn median(times: &mut [Duration]) -> u128 {
    times.sort_unstable();
    times[times.len() / 2].as_nanos()
}

fn steady(way: Way, depth: u32, rate: u32, seconds: u32) {
    let receiver = Receiver::start();
    let started = setup::start(way, receiver.port());
    failing::fail(way, depth, 0);
    started.flush();
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let length = Duration::from_secs(seconds.into());
    let mut failures = 0;
    while start.elapsed() < length {
        while f64::from(failures) < start.elapsed().as_secs_f64() * f64::from(rate) {
            failures += 1;
            failing::fail(way, depth, failures);
        }
        thread::sleep(PAUSE);
    }
    started.flush();
    let used = cpu_seconds() - cpu;
    println!("{:.4}", used / start.elapsed().as_secs_f64());
}

fn storm(way: Way, depth: u32, counts: &[u32]) {
    let receiver = Receiver::start();
    let started = setup::start(way, receiver.port());
    let mut failures = 0;
    let mut peaks = Vec::new();
    for count in counts {
        while failures < *count {
            failures += 1;
            failing::fail(way, depth, failures);
        }
        peaks.push(peak_memory().to_string());
    }
    started.flush();
    println!("{}", peaks.join(" "));
}

/// What all threads of this process have used so far.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default().as_secs_f64()
}

/// The most memory that this process had in use so far, in kB; 0 where Linux is not there to say.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default()
}
