//! Where-clauses, lifetimes that outlive each other, and constants.
#![deny(warnings)]

use dragonfly::report_errors;
use std::fmt::Display;

#[report_errors]
fn longest<'a, 'b: 'a, T>(left: &'a [T], right: &'b [T]) -> Result<&'a [T], String>
where
    T: Display + PartialEq,
{
    if left == right {
        return Err(format!("both end with {}", left[0]));
    }
    Ok(if left.len() < right.len() {
        right
    } else {
        left
    })
}

#[report_errors]
fn first<T: Copy, const N: usize>(items: [T; N]) -> Result<T, [T; N]> {
    if N == 0 { Err(items) } else { Ok(items[0]) }
}

#[report_errors]
async fn longest_async<'a, 'b: 'a, T>(left: &'a [T], right: &'b [T]) -> Result<&'a [T], String>
where
    T: Display + PartialEq,
{
    longest(left, right)
}

#[report_errors]
async fn first_async<T: Copy, const N: usize>(items: [T; N]) -> Result<T, [T; N]> {
    if N == 0 { Err(items) } else { Ok(items[0]) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(longest(&[1], &[2, 3]), Ok(&[2, 3][..]));
    assert_eq!(
        longest_async(&[1], &[1]).await,
        Err("both end with 1".to_owned())
    );
    assert_eq!(first([1, 2]), Ok(1));
    assert_eq!(first_async::<u8, 0>([]).await, Err([]));
}
