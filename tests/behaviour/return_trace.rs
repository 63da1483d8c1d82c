//! The return trace: for each annotated function that an error left, the very place.

use dragonfly::report_errors;
use dragonfly::sentry::protocol::{Context, Event, Frame};
use dragonfly::sentry::{Hub, SentryFutureExt as _};
use dragonfly::testing::{capture_events, capture_events_async};
use std::num::ParseIntError;

const SOURCE: &str = include_str!("return_trace.rs");

/// `function:line:column` of the end of what stands first in this file as `snippet`.
fn after(function: &str, snippet: &str) -> String {
    let start = SOURCE.find(snippet).expect("the snippet is in this file");
    place(function, start + snippet.len())
}

/// The same of its start.
fn at(function: &str, snippet: &str) -> String {
    place(
        function,
        SOURCE.find(snippet).expect("the snippet is in this file"),
    )
}

fn place(function: &str, offset: usize) -> String {
    let before = &SOURCE[..offset];
    let line = before.lines().count();
    let column = before.lines().last().map_or(0, str::len) + 1;
    format!("{function}:{line}:{column}")
}

/// What the event says, innermost first.
fn trace(events: &[Event<'_>]) -> Vec<String> {
    assert_eq!(events.len(), 1);
    let Some(Context::Other(steps)) = events[0].contexts.get("return trace") else {
        return Vec::new();
    };
    let short = |place: &str| {
        let (path, place) = place.split_once(' ')?;
        let (_, position) = place.split_once(".rs:")?;
        Some(format!("{}:{position}", path.rsplit("::").next()?))
    };
    let steps = steps.values().filter_map(|step| short(step.as_str()?));
    steps.collect()
}

fn trace_of<T, E>(call: impl FnOnce() -> Result<T, E>) -> Vec<String> {
    let (result, events) = capture_events(call);
    assert!(result.is_err());
    trace(&events)
}

#[report_errors]
fn innermost(text: &str) -> Result<u8, ParseIntError> {
    let trimmed = text.trim();
    let number: u8 = trimmed.parse()?;
    Ok(number)
}

#[report_errors]
fn middle(text: &str) -> Result<u8, Box<dyn std::error::Error + Send + Sync>> {
    let doubled = innermost(text)?.checked_mul(2).ok_or("too much")?;
    if doubled == 8 {
        return Err("eight".into());
    }
    Ok(doubled)
}

#[report_errors]
fn outermost(text: &str) -> anyhow::Result<u8> {
    let swallowed = || -> Option<u8> { text.parse::<u8>().ok()?.checked_add(1) };
    let _ = swallowed();
    match middle(text).map_err(anyhow::Error::from_boxed)? {
        10 => anyhow::bail!("ten"),
        12 => Err(anyhow::anyhow!("twelve")),
        other => Ok(other),
    }
}

#[test]
fn each_function_is_left_by_its_question_mark() {
    let expected = [
        after("innermost", "trimmed.parse()"),
        after("middle", "innermost(text)"),
        after("outermost", "from_boxed)"),
    ];
    assert_eq!(trace_of(|| outermost("x")), expected);
}

#[test]
fn two_question_marks_on_a_line_are_told_apart() {
    let expected = [
        after("middle", "ok_or(\"too much\")"),
        after("outermost", "from_boxed)"),
    ];
    assert_eq!(trace_of(|| outermost("200")), expected);
}

#[test]
fn a_returned_error_is_left_by_its_return() {
    let expected = [
        at("middle", "return Err(\"eight\""),
        after("outermost", "from_boxed)"),
    ];
    assert_eq!(trace_of(|| outermost("4")), expected);
}

#[test]
fn bail_is_a_place() {
    assert_eq!(
        trace_of(|| outermost("5")),
        [at("outermost", "anyhow::bail!")]
    );
}

#[test]
fn without_a_better_place_the_tail_is_named() {
    assert_eq!(
        trace_of(|| outermost("6")),
        [at("outermost", "match middle")]
    );
}

#[report_errors]
fn ensured(number: u8) -> anyhow::Result<u8> {
    anyhow::ensure!(number != 1, "one");
    if number < 4 {
        anyhow::ensure!(number != 2);
    }
    Err(anyhow::anyhow!("many"))
}

#[report_errors]
async fn ensured_async(number: u8) -> anyhow::Result<u8> {
    anyhow::ensure!(std::future::ready(number).await != 1, "one");
    anyhow::ensure!(number != 2, "{number} is two");
    Ok(number)
}

#[tokio::test]
async fn ensure_is_a_place_where_it_returns() {
    let first = at("ensured", "anyhow::ensure!(number != 1");
    assert_eq!(trace_of(|| ensured(1)), [first]);
    let second = at("ensured", "anyhow::ensure!(number != 2");
    assert_eq!(trace_of(|| ensured(2)), [second]);
    let tail = at("ensured", "Err(anyhow::anyhow!(\"many\")");
    assert_eq!(trace_of(|| ensured(3)), [tail]);
    let (_, events) = capture_events_async(ensured_async(2)).await;
    let place = at("ensured_async", "anyhow::ensure!(number != 2, ");
    assert_eq!(trace(&events), [place]);
    // it may be dropped while it waits
    let (_, events) = capture_events_async(ensured_async(1)).await;
    let place = at("ensured_async", "ensured_async(number");
    assert_eq!(trace(&events), [place]);
}

macro_rules! not_one {
    ($number:expr) => {
        if $number == 1 {
            return Err(anyhow::anyhow!("one"));
        }
    };
}

#[report_errors]
fn unsure(number: u8) -> anyhow::Result<u8> {
    not_one!(number);
    Ok(number)
}

#[test]
fn where_a_macro_may_have_returned_the_function_is_named() {
    assert_eq!(trace_of(|| unsure(1)), [at("unsure", "unsure(number")]);
}

#[report_errors(trace = false)]
fn untraced(text: &str) -> Result<u8, ParseIntError> {
    Ok(text.parse::<u8>()? + 1)
}

#[test]
fn the_trace_can_be_turned_off() {
    assert_eq!(
        trace_of(|| untraced("x")),
        [at("untraced", "untraced(text: &str)")]
    );
}

#[report_errors]
fn swallows(text: &str) -> Result<u8, ParseIntError> {
    let first = (|| -> Result<u8, ParseIntError> { Ok(text.parse::<u8>()? + 1) })();
    if first.is_ok() {
        return first;
    }
    later(text)
}

fn later(text: &str) -> Result<u8, ParseIntError> {
    text.parse()
}

#[test]
fn what_a_closure_swallowed_is_no_place() {
    assert_eq!(
        trace_of(|| swallows("x")),
        [at("swallows", "swallows(text")]
    );
}

#[report_errors]
async fn one(text: &str) -> Result<u8, ParseIntError> {
    tokio::task::yield_now().await;
    Ok(text.parse::<u8>()? + 1)
}

#[report_errors]
async fn two(text: &str) -> anyhow::Result<u8> {
    Ok(one(text).await?)
}

#[report_errors]
async fn three(text: &str) -> anyhow::Result<u8> {
    let number = two(text).await?;
    Ok(number)
}

#[tokio::test]
async fn async_functions_are_left_by_their_question_marks() {
    let (result, events) = capture_events_async(three("x")).await;
    assert!(result.is_err());
    let expected = [
        after(
            "one",
            "Ok(text.parse::<u8>()? + 1)\n}\n\n#[report_errors]\nasync fn two",
        ),
        after("two", "one(text).await"),
        after("three", "two(text).await"),
    ];
    assert_eq!(trace(&events)[1..], expected[1..]);
    assert_eq!(trace(&events).len(), 3);
}

#[report_errors]
fn waits(text: &str) -> anyhow::Result<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async move {
        let waited = one(text).await?;
        if waited > 9 {
            return Err(anyhow::anyhow!("too long"));
        }
        Ok(waited)
    })
}

