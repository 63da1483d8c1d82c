//! The arguments of `#[report_errors]`.

use dragonfly::report_errors;
use dragonfly::sentry::Level;
use dragonfly::sentry::protocol::{Context, Event, Map, Value};
use dragonfly::testing::{capture_events, capture_events_async};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::fmt;
use std::io;

#[track_caller]
fn event_of<T, E>(call: impl FnOnce() -> Result<T, E>) -> Event<'static> {
    let (result, mut events) = capture_events(call);
    assert!(result.is_err());
    assert_eq!(events.len(), 1);
    events.remove(0)
}

fn reports<T, E>(call: impl FnOnce() -> Result<T, E>) -> usize {
    let (result, events) = capture_events(call);
    assert!(result.is_err());
    events.len()
}

#[report_errors(level = "warning")]
fn warns() -> Result<(), String> {
    Err("low".to_owned())
}

#[report_errors(level = "fatal", handled = false)]
fn worse() -> Result<(), String> {
    warns()
}

#[report_errors]
fn plain() -> Result<(), String> {
    warns()
}

#[test]
fn the_outermost_level_counts() {
    assert_eq!(event_of(warns).level, Level::Warning);
    assert_eq!(event_of(plain).level, Level::Warning);
    assert_eq!(event_of(worse).level, Level::Fatal);
}

#[test]
fn handled_is_as_the_function_says() {
    let handled = |event: Event<'_>| event.exception.last()?.mechanism.as_ref()?.handled;
    assert_eq!(handled(event_of(plain)), Some(true));
    assert_eq!(handled(event_of(worse)), Some(false));
}

#[derive(Debug)]
enum ShopError {
    SoldOut { left: u8 },
    Closed,
}

impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for ShopError {}

#[report_errors(ignore(ShopError::SoldOut { left } if *left < 2))]
fn sell(error: ShopError) -> Result<(), ShopError> {
    Err(error)
}

#[report_errors(ignore(ShopError::SoldOut { .. }, io::Error { .. }))]
fn sell_anyhow(error: ShopError) -> anyhow::Result<()> {
    Err(anyhow::Error::from(error).context("selling"))
}

#[report_errors(ignore(ShopError::Closed))]
fn sell_boxed(error: ShopError) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    Err(error.into())
}

#[report_errors(ignore(ShopError::Closed))]
fn sell_boxed_here(error: ShopError) -> Result<(), Box<dyn std::error::Error>> {
    Err(error.into())
}

#[report_errors(ignore = is_closed)]
fn sell_by_predicate(error: ShopError) -> Result<(), ShopError> {
    Err(error)
}

#[report_errors(ignore = is_closed)]
fn sell_anyhow_by_predicate(error: ShopError) -> eyre::Result<()> {
    Err(error.into())
}

#[report_errors(ignore(text if text.contains("expected")))]
fn says(text: &str) -> Result<(), String> {
    Err(text.to_owned())
}

#[report_errors(ignore("sold out" | ("closed")))]
fn says_borrowed<'a>(text: &'a str) -> Result<(), &'a str> {
    Err(text)
}

#[report_errors(ignore("sold out" if left == 0))]
fn says_owned(left: u8) -> Result<(), String> {
    Err("sold out".to_owned())
}

#[derive(Debug)]
enum TillError {
    Empty,
    Stuck,
}

use TillError::Empty;

#[report_errors(ignore(Empty))]
fn take(error: TillError) -> Result<(), TillError> {
    Err(error)
}

#[report_errors(ignore(Timeout))]
fn wait() -> Result<(), Timeout> {
    Err(Timeout)
}

#[derive(Debug)]
struct Timeout;

fn is_closed(error: &ShopError) -> bool {
    matches!(error, ShopError::Closed)
}

#[test]
fn expected_errors_pass_unreported() {
    assert_eq!(reports(|| sell(ShopError::SoldOut { left: 1 })), 0);
    assert_eq!(reports(|| sell(ShopError::SoldOut { left: 2 })), 1);
    assert_eq!(reports(|| sell(ShopError::Closed)), 1);
    assert_eq!(reports(|| take(Empty)), 0);
    assert_eq!(reports(|| take(TillError::Stuck)), 1);
    assert_eq!(reports(wait), 0);
    assert_eq!(reports(|| says("an expected one")), 0);
    assert_eq!(reports(|| says("another")), 1);
}

#[test]
fn what_one_function_expects_the_next_one_may_not() {
    #[report_errors]
    fn sell_what_is_there(error: ShopError) -> Result<(), ShopError> {
        sell(error)
    }
    #[report_errors(ignore(ShopError::SoldOut { .. }))]
    fn sell_or_not(error: ShopError) -> Result<(), ShopError> {
        sell(error)
    }
    assert_eq!(
        reports(|| sell_what_is_there(ShopError::SoldOut { left: 1 })),
        1
    );
    assert_eq!(reports(|| sell_or_not(ShopError::SoldOut { left: 1 })), 0);
}

