//! A closure argument that takes a borrow of any lifetime.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free<F>(apply: F) -> Result<usize, String>
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    let local = " text ".to_owned();
    Ok(apply(&local).len())
}

#[report_errors]
async fn future<F>(apply: F) -> Result<usize, String>
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    let local = " text ".to_owned();
    tokio::task::yield_now().await;
    Ok(apply(&local).len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(str::trim), Ok(4));
    assert_eq!(future(str::trim).await, Ok(4));
}
