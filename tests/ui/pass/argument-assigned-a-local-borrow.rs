//! An argument of an async function may be made to borrow a local of the body.
#![deny(warnings)]

use dragonfly::report_errors;
use std::borrow::Cow;

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

#[report_errors]
async fn listed(mut words: Vec<&str>, mut first: Option<&str>) -> Result<usize, String> {
    let count = words.len().to_string();
    words.push(&count);
    if first.is_none() {
        first = Some(&count);
    }
    tokio::task::yield_now().await;
    Ok(words.concat().len() + first.ok_or("nothing")?.len())
}

#[report_errors]
async fn taken_apart((mut text, count): (Cow<'_, str>, u8)) -> Result<usize, String> {
    let count = count.to_string();
    if text.is_empty() {
        text = Cow::Borrowed(&count);
    }
    tokio::task::yield_now().await;
    text.parse::<usize>().map_err(|error| error.to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(trimmed("a-b").await, Ok(2));
    assert!(trimmed("--").await.is_err());
    assert_eq!(listed(vec!["a", "b"], None).await, Ok(4));
    assert_eq!(taken_apart(("".into(), 12)).await, Ok(12));
    assert!(taken_apart(("a".into(), 12)).await.is_err());
}
