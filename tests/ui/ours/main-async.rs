#![deny(warnings)]

use tokio::runtime::{Handle, RuntimeFlavor};

#[dragonfly::main]
async fn main() {
    assert_eq!(
        Handle::current().runtime_flavor(),
        RuntimeFlavor::MultiThread
    );
    let value = tokio::spawn(async { 1 }).await;
    assert_eq!(value.ok(), Some(1));
}