#[test]
fn expected_texts_are_compared() {
    assert_eq!(reports(|| says_borrowed("sold out")), 0);
    assert_eq!(reports(|| says_borrowed("closed")), 0);
    assert_eq!(reports(|| says_borrowed("sold out again")), 1);
    assert_eq!(reports(|| says_owned(0)), 0);
    assert_eq!(reports(|| says_owned(1)), 1);
}

#[test]
fn expected_errors_are_found_along_the_chain() {
    assert_eq!(reports(|| sell_anyhow(ShopError::SoldOut { left: 9 })), 0);
    assert_eq!(reports(|| sell_anyhow(ShopError::Closed)), 1);
    assert_eq!(reports(|| sell_boxed(ShopError::Closed)), 0);
    assert_eq!(reports(|| sell_boxed(ShopError::SoldOut { left: 9 })), 1);
    assert_eq!(reports(|| sell_boxed_here(ShopError::Closed)), 0);
    assert_eq!(
        reports(|| sell_boxed_here(ShopError::SoldOut { left: 9 })),
        1
    );
}

#[test]
fn a_predicate_says_what_is_expected() {
    assert_eq!(reports(|| sell_by_predicate(ShopError::Closed)), 0);
    assert_eq!(
        reports(|| sell_by_predicate(ShopError::SoldOut { left: 9 })),
        1
    );
    assert_eq!(reports(|| sell_anyhow_by_predicate(ShopError::Closed)), 0);
    assert_eq!(
        reports(|| sell_anyhow_by_predicate(ShopError::SoldOut { left: 9 })),
        1
    );
}

#[derive(Debug, Clone, Copy)]
struct Point(#[expect(dead_code, reason = "shown by Debug")] u8);

#[report_errors(
    message = "loading {path} for {who:?}, {{exactly}}",
    fields(count, rate, on, who, len = items.len(), owned, ?point, text = %count, point.nested = point),
    tags(tenant = who)
)]
#[expect(clippy::too_many_arguments, reason = "one of each kind")]
fn load(
    path: &str,
    who: String,
    count: u8,
    rate: f64,
    on: bool,
    items: Vec<u8>,
    owned: String,
    point: Point,
) -> Result<(), String> {
    drop((who, items, owned));
    Err(format!("{path} {count} {rate} {on} {point:?}"))
}

fn call() -> Result<(), String> {
    load(
        "a.toml",
        "Ada".to_owned(),
        7,
        0.5,
        true,
        vec![1, 2],
        "mine".to_owned(),
        Point(3),
    )
}

fn fields(event: &Event<'_>, function: &str) -> Map<String, Value> {
    match event.contexts.get(function) {
        Some(Context::Other(fields)) => fields.clone(),
        _ => Map::new(),
    }
}

#[test]
fn values_are_recorded_by_name() {
    let event = event_of(call);
    assert_eq!(
        event.logentry.as_ref().map(|entry| entry.message.as_str()),
        Some("loading a.toml for \"Ada\", {exactly}")
    );
    let expected = json!({
        "count": 7, "rate": 0.5, "on": true, "who": "Ada", "len": 2, "owned": "mine",
        "point": "Point(3)", "text": "7", "point.nested": "Point(3)",
    });
    assert_eq!(json!(fields(&event, "load")), expected);
    assert_eq!(event.tags.get("tenant").map(String::as_str), Some("Ada"));
}

#[report_errors(message = "{file}", fields(file, owned, kept = ?owned), tags(file))]
fn upload(file: &str, owned: String) -> Result<(), String> {
    drop(owned);
    Err("refused".to_owned())
}

/// Servers refuse events of more than a megabyte.
#[test]
fn of_a_whole_file_the_beginning_is_recorded() {
    const MOST: usize = 64 * 1024;
    let file = "a line\n".repeat(100_000);
    let event = event_of(|| upload(&file, file.clone()));
    let fields = fields(&event, "upload");
    let recorded = ["file", "owned", "kept"].map(|name| fields[name].as_str().unwrap().len());
    assert_eq!(recorded, [MOST; 3]);
    let message = event.logentry.as_ref().map(|entry| entry.message.len());
    assert_eq!(message, Some(MOST));
    assert_eq!(event.tags["file"].len(), MOST);
}

mod deep {
    use super::report_errors;

    #[report_errors(fields(depth))]
    pub(super) fn dive(depth: u8) -> Result<(), String> {
        match depth {
            0 => Err("the bottom".to_owned()),
            _ => dive(depth - 1),
        }
    }
}

#[report_errors(fields(id))]
fn trace(id: u8) -> Result<(), String> {
    Err(format!("no order {id}"))
}

