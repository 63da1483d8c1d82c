//! One run, which ends in the way that the first argument names, after as many errors as the second says.

use dragonfly::sentry;
use dragonfly::sentry::protocol::User;
use std::io::BufRead as _;
use std::process::{self, ExitCode};
use std::thread;

fn errors() -> u32 {
    let number = std::env::args().nth(2).and_then(|text| text.parse().ok());
    number.unwrap_or(0)
}

#[dragonfly::main]
fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    for n in 0..errors() {
        let _ = dragonfly_tests::fail(n);
    }
    match std::env::args().nth(1).as_deref() {
        Some("return") => Ok(ExitCode::SUCCESS),
        Some("code") => Ok(ExitCode::from(7)),
        Some("err") => Err("only main saw this".into()),
        Some("exit") => process::exit(3),
        Some("panic") => panic!("in main"),
        Some("panic in a thread") => {
            let _ = thread::spawn(|| panic!("in a thread")).join();
            Ok(ExitCode::SUCCESS)
        }
        Some("abort") => process::abort(),
        Some("message") => {
            sentry::capture_message("only said", sentry::Level::Error);
            sentry::capture_message("said in passing", sentry::Level::Info);
            Ok(ExitCode::SUCCESS)
        }
        Some("start twice") => {
            drop(dragonfly::init());
            let _second = dragonfly::init!(release = "second@1");
            let _ = dragonfly_tests::fail(100);
            Ok(ExitCode::SUCCESS)
        }
        Some("user") => {
            let user = User {
                email: Some("jane@example.com".to_owned()),
                username: Some("jane".to_owned()),
                ..User::default()
            };
            sentry::configure_scope(|scope| scope.set_user(Some(user)));
            let _ = dragonfly_tests::fail(100);
            Ok(ExitCode::SUCCESS)
        }
        Some("timed") => {
            timed();
            Ok(ExitCode::SUCCESS)
        }
        Some("wait") => {
            println!("ready");
            let _ = std::io::stdin().lock().read_line(&mut String::new());
            Ok(ExitCode::SUCCESS)
        }
        other => Err(format!("no such way: {other:?}").into()),
    }
}

#[dragonfly::trace]
fn timed() {}
