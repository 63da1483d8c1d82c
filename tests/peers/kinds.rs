//! Fails in every way that is reported, once each: what the peers are asked about.
//!
//! With `SENTRY_DSN` set, the events go there. Without, they go to an inbox inside this program, and
//! it prints them, and the transaction of the run, one JSON text a line.

use anyhow::Context as _;
use dragonfly::inbox::{Envelope, Inbox};
use dragonfly::report_errors;
use dragonfly::sentry::{self, Breadcrumb, Level, protocol::User};
use serde_json::{Value, json};
use std::fmt;
use std::io;
use std::process::Command;
use std::time::Duration;

/// The functions below that fail, `main`, and what is captured by hand.
const KINDS: usize = 19;

fn main() -> anyhow::Result<()> {
    if std::env::var_os("SENTRY_DSN").is_some() {
        return reporting::main();
    }
    let inbox = Inbox::start()?;
    let ended = Command::new(std::env::current_exe()?)
        .env("SENTRY_DSN", inbox.dsn())
        .output()?;
    anyhow::ensure!(ended.status.code() == Some(1), "ended as {}", ended.status);
    let events = inbox.wait_for_events(KINDS, Duration::from_secs(20));
    anyhow::ensure!(events.len() == KINDS, "{} events came", events.len());
    for event in events {
        println!("{}", event.json());
    }
    let envelopes = inbox.envelopes();
    let items = envelopes.iter().flat_map(Envelope::items);
    let transactions: Vec<_> = items.filter(|item| item.kind() == "transaction").collect();
    anyhow::ensure!(
        transactions.len() == 1,
        "{} transactions",
        transactions.len()
    );
    for transaction in transactions {
        let mut json: Value = serde_json::from_slice(transaction.payload())?;
        json["type"] = "transaction".into(); // which its item says
        println!("{json}");
    }
    Ok(())
}

mod reporting {
    #[dragonfly::main(shutdown_timeout = 30)]
    #[dragonfly::trace(op = "cli", name = "kinds")]
    pub(super) fn main() -> anyhow::Result<()> {
        super::fail_in_every_way()?;
        anyhow::bail!("only main saw this")
    }
}

fn fail_in_every_way() -> io::Result<()> {
    let _ = typed();
    let _ = missing_file();
    let _ = contexts();
    let _ = eyre();
    let _ = boxed();
    let _ = text();
    let _ = unit();
    let _ = recursion(4);
    let _ = load("shop.toml", "acme", 7);
    let _ = unexpected();
    let _ = with_scope();
    let _ = long_text();
    let _ = long_message(&"a long tale ".repeat(6000));
    let _ = many_causes();
    let _ = secrets();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let _ = runtime.block_on(street("one"));
    let _ = std::thread::spawn(|| panic!("a thread panicked with {}", 42)).join();
    sentry::capture_message("the shop closes early", Level::Info);
    Ok(())
}

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("order {id} is not valid")]
    Invalid {
        id: u32,
        #[source]
        quantity: QuantityError,
    },
}

#[derive(Debug, thiserror::Error)]
#[error("`{text}` is no quantity")]
struct QuantityError {
    text: String,
    #[source]
    cause: std::num::ParseIntError,
}

#[dragonfly::trace(fields(kind = "typed"))]
#[report_errors]
fn typed() -> Result<u32, OrderError> {
    let text = "two".to_owned();
    text.parse().map_err(|cause| OrderError::Invalid {
        id: 1001,
        quantity: QuantityError { text, cause },
    })
}

#[report_errors]
fn missing_file() -> io::Result<String> {
    std::fs::read_to_string("/nowhere/shop.toml")
}

#[report_errors]
fn contexts() -> anyhow::Result<String> {
    let read = std::fs::read_to_string("/nowhere/prices.toml");
    read.context("reading the prices")
        .context("opening the shop")
}

