//! A field may be moved out of an argument while the rest is used.
#![deny(warnings)]

use dragonfly::report_errors;

struct Pair {
    left: String,
    right: String,
}

#[report_errors]
fn free(pair: Pair) -> Result<String, String> {
    let left = pair.left;
    Ok(left + &pair.right)
}

#[report_errors]
async fn future(pair: Pair) -> Result<String, String> {
    let left = pair.left;
    tokio::task::yield_now().await;
    Ok(left + &pair.right)
}

fn pair() -> Pair {
    let (left, right) = ("l".to_owned(), "r".to_owned());
    Pair { left, right }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(pair()).unwrap(), "lr");
    assert_eq!(future(pair()).await.unwrap(), "lr");
}
