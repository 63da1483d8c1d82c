#![deny(warnings)]

use dragonfly::sentry::ClientOptions;

fn start() -> dragonfly::Guard {
    dragonfly::init!(
        environment = "test",
        shutdown_timeout = 1,
        configure = |options: ClientOptions| options.max_breadcrumbs(20),
    )
}

fn main() -> Result<(), std::num::ParseIntError> {
    let _guard = dragonfly::init!();
    let guard = start();
    assert!(guard.flush(std::time::Duration::from_secs(1)));
    let _value: u8 = "1".parse()?;
    Ok(())
}
