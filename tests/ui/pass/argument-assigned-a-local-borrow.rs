//! An argument of an async function may be made to borrow a local of the body.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
async fn trimmed(mut text: &str) -> Result<usize, String> {
    let owned = text.replace('-', "");
    text = &owned;
    tokio::task::yield_now().await;
    if text.is_empty() {
        return Err("nothing".to_owned());
    }
    Ok(text.len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(trimmed("a-b").await, Ok(2));
    assert!(trimmed("--").await.is_err());
}
