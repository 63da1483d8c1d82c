//! Type parameters, lifetimes and constants of the function and of the `impl` around it.
#![deny(warnings)]

use dragonfly::report_errors;
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

#[report_errors]
fn parsed<T: FromStr>(text: &str) -> Result<T, T::Err> {
    text.parse()
}

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
fn applied<F>(apply: F) -> Result<usize, String>
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    Ok(apply("text").len())
}

#[report_errors]
async fn parsed_async<T>(text: &str) -> Result<T, T::Err>
where
    T: FromStr,
{
    tokio::task::yield_now().await;
    text.parse()
}

struct Reader<'a, T, const N: usize> {
    text: &'a str,
    kind: PhantomData<T>,
}

impl<'a, T: FromStr, const N: usize> Reader<'a, T, N> {
    #[report_errors]
    fn read(&self) -> Result<(T, &'a str), T::Err> {
        let (value, rest) = self.text.split_at(N);
        let value: T = value.parse()?;
        Ok((value, rest))
    }

    #[report_errors]
    async fn read_with<U: Display>(&self, add: U) -> Result<String, T::Err> {
        let (_, rest) = self.read()?;
        Ok(format!("{rest}{add}"))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(parsed::<u8>("1"), Ok(1));
    assert!(parsed::<u8>("x").is_err());
    assert_eq!(longest(&[1], &[2, 3]), Ok(&[2, 3][..]));
    assert_eq!(longest(&[1], &[1]), Err("both end with 1".to_owned()));
    assert_eq!(first([1, 2]), Ok(1));
    assert_eq!(applied(str::trim), Ok(4));
    assert_eq!(parsed_async::<u8>("2").await, Ok(2));
    let reader = Reader::<u8, 2> {
        text: "12rest",
        kind: PhantomData,
    };
    assert_eq!(reader.read(), Ok((12, "rest")));
    assert_eq!(reader.read_with('!').await, Ok("rest!".to_owned()));
}