#[tokio::main(flavor = "current_thread")]
#[report_errors]
async fn waits_by_tokio(text: &str) -> Result<u8, ParseIntError> {
    tokio::task::yield_now().await;
    one(text).await
}

#[test]
fn a_function_that_waits_for_a_block_is_left_by_what_is_in_it() {
    let around_one = |steps: Vec<String>| steps[1..].to_vec();
    let expected = after("waits", "let waited = one(text).await");
    assert_eq!(around_one(trace_of(|| waits("x"))), [expected]);
    let expected = at("waits", "return Err(anyhow::anyhow!(\"too long\"))");
    assert_eq!(trace_of(|| waits("10")), [expected]);
    let expected = at("waits_by_tokio", "one(text).await\n}");
    assert_eq!(around_one(trace_of(|| waits_by_tokio("x"))), [expected]);
}

#[report_errors]
fn returns_a_future(text: &str) -> impl Future<Output = Result<u8, ParseIntError>> + '_ {
    let before = text.len();
    async move { Ok(text[..before].parse::<u8>()? + 1) }
}

#[tokio::test]
async fn a_returned_future_is_left_by_its_question_mark() {
    let (_, events) = capture_events_async(returns_a_future("x")).await;
    let expected = [after("returns_a_future", "text[..before].parse::<u8>()")];
    assert_eq!(trace(&events), expected);
}

#[track_caller]
#[report_errors]
fn keeps_its_caller(text: &str) -> Result<u8, ParseIntError> {
    let number = text.trim_end().parse::<u8>()?;
    if number == 9 {
        return Err("nine".parse::<u8>().unwrap_err());
    }
    later(&format!("{number}x"))
}