#[report_errors]
fn eyre() -> eyre::Result<u32> {
    eyre::WrapErr::wrap_err("three".parse(), "counting the lilies")
}

#[report_errors]
fn boxed() -> Result<(), Box<dyn std::error::Error>> {
    typed_again()?;
    Ok(())
}

fn typed_again() -> Result<(), QuantityError> {
    let cause = ""
        .parse::<u8>()
        .map_or_else(|cause| cause, |_| unreachable!());
    let text = String::new();
    Err(QuantityError { text, cause })
}

#[report_errors]
fn text() -> Result<(), String> {
    Err("the water lily is sold out".to_owned())
}

#[report_errors]
fn unit() -> Result<(), ()> {
    Err(())
}

#[report_errors]
fn recursion(depth: u32) -> Result<(), String> {
    if depth == 0 {
        return Err("the bottom of the pond".to_owned());
    }
    recursion(depth - 1)
}

#[report_errors(
    level = "warning",
    message = "loading {path}",
    fields(path, doors, rate = 0.5, open = true, parts = ?(1, "two")),
    tags(tenant),
    fingerprint = ["{{ default }}", "load"],
    handled = false,
)]
fn load(path: &str, tenant: &str, doors: u8) -> io::Result<()> {
    let said = format!("{path} of {tenant} has {doors} doors and half a table");
    Err(io::Error::new(io::ErrorKind::InvalidData, said))
}

#[report_errors(ignore(io::Error { .. }))]
fn unexpected() -> anyhow::Result<()> {
    anyhow::bail!("nobody expected this")
}

fn with_scope() -> Result<(), String> {
    sentry::with_scope(
        |scope| {
            scope.set_tag("tenant", "acme");
            scope.set_extra("lilies", json!([1, { "white": true }]));
            scope.set_user(Some(User {
                id: Some("7".into()),
                ..User::default()
            }));
        },
        scoped,
    )
}

#[report_errors]
fn scoped() -> Result<(), String> {
    sentry::add_breadcrumb(Breadcrumb {
        ty: "navigation".into(),
        category: Some("shop".into()),
        message: Some("the door opened".into()),
        data: [("door".to_owned(), json!(2))].into(),
        ..Breadcrumb::default()
    });
    Err("the scope comes along".to_owned())
}

#[report_errors]
fn long_text() -> Result<(), String> {
    Err("0123456789abcde ".repeat(4096))
}

#[report_errors(message = "{tale}")]
fn long_message(tale: &str) -> Result<(), &'static str> {
    Err("the message is long")
}

/// The `n`th cause from the bottom.
#[derive(Debug)]
struct Nested(u32, Option<Box<Nested>>);

impl fmt::Display for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cause {}", self.0)
    }
}

impl std::error::Error for Nested {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_deref().map(|cause| cause as _)
    }
}

#[report_errors]
fn many_causes() -> Result<(), Nested> {
    let chain = (1..=64).fold(None, |cause, n| Some(Box::new(Nested(n, cause))));
    chain.map_or(Ok(()), |outermost| Err(*outermost))
}

#[report_errors]
fn secrets() -> Result<(), String> {
    Err("POST https://shop:s3cr3t@pay.example.com/charge for jane.doe@example.com".to_owned())
}

#[report_errors]
async fn quantity(text: &str) -> Result<u32, QuantityError> {
    tokio::task::yield_now().await;
    text.parse().map_err(|cause| QuantityError {
        text: text.to_owned(),
        cause,
    })
}

#[report_errors]
async fn line(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(quantity(text).await?)
}

#[report_errors]
async fn order(text: &str) -> anyhow::Result<u32> {
    line(text).await.map_err(anyhow::Error::from_boxed)
}

#[report_errors]
async fn shop(text: &str) -> anyhow::Result<u32> {
    let lines = order(text).await?;
    Ok(lines)
}

#[report_errors]
async fn street(text: &str) -> anyhow::Result<u32> {
    shop(text).await
}
