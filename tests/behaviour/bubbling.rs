//! One error, one event; two failures, two events.

use anyhow::Context as _;
use dragonfly::report_errors;
use dragonfly::sentry::protocol::Event;
use dragonfly::testing::{capture_events, capture_events_async};
use futures_util::future::BoxFuture;
use std::io;

#[report_errors]
fn read(path: &str) -> io::Result<String> {
    std::fs::read_to_string(path)
}

#[report_errors]
pub(crate) fn load(path: &str) -> anyhow::Result<String> {
    let text = read(path).with_context(|| format!("loading {path}"))?;
    Ok(text)
}

#[report_errors]
fn open(path: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let text = load(path).context("opening the shop")?;
    Ok(text)
}

pub(crate) fn values(event: &Event<'_>) -> Vec<String> {
    event
        .exception
        .iter()
        .rev()
        .filter_map(|exception| exception.value.clone())
        .collect()
}

pub(crate) fn functions(event: &Event<'_>) -> Vec<String> {
    let stack = event
        .exception
        .last()
        .and_then(|exception| exception.stacktrace.as_ref());
    let frames = stack
        .expect("the outermost exception has the stack")
        .frames
        .iter()
        .rev();
    frames
        .filter(|frame| frame.in_app == Some(true))
        .filter_map(|frame| Some(frame.function.as_deref()?.rsplit("::").next()?.to_owned()))
        .collect()
}

#[test]
fn an_error_through_three_functions_is_one_event_with_the_outermost_chain() {
    let (result, events) = capture_events(|| open("/nowhere"));
    assert!(result.is_err());
    assert_eq!(events.len(), 1);
    let not_there = io::Error::from_raw_os_error(2).to_string();
    assert_eq!(
        values(&events[0]),
        ["opening the shop", "loading /nowhere", &not_there]
    );
    assert_eq!(&functions(&events[0])[..3], ["read", "load", "open"]);
}

#[test]
fn a_report_of_error_stack_is_one_event_with_all_its_contexts() {
    use error_stack::{Report, ResultExt as _};

    #[derive(Debug, thiserror::Error)]
    #[error("the settings say nothing")]
    struct Settings;
    #[derive(Debug, thiserror::Error)]
    #[error("the shop is closed")]
    struct Closed;
    #[derive(Debug, thiserror::Error)]
    #[error("no start")]
    struct Start;

    #[report_errors]
    fn settings(path: &str) -> Result<String, Report<Settings>> {
        let text = std::fs::read_to_string(path).change_context(Settings);
        text.attach(path.to_owned())
    }
    #[report_errors]
    fn start(path: &str) -> Result<String, Report<Start>> {
        let shop = settings(path)
            .change_context(Closed)
            .change_context(Start)?;
        Ok(shop)
    }

    let (_, events) = capture_events(|| start("/nowhere"));
    assert_eq!(events.len(), 1);
    let not_there = io::Error::from_raw_os_error(2).to_string();
    assert_eq!(
        values(&events[0]),
        [
            "no start",
            "the shop is closed",
            "the settings say nothing",
            &not_there
        ]
    );
    let types = events[0].exception.iter().rev();
    let types: Vec<&str> = types.map(|exception| exception.ty.as_str()).collect();
    assert_eq!(types, ["Start", "Error", "Settings", "Error"]);
    assert_eq!(&functions(&events[0])[..2], ["settings", "start"]);

    // another one, though it is about the same
    let (_, events) = capture_events(|| {
        settings("/nowhere").ok();
        start("/elsewhere")
    });
    assert_eq!(events.len(), 2);
}

#[test]
fn recursion_is_one_event() {
    #[report_errors]
    fn count_down(n: u8) -> Result<(), String> {
        if n == 0 {
            Err("reached the end".to_owned())
        } else {
            count_down(n - 1)
        }
    }
    let (_, events) = capture_events(|| count_down(5));
    assert_eq!(events.len(), 1);
}

