//! What is not reported: ignored errors, what sampling leaves out, what a limit keeps back.

use dragonfly::config::Overrides;
use dragonfly::report_errors;
use dragonfly::sentry::protocol::Event;
use dragonfly::sentry::{self, Level};
use dragonfly::testing::{capture_events, capture_events_async, capture_events_with};
use std::cell::Cell;
use std::fmt;
use std::io;
use std::num::ParseIntError;

fn ignoring(rules: &[&'static str]) -> Overrides {
    Overrides {
        ignore_errors: Some(rules.iter().map(|&rule| rule.into()).collect()),
        ..Overrides::default()
    }
}

fn sampling(rate: f64) -> Overrides {
    Overrides {
        sample_rate: Some(rate),
        ..Overrides::default()
    }
}

fn limited(most: u32) -> Overrides {
    Overrides {
        max_per_minute: Some(most),
        ..Overrides::default()
    }
}

/// How many events the call makes with these settings.
fn reports<T, E>(settings: Overrides, call: impl FnOnce() -> Result<T, E>) -> usize {
    let (result, events) = capture_events_with(settings, call);
    assert!(result.is_err());
    events.len()
}

#[report_errors]
fn count(text: &str) -> Result<u8, ParseIntError> {
    text.parse()
}

#[report_errors]
fn stock(text: &str) -> anyhow::Result<u8> {
    use anyhow::Context as _;
    count(text).context("counting the stock")
}

#[derive(Debug, thiserror::Error)]
#[error("the shop stays closed")]
struct ShopError(#[from] ParseIntError);

#[report_errors]
fn open(text: &str) -> Result<u8, ShopError> {
    Ok(count(text)?)
}

#[report_errors]
fn read() -> io::Result<String> {
    std::fs::read_to_string("/nowhere/shop.toml")
}

#[report_errors]
fn read_boxed() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    Ok(read()?)
}

#[test]
fn an_ignored_type_is_ignored_by_all_that_it_passes() {
    for rule in ["ParseIntError", "std::num::ParseIntError"] {
        assert_eq!(reports(ignoring(&[rule]), || count("x")), 0);
        assert_eq!(reports(ignoring(&[rule]), || stock("x")), 0);
        assert_eq!(reports(ignoring(&[rule]), || open("x")), 0);
    }
    for rule in ["ParseFloatError", "shop::ParseIntError"] {
        assert_eq!(reports(ignoring(&[rule]), || count("x")), 1);
        assert_eq!(reports(ignoring(&[rule]), || stock("x")), 1);
        assert_eq!(reports(ignoring(&[rule]), || open("x")), 1);
    }
}

#[test]
fn a_kind_of_io_error_is_ignored() {
    let rule = "io::ErrorKind::NotFound";
    assert_eq!(reports(ignoring(&[rule]), read), 0);
    assert_eq!(reports(ignoring(&[rule]), read_boxed), 0);
    let rule = "io::ErrorKind::PermissionDenied";
    assert_eq!(reports(ignoring(&[rule]), read), 1);
    assert_eq!(reports(ignoring(&[rule]), read_boxed), 1);
}

#[test]
fn a_message_is_ignored_anywhere_in_the_chain() {
    let rules = |rule| ignoring(&["Other", rule]);
    assert_eq!(
        reports(rules("/^counting the/"), || stock("x")),
        1,
        "`count` came first"
    );
    assert_eq!(reports(rules("/invalid digit/"), || stock("x")), 0);
    assert_eq!(reports(rules(r"/\d/"), || stock("x")), 1);
}

/// An ignored error leaves no note behind that the next one would take for its own.
#[test]
fn the_next_error_has_its_own_return_trace() {
    #[report_errors]
    fn fails(text: &str) -> Result<(), String> {
        if text.is_empty() {
            return Err("ignored".to_owned());
        }
        Err(text.to_owned())?;
        Ok(())
    }
    let line = |settings: Overrides| {
        let (_, events) =
            capture_events_with(settings, || (fails("").is_err(), fails("x").is_err()));
        let last = events.last().unwrap();
        let stack = last.exception.last()?.stacktrace.as_ref()?;
        Some((events.len(), stack.frames.last()?.lineno))
    };
    let (events, alone) = line(ignoring(&["/ignored/"])).unwrap();
    assert_eq!(events, 1);
    assert_eq!(line(Overrides::default()), Some((2, alone)));
}

#[test]
fn what_is_captured_by_hand_is_not_ignored() {
    let (_, events) = capture_events_with(ignoring(&["/./"]), || {
        sentry::capture_message("by hand", Level::Error);
        count("x")
    });
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].message.as_deref(), Some("by hand"));
}

struct Counted<'a>(&'a Cell<u32>);

impl fmt::Display for Counted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.set(self.0.get() + 1);
        f.write_str("counted")
    }
}

#[report_errors(fields(n = 1))]
fn counted(texts: &Cell<u32>) -> Result<(), Counted<'_>> {
    Err(Counted(texts))
}

