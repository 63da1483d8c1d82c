//! Starts to report late: after what the first argument names.

use std::panic;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn main() -> ExitCode {
    let earlier = std::env::args().nth(1).unwrap_or_default();
    let asked = Arc::new(AtomicBool::new(false));
    match earlier.as_str() {
        "library" => dragonfly_tests::of_a_library(1),
        "hook" => panic::set_hook(Box::new(|_| println!("the program's own hook"))),
        #[cfg(unix)]
        "handler" => {
            signal_hook::flag::register(libc::SIGTERM, Arc::clone(&asked)).expect("a handler");
        }
        _ => {}
    }
    let _guard = dragonfly::init!(environment = "program");
    let _ = dragonfly_tests::fail(2);
    match earlier.as_str() {
        "hook" => drop(panic::catch_unwind(|| panic!("caught"))),
        "handler" | "ignored" => {
            println!("ready");
            let _ = std::io::stdin().read_line(&mut String::new());
        }
        _ => {}
    }
    ExitCode::from(u8::from(asked.load(Ordering::Relaxed)))
}