/// Fields of a function that is called as a context of Sentry's stood in its place.
#[test]
fn fields_take_the_place_of_no_context_that_sentry_knows() {
    let event = event_of(|| trace(7));
    assert!(matches!(event.contexts["trace"], Context::Trace(_)));
    assert_eq!(fields(&event, "behaviour::arguments::trace")["id"], 7);
}

#[report_errors(fields(from = "above"))]
fn dive() -> Result<(), String> {
    deep::dive(2)
}

#[test]
fn functions_of_one_name_keep_their_fields_apart() {
    let event = event_of(dive);
    assert_eq!(fields(&event, "dive")["depth"], 0);
    assert_eq!(
        fields(&event, "behaviour::arguments::deep::dive")["depth"],
        1
    );
    assert_eq!(fields(&event, "dive 2")["depth"], 2);
    assert_eq!(
        fields(&event, "behaviour::arguments::dive")["from"],
        "above"
    );
}

#[report_errors(message = "starting")]
fn start() -> Result<(), String> {
    call()
}

#[test]
fn messages_go_from_the_outermost_in() {
    let event = event_of(start);
    assert_eq!(
        event.logentry.as_ref().map(|entry| entry.message.as_str()),
        Some("starting: loading a.toml for \"Ada\", {exactly}")
    );
}

#[report_errors(tags(address))]
fn send(address: &str) -> Result<(), &'static str> {
    Err("nobody lives there")
}

#[test]
fn a_tag_is_one_line_as_sentry_takes_no_other() {
    let event = event_of(|| send("1 Lake Street\nPond"));
    assert_eq!(event.tags["address"], "1 Lake Street Pond");
}

#[report_errors(fields(name, size = name.len()), tags(id))]
async fn fetch(name: String, id: u32) -> Result<(), String> {
    tokio::task::yield_now().await;
    Err(name)
}

#[tokio::test]
async fn values_are_kept_across_await() {
    let (_, events) = capture_events_async(fetch("x".to_owned(), 5)).await;
    assert_eq!(
        json!(fields(&events[0], "fetch")),
        json!({ "name": "x", "size": 1 })
    );
    assert_eq!(events[0].tags.get("id").map(String::as_str), Some("5"));
}

#[report_errors(message = "fetching {name}", fields(name, id))]
fn fetched_later(name: &str, id: u32) -> BoxFuture<'static, Result<(), String>> {
    let refused = format!("no {name}");
    Box::pin(async { Err(refused) })
}

#[tokio::test]
async fn values_are_kept_by_a_future_that_outlives_them() {
    // it is looked at when the call begins, if anybody listens then
    let called = async { fetched_later(&"x".repeat(2), 5).await };
    let (_, events) = capture_events_async(called).await;
    assert_eq!(
        json!(fields(&events[0], "fetched_later")),
        json!({ "name": "xx", "id": 5 })
    );
}

#[report_errors(fingerprint = ["{{ default }}", "shop"])]
fn grouped() -> Result<(), String> {
    Err("x".to_owned())
}

#[test]
fn events_are_grouped_as_told() {
    assert_eq!(
        event_of(grouped).fingerprint.as_ref(),
        ["{{ default }}", "shop"]
    );
    let ours = event_of(plain).fingerprint;
    assert!(ours.len() == 3 && !ours.contains(&"{{ default }}".into()));
}

#[report_errors(skip)]
fn skipped() -> Result<(), String> {
    Err("x".to_owned())
}

struct Shop;

#[report_errors(level = "info")]
impl Shop {
    const NAME: &'static str = "shop";

    fn open() -> Result<Self, String> {
        Err(Self::NAME.to_owned())
    }

    async fn serve(&self) -> io::Result<()> {
        Err(io::Error::other(Self::NAME))
    }

    #[report_errors(skip)]
    fn close() -> Result<(), String> {
        Err(Self::NAME.to_owned())
    }

    #[report_errors(level = "fatal")]
    fn burn() -> Result<(), String> {
        Err(Self::NAME.to_owned())
    }
}

#[report_errors]
mod inner {
    pub(super) fn fails() -> Result<(), String> {
        Err("x".to_owned())
    }

    pub(super) struct Deep;

    impl Deep {
        pub(super) fn fails() -> Result<(), String> {
            Err("x".to_owned())
        }
    }
}

#[tokio::test]
async fn blocks_and_modules_are_annotated_as_a_whole() {
    assert_eq!(reports(skipped), 0);
    assert_eq!(event_of(|| Shop::open().map(|_| ())).level, Level::Info);
    assert_eq!(reports(Shop::close), 0);
    assert_eq!(event_of(Shop::burn).level, Level::Fatal);
    assert_eq!(reports(inner::fails), 1);
    assert_eq!(reports(inner::Deep::fails), 1);
    let (_, events) = capture_events_async(Shop.serve()).await;
    assert_eq!(events.len(), 1);
}
