//! Prints all that it can learn of its settings, and reports the DSN that it was given.

use dragonfly::config::{Defaults, Overrides, Settings};
use dragonfly::report_errors;
use dragonfly::spool::Destination;
use std::time::Duration;

#[report_errors]
fn confide(text: &str) -> Result<(), String> {
    Err(format!("cannot report to {text}"))
}

fn main() {
    // the DSN that code says, if it does, and the one that errors speak of
    let mut arguments = std::env::args().skip(1);
    let code = arguments.next().filter(|code| !code.is_empty());
    let spoken = arguments.next().unwrap_or_default();

    let overrides = Overrides {
        dsn: code.clone().map(Into::into),
        ..Overrides::default()
    };
    let defaults = Defaults {
        environment: "production",
        release: None,
    };
    let settings = Settings::resolve(&overrides, &defaults);
    let guard = match code {
        Some(code) => dragonfly::init!(dsn = code),
        None => dragonfly::init!(),
    };
    let again = dragonfly::init();
    let _ = confide(&spoken);
    guard.flush(Duration::from_secs(30));

    println!("{overrides:?}\n{overrides:#?}\n{settings:?}\n{settings:#?}");
    println!("{:?} {:?}", settings.dsn, settings.state);
    println!("{}\n{:?}", settings.state, settings.notes);
    println!("{:?}\n{defaults:?}", settings.entries());
    println!("{guard:?} {again:?} {:?}", guard.delivery());
    if let (Some(root), Some(dsn)) = (&settings.spool.value, &settings.dsn.value) {
        let destination = Destination::of(root, dsn);
        println!("{destination:?} {:?}", destination.list());
    }
    let _ = std::panic::catch_unwind(|| panic!("{settings:?} {overrides:?}"));
}