#[test]
fn a_function_that_tracks_its_caller_is_left_by_its_own_places() {
    let expected = [after("keeps_its_caller", "trim_end().parse::<u8>()")];
    assert_eq!(trace_of(|| keeps_its_caller("x")), expected);
    let expected = [at("keeps_its_caller", "return Err(\"nine\"")];
    assert_eq!(trace_of(|| keeps_its_caller("9")), expected);
    let expected = [at("keeps_its_caller", "later(&format!")];
    assert_eq!(trace_of(|| keeps_its_caller("1")), expected);
}

#[report_errors(ignore(error if error.starts_with("expected")))]
fn ignores(text: &str) -> Result<(), String> {
    if text == "early" {
        Err("expected")?;
    }
    says(text)
}

fn says(text: &str) -> Result<(), String> {
    Err(text.to_owned())
}

#[test]
fn an_error_that_passed_unreported_is_no_place_of_the_next() {
    let (_, events) = capture_events(|| ignores("early").or_else(|_| ignores("late")));
    assert_eq!(trace(&events), [at("ignores", "says(text)")]);
}

#[report_errors]
fn fails_on_its_way(text: &str) -> Result<u8, String> {
    if text.len() < 2 {
        return Err(describe(text)?);
    }
    says(text).map(|()| 0)
}

fn describe(text: &str) -> Result<String, String> {
    Err(format!("no words for {text}"))
}

#[test]
fn a_return_that_was_left_on_its_way_is_no_place_of_the_next() {
    let (_, events) = capture_events(|| {
        let first = fails_on_its_way("x");
        assert!(first.is_err());
        fails_on_its_way("xx")
    });
    let places: Vec<_> = events
        .iter()
        .flat_map(|event| trace(std::slice::from_ref(event)))
        .collect();
    let expected = [
        after("fails_on_its_way", "describe(text)"),
        at("fails_on_its_way", "fails_on_its_way(text: &str)"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn calls_from_one_place_are_left_by_their_own_places() {
    #[report_errors]
    fn sum(text: &str) -> Result<u8, ParseIntError> {
        let (left, right) = text.split_once('+').unwrap();
        let left: u8 = left.parse()?;
        let right: u8 = right.parse()?;
        Ok(left.wrapping_add(right))
    }
    let ((), events) = capture_events(|| {
        for text in ["x+1", "1+x", "x+1"] {
            let _ = sum(text);
        }
    });
    let line = |event: &Event<'_>| {
        let stack = event.exception.last()?.stacktrace.as_ref()?;
        stack.frames.last()?.lineno
    };
    let lines: Vec<_> = events.iter().filter_map(line).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1], lines[0] + 1);
    assert_eq!(lines[2], lines[0]);
}

#[tokio::test]
async fn a_macro_with_closures_of_its_own_is_not_where_an_error_left_the_function() {
    #[report_errors]
    async fn part() -> Result<(), String> {
        Err("no".to_owned())
    }
    #[report_errors]
    async fn both() -> Result<(), String> {
        tokio::try_join!(part(), part())?;
        Ok(())
    }
    let (_, events) = capture_events_async(both()).await;
    let stack = events[0].exception[0].stacktrace.as_ref().unwrap();
    let files: Vec<_> = stack
        .frames
        .iter()
        .filter(|frame| frame.function.as_ref().unwrap().ends_with("::both"))
        .map(|frame| frame.filename.as_deref().unwrap())
        .collect();
    assert_eq!(files[0], file!());
    for file in &files[1..] {
        assert!(file.starts_with("tokio-"), "{files:?}");
    }
}

#[tokio::test]
async fn a_function_of_a_library_that_is_called_the_same_is_not_where_an_error_left_ours() {
    #[report_errors]
    async fn work() -> anyhow::Result<()> {
        anyhow::bail!("no")
    }
    #[report_errors]
    async fn poll() -> anyhow::Result<()> {
        tokio::spawn(work().bind_hub(Hub::current())).await?
    }
    let (_, events) = capture_events_async(poll()).await;
    assert_eq!(events.len(), 1);
    let stack = events[0].exception.last().unwrap().stacktrace.as_ref();
    let frames = &stack.unwrap().frames;
    let here = |frame: &&Frame| frame.filename.as_deref() == Some(file!());
    let named = frames
        .iter()
        .filter(here)
        .map(|frame| frame.function.as_deref());
    // what runs a task is a `poll`, too
    assert!(
        named
            .clone()
            .all(|name| name.unwrap().contains("::return_trace::")),
        "{frames:?}"
    );
    assert!(
        named.flatten().any(|name| name.ends_with("::poll")),
        "{frames:?}"
    );
}
