//! Ends in the way that the first argument names.

use anyhow::Context as _;
use std::process::ExitCode;

#[dragonfly::main]
fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    match std::env::args().nth(1).as_deref() {
        Some("ok") => Ok(ExitCode::SUCCESS),
        Some("code") => {
            let _ = dragonfly_tests::fail(7);
            Ok(ExitCode::from(7))
        }
        Some("err") => Err("only main saw this".into()),
        Some("err below a second start") => {
            let _guard = dragonfly::init(); // as below a panic hook of the program's own
            dragonfly_tests::open_shop("/nowhere/shop.toml").context("opening the shop")?;
            Ok(ExitCode::SUCCESS)
        }
        Some("panic") => panicking(42),
        Some("thread") => {
            let thread = std::thread::Builder::new().name("stock".into());
            let _ = thread.spawn(|| panic!("a thread panicked"))?.join();
            Ok(ExitCode::from(3))
        }
        Some("wait") => {
            // the test looks at this process, after an error, from outside
            let _ = dragonfly_tests::fail(1);
            println!("ready");
            let _ = std::io::stdin().read_line(&mut String::new());
            Ok(ExitCode::SUCCESS)
        }
        Some("print") => loop {
            println!("more than anybody reads");
        },
        other => Err(format!("no such way: {other:?}").into()),
    }
}

fn panicking(number: u8) -> ! {
    panic!("main panicked with {number}")
}
