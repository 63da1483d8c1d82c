// editions: 2018 2021 2024
//! What differs between editions: names of lifetimes, `?` on boxes, closures, prelude, `dyn`, patterns.
#![deny(warnings)]

use dragonfly::report_errors;
use std::convert::TryFrom;
use std::error::Error;

struct Parts {
    left: String,
    right: String,
}

#[report_errors]
fn free(text: &str) -> Result<u8, Box<dyn Error>> {
    let wide: u32 = text.parse()?;
    Ok(u8::try_from(wide)?)
}

#[report_errors]
fn captured(parts: Parts) -> Result<usize, String> {
    let left = parts.left;
    let right = &parts.right;
    let length = || right.len();
    Ok(left.len() + length())
}

#[report_errors]
async fn future(text: &str, parts: &mut Parts) -> Result<u8, Box<dyn Error + Send + Sync>> {
    parts.left.push_str(text);
    tokio::task::yield_now().await;
    Ok(parts.left.parse()?)
}

#[report_errors]
fn iterator<'a>(items: &'a [u8]) -> Result<impl Iterator<Item = u8> + 'a, String> {
    Ok(items.iter().copied())
}

#[dragonfly::main(environment = "test")]
fn main() -> Result<(), String> {
    let mut parts = Parts {
        left: "1".to_owned(),
        right: "22".to_owned(),
    };
    assert!(free("1000").is_err());
    drop(future("1", &mut parts));
    assert_eq!(captured(parts), Ok(3));
    assert_eq!(iterator(&[1, 2])?.count(), 2);
    Ok(())
}