#[test]
fn what_passes_functions_that_keep_their_caller_is_one_event() {
    #[report_errors]
    #[track_caller]
    fn by_a_question_mark(path: &str) -> io::Result<String> {
        let text = read(path)?;
        Ok(text)
    }

    #[report_errors]
    #[track_caller]
    fn by_a_return(path: &str) -> io::Result<String> {
        match by_a_question_mark(path) {
            Err(error) => return Err(error),
            Ok(text) => Ok(text),
        }
    }

    #[report_errors]
    #[track_caller]
    fn by_the_tail(path: &str) -> io::Result<String> {
        by_a_return(path)
    }

    let (_, events) = capture_events(|| by_the_tail("/nowhere"));
    assert_eq!(events.len(), 1);
    assert_eq!(
        &functions(&events[0])[..4],
        ["read", "by_a_question_mark", "by_a_return", "by_the_tail"]
    );
}

#[tokio::test]
async fn what_passes_functions_that_return_futures_is_one_event() {
    #[report_errors]
    fn boxed(n: u8) -> BoxFuture<'static, io::Result<String>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            if n == 0 {
                return read("/nowhere");
            }
            let text = boxed(n - 1).await?;
            Ok(text)
        })
    }

    #[report_errors]
    fn boxed_again(n: u8) -> BoxFuture<'static, io::Result<String>> {
        if n == 0 {
            return Box::pin(async { Ok(String::new()) });
        }
        boxed(n)
    }

    #[report_errors]
    fn opaque() -> impl Future<Output = io::Result<String>> {
        async {
            let text = boxed_again(2).await?;
            tokio::task::yield_now().await;
            Ok(text)
        }
    }

    let (_, events) = capture_events_async(opaque()).await;
    assert_eq!(events.len(), 1);
}

#[test]
fn each_round_of_a_retry_loop_is_an_event_and_the_last_is_not_reported_again() {
    #[report_errors]
    fn attempt() -> Result<(), String> {
        Err("refused".to_owned())
    }
    #[report_errors]
    fn retry() -> Result<(), String> {
        let mut last = Ok(());
        for _ in 0..3 {
            last = attempt();
        }
        last
    }
    let (_, events) = capture_events(retry);
    assert_eq!(events.len(), 3);
}

#[test]
fn functions_that_fail_alike_one_after_the_other_are_two_events() {
    #[report_errors]
    fn first() -> Result<(), String> {
        Err("no answer".to_owned())
    }
    #[report_errors]
    fn second() -> Result<(), String> {
        Err("no answer".to_owned())
    }
    let (_, events) = capture_events(|| first().is_err() & second().is_err());
    assert_eq!(events.len(), 2);
}

#[test]
fn a_new_error_with_the_text_of_a_swallowed_one_is_an_event_of_its_own() {
    #[report_errors]
    fn attempt() -> Result<(), String> {
        Err("no answer".to_owned())
    }
    #[report_errors]
    fn give_up() -> Result<(), String> {
        if attempt().is_err() {
            return Err("no answer".to_owned());
        }
        Ok(())
    }
    #[report_errors]
    fn pass_on() -> Result<(), String> {
        if let Err(error) = attempt() {
            return Err(error);
        }
        Ok(())
    }
    let (_, events) = capture_events(give_up);
    assert_eq!(events.len(), 2);
    let (_, events) = capture_events(pass_on);
    assert_eq!(events.len(), 1);
}

#[test]
fn the_same_context_around_another_cause_is_another_failure() {
    #[report_errors]
    fn load_any() -> anyhow::Result<()> {
        let _ = load("/nowhere");
        std::fs::read("/").context("loading /nowhere")?;
        Ok(())
    }
    let (_, events) = capture_events(load_any);
    assert_eq!(events.len(), 2);
}

#[test]
fn errors_without_a_text_are_known_by_their_type() {
    #[report_errors]
    fn refuse() -> Result<(), ()> {
        Err(())
    }
    #[report_errors]
    fn pass_on() -> Result<(), ()> {
        refuse()
    }
    #[report_errors]
    fn replace() -> Result<(), std::marker::PhantomData<u8>> {
        match refuse() {
            Ok(()) => Ok(()),
            Err(()) => Err(std::marker::PhantomData),
        }
    }
    let (_, events) = capture_events(pass_on);
    assert_eq!(events.len(), 1);
    let (_, events) = capture_events(replace);
    assert_eq!(events.len(), 2);
}

