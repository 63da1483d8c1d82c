//! A mutable borrow lives across an `.await` and is given back after it.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
async fn pushed(value: &mut String) -> Result<&mut String, String> {
    value.push('a');
    tokio::task::yield_now().await;
    value.push('b');
    Ok(value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut text = String::new();
    pushed(&mut text).await.unwrap().push('c');
    assert_eq!(text, "abc");
}
