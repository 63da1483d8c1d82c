//! `bail!` and `ensure!` hide a `return`, which must end the body and no more.
#![deny(warnings)]

use anyhow::{bail, ensure};
use dragonfly::report_errors;

#[report_errors]
fn check(value: u8) -> anyhow::Result<u8> {
    ensure!(value > 0, "nothing");
    if value > 9 {
        bail!("{value} is too much");
    }
    Ok(value)
}

#[report_errors]
async fn check_async(value: u8) -> anyhow::Result<u8> {
    ensure!(value > 0, "nothing");
    tokio::task::yield_now().await;
    if value > 9 {
        bail!("{value} is too much");
    }
    Ok(value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(check(1).unwrap(), 1);
    assert_eq!(check(0).unwrap_err().to_string(), "nothing");
    assert_eq!(check(10).unwrap_err().to_string(), "10 is too much");
    assert_eq!(check_async(0).await.unwrap_err().to_string(), "nothing");
    assert_eq!(
        check_async(10).await.unwrap_err().to_string(),
        "10 is too much"
    );
}
