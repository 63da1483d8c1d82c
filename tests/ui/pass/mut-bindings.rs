//! `mut` on an argument is needed and seen to be: no lint calls it unused.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free(mut values: Vec<u8>) -> Result<Vec<u8>, String> {
    values.push(1);
    Ok(values)
}

#[report_errors]
fn pattern((mut a, _b): (u8, u8)) -> Result<u8, String> {
    a += 1;
    Ok(a)
}

#[report_errors]
async fn future(mut values: Vec<u8>) -> Result<Vec<u8>, String> {
    values.push(1);
    tokio::task::yield_now().await;
    Ok(values)
}

#[report_errors]
async fn pattern_async((mut a, _b): (u8, u8)) -> Result<u8, String> {
    a += 1;
    Ok(a)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(vec![]).unwrap(), [1]);
    assert_eq!(pattern((1, 2)), Ok(2));
    assert_eq!(future(vec![]).await.unwrap(), [1]);
    assert_eq!(pattern_async((1, 2)).await, Ok(2));
}
