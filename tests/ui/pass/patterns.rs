//! Parameters are patterns, some of which bind nothing.
#![deny(warnings)]

use dragonfly::report_errors;

struct Point {
    x: u8,
    y: u8,
}

#[report_errors]
fn destructured(
    (a, _): (u8, u8),
    Point { x, y: b }: Point,
    [first, .., last]: [u8; 3],
    &c: &u8,
    _: String,
    ref d: u8,
    whole @ Point { .. }: &Point,
) -> Result<u8, String> {
    Ok(a + x + b + first + last + c + d + whole.x)
}

#[report_errors]
async fn destructured_async(
    (mut a, _b): (u8, u8),
    Point { x, .. }: Point,
    _: String,
    mut list: Vec<u8>,
) -> Result<u8, String> {
    a += x;
    tokio::task::yield_now().await;
    list.push(a);
    Ok(list.iter().sum())
}

#[report_errors]
fn shadowed(value: &str) -> Result<usize, std::num::ParseIntError> {
    let value: usize = value.parse()?;
    Ok(value)
}

#[report_errors]
fn conditional(
    #[cfg(any())] missing: Missing,
    #[allow(unused_variables)] unused: u8,
) -> Result<u8, String> {
    Ok(1)
}

#[report_errors]
#[expect(unused_variables)]
fn unused(value: String) -> Result<(), String> {
    Ok(())
}

#[report_errors]
#[expect(unused_variables)]
async fn unused_async(value: String) -> Result<(), String> {
    Ok(())
}

#[report_errors]
#[expect(unused_mut)]
fn needlessly_mutable(mut value: Vec<u8>) -> Result<usize, String> {
    Ok(value.len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let point = || Point { x: 1, y: 2 };
    assert_eq!(
        destructured((1, 1), point(), [1, 2, 3], &1, String::new(), 1, &point()),
        Ok(11)
    );
    assert_eq!(
        destructured_async((1, 1), point(), String::new(), vec![3]).await,
        Ok(5)
    );
    assert_eq!(shadowed("7"), Ok(7));
    assert_eq!(conditional(1), Ok(1));
    assert!(unused(String::new()).is_ok());
    assert!(unused_async(String::new()).await.is_ok());
    assert_eq!(needlessly_mutable(vec![1]), Ok(1));
}
