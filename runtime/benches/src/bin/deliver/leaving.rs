//! The ways in which a program ends.

use std::hint::black_box;
use std::io::{self, Write as _};
use std::process;
use std::ptr;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::ValueEnum;

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Way {
    /// Returns from `main`
    Return,
    /// The same, a moment later
    Moment,
    /// The same, three seconds later
    Later,
    /// `std::process::exit`
    Exit,
    /// A panic in `main`
    Panic,
    /// A panic in a thread that nobody joins; then it returns
    PanicThread,
    /// `std::process::abort`
    Abort,
    /// A read where nothing is
    Segv,
    /// A stack overflow
    Overflow,
    /// Says `ready`, and sleeps until it is killed
    Wait,
    /// Returns, once each failure of a slow series lay on disk
    Kept,
}

/// Ends in that way, or comes back for `main` to return.
pub(crate) fn leave(way: Way) {
    match way {
        Way::Return | Way::Kept => say_end(),
        Way::Moment => return_after(Duration::from_millis(300)),
        Way::Later => return_after(Duration::from_secs(3)),
        Way::Exit => {
            say_end();
            process::exit(3);
        }
        Way::Panic => {
            say_end();
            panic!("this one was asked for");
        }
        Way::PanicThread => {
            thread::spawn(|| panic!("this one was asked for"));
            thread::sleep(Duration::from_millis(50));
            say_end();
        }
        Way::Abort => {
            say_end();
            process::abort();
        }
        Way::Segv => {
            say_end();
            read_nothing();
        }
        Way::Overflow => {
            say_end();
            black_box(descend(black_box(0)));
        }
        Way::Wait => {
            say("ready");
            loop {
                thread::park();
            }
        }
    }
}

fn return_after(pause: Duration) {
    thread::sleep(pause);
    say_end();
}

fn say_end() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    say(&format!("ends {}", now.unwrap_or_default().as_nanos()));
}

fn say(line: &str) {
    println!("{line}");
    let _ = io::stdout().flush();
}

#[expect(unsafe_code, reason = "safe code does not read where nothing is")]
fn read_nothing() {
    // not null, which debug builds look for
    let nothing = ptr::without_provenance::<u64>(8);
    // SAFETY: it is not sound, and meant to end the process: nobody has memory on the first page.
    black_box(unsafe { nothing.read_volatile() });
}

#[expect(unconditional_recursion, reason = "to overflow the stack")]
fn descend(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    descend(depth + 1) + frame[0]
}
