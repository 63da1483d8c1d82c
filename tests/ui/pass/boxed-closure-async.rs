//! The tail of a future is coerced to the return type: a closure to `dyn Fn`.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
async fn coerced(early: bool) -> Result<Box<dyn Fn() -> u8>, String> {
    if early {
        return Ok(Box::new(|| 1));
    }
    tokio::task::yield_now().await;
    Ok(Box::new(|| 2))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(coerced(true).await.unwrap()(), 1);
    assert_eq!(coerced(false).await.unwrap()(), 2);
}
