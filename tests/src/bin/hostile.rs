//! User code that misbehaves while it is being reported; the program must not notice.

use dragonfly::report_errors;
use std::fmt;
use std::time::Duration;

#[derive(Debug)]
enum Hostile {
    Panics,
    IsSlow,
    Fails,
}

impl fmt::Display for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panics => panic!("this text cannot be made"),
            Self::IsSlow => {
                std::thread::sleep(Duration::from_secs(1));
                f.write_str("slow, but there")
            }
            Self::Fails => {
                // an annotated function that fails inside a `Display` that is being reported
                let _ = dragonfly_tests::fail(1);
                f.write_str("reports itself")
            }
        }
    }
}

impl std::error::Error for Hostile {}

#[report_errors]
fn misbehave(how: &str) -> Result<(), Hostile> {
    Err(match how {
        "panics" => Hostile::Panics,
        "slow" => Hostile::IsSlow,
        _ => Hostile::Fails,
    })
}

fn main() {
    let how = std::env::args().nth(1).unwrap_or_default();
    let _guard = dragonfly::init!(
        before_send = move |event| {
            match std::env::args().nth(1).as_deref() {
                Some("hook-captures") => {
                    dragonfly::sentry::capture_message(
                        "from the hook",
                        dragonfly::sentry::Level::Info,
                    );
                    let _ = dragonfly_tests::fail(2);
                }
                Some("hook-panics") => panic!("the hook panicked"),
                Some("hook-drops") => return None,
                _ => {}
            }
            Some(event)
        }
    );
    println!("{}", misbehave(&how).is_err());
}
