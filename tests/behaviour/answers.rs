//! What a handler answers with in the place of an error is no second event.

use crate::bubbling::{functions, load, values};
use dragonfly::report_errors;
use dragonfly::testing::{capture_events, capture_events_async};
use std::io;

/// What a handler answers with: it says nothing of an error.
#[derive(Debug, PartialEq)]
struct Answer(u16);

impl From<anyhow::Error> for Answer {
    fn from(_: anyhow::Error) -> Self {
        Self(500)
    }
}

#[report_errors]
fn by_conversion(path: &str) -> Result<String, Answer> {
    Ok(load(path)?)
}

#[report_errors]
fn by_hand(path: &str) -> Result<String, Answer> {
    load(path).map_err(|_| Answer(502))
}

#[report_errors]
fn by_steps(path: &str) -> Result<String, Answer> {
    let path = std::str::from_utf8(path.as_bytes()).map_err(anyhow::Error::from);
    path.and_then(|path| {
        let path = path.trim_end();
        load(path)
    })
    .map_err(|_| Answer(502))
}

#[report_errors]
async fn around(path: &str) -> Result<String, Answer> {
    tokio::task::yield_now().await;
    let text = by_conversion(path)?;
    Ok(text)
}

#[report_errors]
async fn and_around(path: &str) -> Result<String, u16> {
    let text = around(path).await.map_err(|Answer(status)| status)?;
    Ok(text)
}

#[tokio::test]
async fn an_error_and_the_answers_that_are_made_of_it_are_one_event() {
    let not_there = io::Error::from_raw_os_error(2).to_string();
    let told = ["loading /nowhere", &not_there];
    let (_, events) = capture_events(|| by_conversion("/nowhere"));
    assert_eq!(events.len(), 1);
    assert_eq!(values(&events[0]), told);
    assert_eq!(
        &functions(&events[0])[..3],
        ["read", "load", "by_conversion"]
    );
    let context = serde_json::to_value(&events[0].contexts["by_conversion"]).unwrap();
    assert_eq!(context["left as"], "Answer: Answer(500)");

    for answer in [by_hand, by_steps] {
        let (_, events) = capture_events(|| answer("/nowhere"));
        assert_eq!(events.len(), 1);
        assert_eq!(values(&events[0]), told);
    }

    let (result, events) = capture_events_async(and_around("/nowhere")).await;
    assert_eq!(result, Err(500));
    assert_eq!(events.len(), 1);
    assert_eq!(values(&events[0]), told);
    assert_eq!(
        &functions(&events[0])[..5],
        ["read", "load", "by_conversion", "around", "and_around"]
    );
}

#[test]
fn an_answer_to_something_else_than_the_error_that_was_swallowed_is_an_event_of_its_own() {
    #[report_errors]
    fn elsewhere(path: &str) -> Result<usize, Answer> {
        let first = load(path).unwrap_or_default();
        let second: usize = path.parse().map_err(|_| Answer(400))?;
        Ok(first.len() + second)
    }
    #[report_errors]
    fn checked(path: &str) -> Result<usize, Answer> {
        match load(path) {
            Ok(text) => Ok(text.len()),
            Err(_) => Err(Answer(404)),
        }
    }
    #[report_errors]
    fn like(path: &str) -> anyhow::Result<String> {
        fn load(_: &str) -> anyhow::Result<String> {
            anyhow::bail!("not there either")
        }
        let text = crate::bubbling::load(path).or_else(|_| load(path))?;
        Ok(text)
    }
    for reports in [
        capture_events(|| elsewhere("/nowhere")).1,
        capture_events(|| checked("/nowhere")).1,
    ] {
        assert_eq!(reports.len(), 2);
    }
    assert_eq!(capture_events(|| like("/nowhere")).1.len(), 2);
}
