#![deny(warnings)]

use tokio::runtime::{Handle, RuntimeFlavor};

#[dragonfly::main(environment = "test")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    assert_eq!(
        Handle::current().runtime_flavor(),
        RuntimeFlavor::CurrentThread
    );
    tokio::task::yield_now().await;
    Ok(())
}
