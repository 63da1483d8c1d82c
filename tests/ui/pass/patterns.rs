//! Parameters are patterns, some of which bind nothing.
#![deny(warnings)]

use dragonfly::report_errors;

struct Point {
    x: u8,
    y: u8,
}

#[report_errors]
fn free(
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
async fn future(
    (a, _): (u8, u8),
    Point { x, y: b }: Point,
    [first, .., last]: [u8; 3],
    &c: &u8,
    _: String,
    ref d: u8,
    whole @ Point { .. }: &Point,
) -> Result<u8, String> {
    tokio::task::yield_now().await;
    Ok(a + x + b + first + last + c + d + whole.x)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let point = || Point { x: 1, y: 2 };
    let whole = point();
    let sum = free((1, 1), point(), [1, 2, 3], &1, String::new(), 1, &whole);
    assert_eq!(sum, Ok(11));
    let sum = future((1, 1), point(), [1, 2, 3], &1, String::new(), 1, &whole);
    assert_eq!(sum.await, Ok(11));
}