#[test]
fn a_new_error_after_a_swallowed_one_is_an_event_of_its_own() {
    #[report_errors]
    fn swallow(path: &str) -> Result<(), String> {
        let _ = read(path);
        Err("another thing went wrong".to_owned())
    }
    let (_, events) = capture_events(|| swallow("/nowhere"));
    assert_eq!(events.len(), 2);
}

#[report_errors]
async fn fetch() -> Result<(), String> {
    tokio::task::yield_now().await;
    Err("unreachable".to_owned())
}

#[report_errors]
async fn refresh() -> anyhow::Result<()> {
    tokio::task::yield_now().await;
    fetch()
        .await
        .map_err(anyhow::Error::msg)
        .context("refreshing")?;
    Ok(())
}

#[tokio::test]
async fn an_error_through_async_functions_is_one_event() {
    let (result, events) = capture_events_async(refresh()).await;
    assert!(result.is_err());
    assert_eq!(events.len(), 1);
    assert_eq!(values(&events[0]), ["refreshing", "unreachable"]);
    assert_eq!(&functions(&events[0])[..2], ["fetch", "refresh"]);
}

#[tokio::test]
async fn the_same_text_from_many_futures_at_once_is_as_many_events() {
    let all = async {
        let (a, b, c, d) = tokio::join!(refresh(), refresh(), refresh(), refresh());
        assert!(a.is_err() && b.is_err() && c.is_err() && d.is_err());
    };
    let ((), events) = capture_events_async(all).await;
    assert_eq!(events.len(), 4);
}

#[test]
fn the_same_text_from_many_threads_at_once_is_as_many_events() {
    let ((), events) = capture_events(|| {
        let hub = dragonfly::sentry::Hub::current();
        std::thread::scope(|scope| {
            for _ in 0..20 {
                let hub = std::sync::Arc::new(dragonfly::sentry::Hub::new_from_top(&hub));
                scope.spawn(|| dragonfly::sentry::Hub::run(hub, || open("/nowhere").is_err()));
            }
        });
    });
    assert_eq!(events.len(), 20);
}

#[test]
fn a_boxed_error_that_changes_the_thread_is_one_event() {
    #[report_errors]
    fn work() -> anyhow::Result<()> {
        anyhow::bail!("the worker failed")
    }
    #[report_errors]
    fn collect(handle: std::thread::JoinHandle<anyhow::Result<()>>) -> anyhow::Result<()> {
        handle
            .join()
            .expect("the worker does not panic")
            .context("collecting")
    }
    let (_, events) = capture_events(|| {
        let hub = std::sync::Arc::new(dragonfly::sentry::Hub::new_from_top(
            dragonfly::sentry::Hub::current(),
        ));
        collect(std::thread::spawn(|| {
            dragonfly::sentry::Hub::run(hub, work)
        }))
    });
    assert_eq!(events.len(), 1);
    assert_eq!(values(&events[0]), ["collecting", "the worker failed"]);
}

#[cfg(debug_assertions)] // an optimised build has other frames
#[tokio::test]
async fn an_async_function_that_swallows_an_error_is_one_frame_and_its_blocks_are_others() {
    #[report_errors]
    async fn sell() -> Result<(), String> {
        Err("sold out".to_owned())
    }

    // swallows what it calls: its frame is known by nothing but the stack
    #[report_errors]
    async fn serve() -> Result<(), String> {
        let first = async {
            let _ = sell().await;
        };
        first.await;
        Ok(())
    }
    let (_, events) = capture_events_async(serve()).await;
    let functions = functions(&events[0]);
    assert_eq!(functions[..3], ["sell", "serve", "serve"]);
    assert_ne!(functions[3], "serve");
}
