//! The guard outlives the locals of `main`: what fails in a `drop` still has a client.
#![deny(warnings)]

use dragonfly::sentry::Hub;

struct Local;

impl Drop for Local {
    fn drop(&mut self) {
        assert!(
            Hub::current()
                .client()
                .is_some_and(|client| client.is_enabled())
        );
    }
}

#[dragonfly::main(dsn = "https://key@127.0.0.1:9/1", shutdown_timeout = 0.1)]
fn main() -> Result<(), String> {
    let _local = Local;
    Ok(())
}