#[test]
fn no_text_is_made_of_what_a_type_ignores() {
    let texts = |rule| {
        let texts = Cell::new(0);
        reports(ignoring(&[rule]), || counted(&texts).map_err(drop));
        texts.get()
    };
    assert_eq!(texts("Counted"), 0);
    assert_eq!(texts("Other"), 1);
    assert_eq!(texts("/counted/"), 1);
}

#[report_errors(sample_rate = 0.0)]
fn never() -> Result<(), String> {
    Err("never".to_owned())
}

#[report_errors(sample_rate = 1)]
fn always() -> Result<(), String> {
    Err("always".to_owned())
}

#[report_errors(sample_rate = 1.0)]
fn around_never() -> anyhow::Result<()> {
    never().map_err(anyhow::Error::msg)
}

#[report_errors(sample_rate = 0.0)]
fn around_always() -> anyhow::Result<()> {
    always().map_err(anyhow::Error::msg)
}

#[test]
fn the_innermost_function_decides_for_all() {
    assert_eq!(reports(Overrides::default(), never), 0);
    assert_eq!(reports(Overrides::default(), around_never), 0);
    assert_eq!(reports(Overrides::default(), always), 1);
    assert_eq!(reports(Overrides::default(), around_always), 1);
}

#[report_errors]
fn goes_on_from_never() -> Result<(), String> {
    let _ = never();
    Err("another".to_owned())
}

#[test]
fn the_next_error_is_no_longer_left_out() {
    let (_, events) = capture_events(goes_on_from_never);
    assert_eq!(messages(&events), ["another"]);
}

#[report_errors(sample_rate = 0.0)]
async fn never_later() -> anyhow::Result<()> {
    tokio::task::yield_now().await;
    anyhow::bail!("never")
}

#[report_errors(sample_rate = 1.0)]
async fn always_later() -> anyhow::Result<()> {
    tokio::task::yield_now().await;
    anyhow::bail!("always")
}

#[report_errors]
async fn around_later(never: bool) -> anyhow::Result<()> {
    use anyhow::Context as _;
    let result = if never {
        never_later().await
    } else {
        always_later().await
    };
    tokio::task::yield_now().await;
    result.context("around")
}

#[tokio::test]
async fn the_innermost_future_decides_for_all() {
    for (never, expected) in [(true, 0), (false, 1)] {
        let (_, events) = capture_events_async(around_later(never)).await;
        assert_eq!(events.len(), expected);
    }
}

#[test]
fn a_function_s_share_takes_the_place_of_the_program_s() {
    assert_eq!(reports(sampling(0.0), || count("x")), 0);
    assert_eq!(reports(sampling(0.0), || stock("x")), 0);
    assert_eq!(reports(sampling(0.0), always), 1);
    assert_eq!(reports(sampling(1.0), never), 0);
}

#[test]
fn each_error_is_sampled_once() {
    const ERRORS: usize = 2_000;
    let shares = |settings: Overrides| {
        let ((), events) = capture_events_with(settings, || {
            for _ in 0..ERRORS {
                let _ = stock("x");
            }
        });
        events.len()
    };
    // a second sampling would leave a quarter; ten standard deviations are 224
    assert!(shares(sampling(0.5)).abs_diff(ERRORS / 2) < 224);
    assert_eq!(shares(sampling(1.0)), ERRORS);
}

#[test]
fn what_is_captured_by_hand_keeps_the_program_s_share() {
    let shares = |rate| {
        let ((), events) = capture_events_with(sampling(rate), || {
            for _ in 0..2_000 {
                sentry::capture_message("by hand", Level::Error);
            }
        });
        events.len()
    };
    assert_eq!(shares(0.0), 0);
    assert_eq!(shares(1.0), 2_000);
    assert!(shares(0.5).abs_diff(1_000) < 224);
}

const MOST: u32 = 2;

#[report_errors(max_per_minute = MOST)]
fn flood(n: u32) -> Result<(), String> {
    Err(format!("flood {n}"))
}

#[report_errors]
fn around_flood(n: u32) -> anyhow::Result<()> {
    flood(n).map_err(anyhow::Error::msg)
}

fn messages(events: &[Event<'_>]) -> Vec<String> {
    let message = |event: &Event<'_>| event.exception.last()?.value.clone();
    events.iter().filter_map(message).collect()
}

#[test]
fn a_flood_is_limited_per_function() {
    let ((), events) = capture_events(|| {
        for n in 0..100 {
            let _ = around_flood(n);
            let _ = count("x");
        }
    });
    let (flood, counts): (Vec<_>, Vec<_>) = messages(&events)
        .into_iter()
        .partition(|message| message.starts_with("flood"));
    assert_eq!(flood, ["flood 0", "flood 1"]);
    assert_eq!(counts.len(), 100, "without a limit nothing is left out");
}

#[test]
fn the_program_s_limit_counts_for_each_function_alone() {
    let ((), events) = capture_events_with(limited(3), || {
        for n in 0..10 {
            let _ = flood(n);
            let _ = stock("x");
            let _ = read();
        }
    });
    assert_eq!(events.len(), 2 + 3 + 3);
    let told = |event: &Event<'_>| event.contexts.contains_key("left out");
    assert!(
        !events.iter().any(told),
        "nothing was left out before these"
    );
}
