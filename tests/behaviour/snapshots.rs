//! Whole events of small programs, as a server gets them.
//!
//! What differs by run, machine or compiler is left out by [`readable`]. Where events were changed on
//! purpose, `INSTA_UPDATE=always cargo test -p dragonfly-behaviour snapshots` writes the
//! new ones.
#![cfg(debug_assertions)] // an optimised build has other frames

use anyhow::Context as _;
use dragonfly::report_errors;
use dragonfly::sentry::protocol::Event;
use dragonfly::sentry::{self, Breadcrumb};
use dragonfly::testing::{capture_events, capture_events_async};
use serde_json::{Value, json};
use std::io;

/// Compares the one event of a program with what it was before.
#[track_caller]
fn check(name: &str, events: &[Event<'static>]) {
    let [event] = events else {
        panic!("{} events instead of one", events.len());
    };
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _guard = settings.bind_to_scope();
    insta::assert_json_snapshot!(name, readable(json!(event)));
}

/// What differs from run to run, machine to machine, or from one `sentry` to the next.
const REDACTED: &[&str] = &[
    "debug_meta",
    "event_id",
    "os",
    "rust",
    "sdk",
    "thread_id",
    "threads",
    "timestamp",
    "trace",
];

/// What a frame shows by the text of its line, which does not move.
const LEFT_OUT: &[&str] = &[
    "abs_path",
    "colno",
    "instruction_addr",
    "lineno",
    "post_context",
    "pre_context",
];

/// An event, or a part of it, with what is the same everywhere.
fn readable(part: Value) -> Value {
    match part {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()))
            .map(|(name, value)| {
                let value = match name.as_str() {
                    redacted if REDACTED.contains(&redacted) => json!("[redacted]"),
                    "frames" => readable_frames(value),
                    "return trace" => without_lines(value),
                    _ => readable(value),
                };
                (name, value)
            })
            .collect(),
        Value::Array(parts) => parts.into_iter().map(readable).collect(),
        other => other,
    }
}

/// Libraries' frames are the compiler's business, and ours are libraries' outside of this workspace.
fn readable_frames(frames: Value) -> Value {
    let Value::Array(frames) = frames else {
        return frames;
    };
    let mut frames: Vec<Value> = frames
        .into_iter()
        .map(|frame| {
            if frame["in_app"] == json!(true) && frame["filename"] == json!(file!()) {
                readable(frame)
            } else {
                json!("[of libraries]")
            }
        })
        .collect();
    frames.dedup();
    frames.into()
}

fn without_lines(return_trace: Value) -> Value {
    let Value::Object(places) = return_trace else {
        return return_trace;
    };
    let place_only = |place: &Value| {
        let text = place.as_str().unwrap_or_default();
        json!(text.trim_end_matches(|end: char| end.is_ascii_digit() || end == ':'))
    };
    places
        .iter()
        .map(|(name, place)| (name.clone(), place_only(place)))
        .collect()
}

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("`{0}` is no quantity")]
    Quantity(String, #[source] std::num::ParseIntError),
    #[error("charging order {0}")]
    Payment(u32, #[source] io::Error),
}

#[report_errors]
fn quantity(text: &str) -> Result<u32, OrderError> {
    text.parse()
        .map_err(|cause| OrderError::Quantity(text.to_owned(), cause))
}

#[report_errors]
fn charge(order: u32) -> Result<(), OrderError> {
    let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
    Err(OrderError::Payment(order, refused))
}

#[report_errors]
fn read(path: &str) -> io::Result<String> {
    std::fs::read_to_string(path)
}

#[report_errors]
fn open(path: &str) -> anyhow::Result<String> {
    let text = read(path).context("reading the prices")?;
    Ok(text)
}

#[report_errors]
fn serve(path: &str) -> anyhow::Result<()> {
    open(path).context("opening the shop")?;
    Ok(())
}

#[report_errors]
fn order(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(quantity(text)?)
}

#[report_errors]
fn count(text: &str) -> eyre::Result<u32> {
    eyre::WrapErr::wrap_err(text.parse(), "counting the lilies")
}

#[report_errors]
fn sold_out(item: &str) -> Result<(), String> {
    Err(format!("the {item} is sold out"))
}

#[report_errors]
fn knock() -> Result<(), ()> {
    Err(())
}

#[report_errors]
fn dive(depth: u32) -> Result<(), String> {
    if depth == 0 {
        return Err("the bottom of the pond".to_owned());
    }
    dive(depth - 1)
}

#[report_errors]
async fn fetch(text: &str) -> Result<u32, OrderError> {
    tokio::task::yield_now().await;
    quantity(text)
}

#[report_errors]
async fn deliver(text: &str) -> anyhow::Result<u32> {
    Ok(fetch(text).await?)
}

#[report_errors(
    level = "warning",
    message = "loading {path}",
    fields(path, doors),
    tags(tenant),
    fingerprint = ["{{ default }}", "load"],
    handled = false,
)]
fn load(path: &str, tenant: &str, doors: u8) -> io::Result<()> {
    let said = format!("{path} of {tenant} has {doors} doors and half a table");
    Err(io::Error::new(io::ErrorKind::InvalidData, said))
}

#[report_errors]
fn pay() -> Result<(), String> {
    Err("POST https://shop:s3cr3t@pay.example.com/charge for jane.doe@example.com".to_owned())
}

#[test]
fn each_program_sends_what_it_sent_before() {
    check("error-with-source", &capture_events(|| quantity("two")).1);
    check("error-around-io", &capture_events(|| charge(1005)).1);
    check("io-error", &capture_events(|| read("/nowhere/shop.toml")).1);
    check(
        "anyhow-through-three",
        &capture_events(|| serve("/nowhere/prices.toml")).1,
    );
    check(
        "boxed-through-two",
        &capture_events(|| order("three").is_err()).1,
    );
    check("eyre", &capture_events(|| count("four").is_err()).1);
    check("string", &capture_events(|| sold_out("water lily")).1);
    check("unit", &capture_events(knock).1);
    check("recursion", &capture_events(|| dive(3)).1);
    check(
        "all-arguments",
        &capture_events(|| load("shop.toml", "acme", 7)).1,
    );
    check("secrets", &capture_events(pay).1);
}

#[tokio::test]
async fn an_async_program_sends_what_it_sent_before() {
    check("async", &capture_events_async(deliver("five")).await.1);
}

#[test]
fn a_program_with_a_scope_sends_what_it_sent_before() {
    let (_, events) = capture_events(|| {
        sentry::configure_scope(|scope| scope.set_tag("tenant", "acme"));
        sentry::add_breadcrumb(Breadcrumb {
            category: Some("shop".into()),
            message: Some("the door opened".into()),
            ..Breadcrumb::default()
        });
        sold_out("reed flute")
    });
    check("scope", &events);
}
