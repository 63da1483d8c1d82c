#![deny(warnings)]

use std::error::Error;
use tokio::runtime::{Handle, RuntimeFlavor};

#[dragonfly::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    assert_eq!(
        Handle::current().runtime_flavor(),
        RuntimeFlavor::CurrentThread
    );
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    let value: u8 = "1".parse()?;
    if value == 0 {
        return Err("zero".into());
    }
    Ok(())
}
