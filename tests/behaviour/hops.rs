//! Errors that change their task or thread on the way up.

use anyhow::Context as _;
use dragonfly::report_errors;
use dragonfly::sentry::protocol::Event;
use dragonfly::sentry::{Hub, SentryFutureExt as _};
use dragonfly::testing::{capture_events, capture_events_async};
use futures_util::future::BoxFuture;
use std::fmt;
use std::num::ParseIntError;
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;
use tokio::task::{JoinHandle, spawn_blocking, yield_now};

#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}

fn hub() -> Arc<Hub> {
    Arc::new(Hub::new_from_top(Hub::current()))
}

#[report_errors]
async fn ask() -> Result<(), Refused> {
    yield_now().await;
    Err(Refused)
}

#[report_errors]
async fn ask_for(name: &str) -> anyhow::Result<()> {
    ask().await.with_context(|| name.to_owned())
}

/// A function that fails, and that nobody annotated.
fn connect() -> anyhow::Result<()> {
    anyhow::bail!("refused")
}

/// The line of source that a function's frame shows, where it stands in this file.
fn source_of(event: &Event<'_>, function: &str) -> Option<String> {
    let stack = event.exception.last()?.stacktrace.as_ref()?;
    let frame = stack.frames.iter().find(|frame| {
        let named = frame.function.as_deref();
        let file = frame.filename.as_deref();
        named.is_some_and(|named| named.ends_with(function))
            && file.is_some_and(|file| file.ends_with("hops.rs"))
    })?;
    Some(frame.context_line.as_ref()?.trim().to_owned())
}

#[tokio::test]
async fn beside_a_function_that_joins_or_awaits_a_task_stands_its_own_source() {
    #[report_errors]
    async fn joins() -> anyhow::Result<()> {
        let (first, ()) = tokio::join!(ask(), yield_now());
        first?;
        Ok(())
    }
    #[report_errors]
    async fn waits() -> anyhow::Result<()> {
        tokio::spawn(ask().bind_hub(hub())).await??;
        Ok(())
    }
    // where files are is said by debug information, which an optimised build has none of
    let shown = |line: &str| cfg!(debug_assertions).then(|| line.to_owned());
    let (_, events) = capture_events_async(joins()).await;
    assert_eq!(source_of(&events[0], "joins"), shown("first?;"));
    let (_, events) = capture_events_async(waits()).await;
    let source = "tokio::spawn(ask().bind_hub(hub())).await??;";
    assert_eq!(source_of(&events[0], "waits"), shown(source));
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_on_their_way_at_once_are_as_many_events() {
    #[report_errors]
    async fn ask_and_tidy_up() -> Result<(), Refused> {
        let result = ask().await;
        // all have failed when the first goes on, and most go on on another thread
        for _ in 0..20 {
            yield_now().await;
        }
        result?;
        Ok(())
    }
    let all = async {
        let start = |_| tokio::spawn(ask_and_tidy_up().bind_hub(hub()));
        let tasks: Vec<_> = (0..500).map(start).collect();
        for task in tasks {
            task.await.unwrap().unwrap_err();
        }
    };
    let ((), events) = capture_events_async(all).await;
    assert_eq!(events.len(), 500);
}

#[test]
fn a_future_that_nobody_made_a_task_may_go_on_on_another_thread() {
    #[report_errors]
    async fn ask_once() -> Result<(), Refused> {
        Err(Refused)
    }
    #[report_errors]
    async fn ask_and_wait() -> Result<(), Refused> {
        let result = ask_once().await;
        yield_now().await;
        result
    }
    let poll = |mut future: BoxFuture<'static, Result<(), Refused>>| {
        let hub = hub();
        let poll = move || {
            let polled = future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
            (future, polled)
        };
        thread::spawn(|| Hub::run(hub, poll)).join().unwrap()
    };
    let ((), events) = capture_events(|| {
        let (future, polled) = poll(Box::pin(ask_and_wait()));
        assert!(polled.is_pending());
        let (_, polled) = poll(future);
        assert!(matches!(polled, Poll::Ready(Err(Refused))));
    });
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn a_value_out_of_a_task_is_one_event() {
    #[report_errors]
    async fn join(task: JoinHandle<Result<(), Refused>>) -> anyhow::Result<()> {
        task.await.context("joining")??;
        Ok(())
    }
    let both = async { join(tokio::spawn(ask().bind_hub(hub()))).await };
    let (result, events) = capture_events_async(both).await;
    assert!(result.is_err());
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn a_result_out_of_a_task_that_is_returned_is_one_event() {
    #[derive(Debug, thiserror::Error)]
    enum JoinError {
        #[error("refused")]
        Refused(#[from] Refused),
        #[error("not done")]
        Task(#[from] tokio::task::JoinError),
    }
    #[report_errors]
    async fn ask() -> Result<(), JoinError> {
        yield_now().await;
        Err(JoinError::Refused(Refused))
    }
    #[report_errors]
    async fn join(task: JoinHandle<Result<(), JoinError>>) -> Result<(), JoinError> {
        task.await?
    }
    let both = async { join(tokio::spawn(ask().bind_hub(hub()))).await };
    let (result, events) = capture_events_async(both).await;
    assert!(result.is_err());
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn a_box_out_of_a_task_is_one_event_whoever_takes_it_out() {
    async fn flatten(task: JoinHandle<anyhow::Result<()>>) -> anyhow::Result<()> {
        task.await?
    }
    #[report_errors]
    async fn join(one: JoinHandle<anyhow::Result<()>>) -> anyhow::Result<()> {
        tokio::try_join!(flatten(one), flatten(tokio::spawn(async { Ok(()) })))?;
        Ok(())
    }
    let both = async { join(tokio::spawn(ask_for("one").bind_hub(hub()))).await };
    let (_, events) = capture_events_async(both).await;
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn a_value_out_of_a_blocking_task_is_one_event() {
    #[report_errors]
    fn refuse() -> Result<(), Refused> {
        Err(Refused)
    }
    #[report_errors]
    async fn work() -> anyhow::Result<()> {
        let hub = hub();
        spawn_blocking(|| Hub::run(hub, refuse)).await??;
        Ok(())
    }
    let (_, events) = capture_events_async(work()).await;
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn what_races_or_has_a_time_limit_is_one_event() {
    #[report_errors]
    async fn within() -> anyhow::Result<()> {
        tokio::time::timeout(Duration::from_secs(60), ask_for("in time")).await??;
        Ok(())
    }
    #[report_errors]
    async fn race() -> anyhow::Result<()> {
        let mut slow = pin!(tokio::time::sleep(Duration::from_secs(60)));
        tokio::select! {
            result = ask_for("a race") => result?,
            () = &mut slow => {}
        }
        Ok(())
    }
    let (_, events) = capture_events_async(within()).await;
    assert_eq!(events.len(), 1);
    let (_, events) = capture_events_async(race()).await;
    assert_eq!(events.len(), 1);
}

#[test]
fn boxes_out_of_a_channel_are_one_event_each() {
    #[report_errors]
    fn work() -> anyhow::Result<()> {
        Err(Refused)?
    }
    #[report_errors]
    fn next(results: &mpsc::Receiver<anyhow::Result<()>>) -> anyhow::Result<()> {
        results.recv()?
    }
    let ((), events) = capture_events(|| {
        let (sender, receiver) = mpsc::channel();
        let hub = hub();
        let worker = thread::spawn(move || {
            Hub::run(hub, || {
                for _ in 0..5 {
                    sender.send(work()).unwrap();
                }
            });
        });
        for _ in 0..5 {
            next(&receiver).unwrap_err();
        }
        worker.join().unwrap();
    });
    assert_eq!(events.len(), 5);
}

#[tokio::test]
async fn tasks_that_fail_alike_one_after_the_other_are_as_many_events() {
    #[report_errors]
    async fn first() -> anyhow::Result<()> {
        connect()?;
        Ok(())
    }
    #[report_errors]
    async fn second() -> anyhow::Result<()> {
        connect()?;
        Ok(())
    }
    // each box is freed before the next one is made, most likely at the same address
    let all = async {
        for _ in 0..10 {
            tokio::spawn(async { first().await.is_err() }.bind_hub(hub()))
                .await
                .unwrap();
            tokio::spawn(async { second().await.is_err() }.bind_hub(hub()))
                .await
                .unwrap();
        }
    };
    let ((), events) = capture_events_async(all).await;
    assert_eq!(events.len(), 20);
}

#[tokio::test]
async fn a_value_out_of_a_task_is_none_that_an_older_task_swallowed() {
    #[report_errors]
    async fn swallowed() -> anyhow::Result<()> {
        connect()?;
        Ok(())
    }
    #[report_errors]
    async fn received() -> anyhow::Result<()> {
        spawn_blocking(connect).await??;
        Ok(())
    }
    let one_after_the_other = async {
        let older = tokio::spawn(async { swallowed().await.is_err() }.bind_hub(hub()));
        older.await.unwrap();
        let younger = tokio::spawn(async { received().await.is_err() }.bind_hub(hub()));
        younger.await.unwrap();
    };
    let ((), events) = capture_events_async(one_after_the_other).await;
    assert_eq!(events.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_whose_helpers_fail_alike_are_as_many_events() {
    #[report_errors]
    async fn work() -> anyhow::Result<()> {
        spawn_blocking(connect).await??;
        Ok(())
    }
    let all = async {
        let start = |_| tokio::spawn(work().bind_hub(hub()));
        let tasks: Vec<_> = (0..100).map(start).collect();
        for task in tasks {
            task.await.unwrap().unwrap_err();
        }
    };
    let ((), events) = capture_events_async(all).await;
    assert_eq!(events.len(), 100);
}

/// Reads each on a thread of its own, as rayon does on those of its pool.
struct Parallel<'a>(Vec<&'a str>);

impl<'a> Parallel<'a> {
    fn par_iter(&self) -> &Self {
        self
    }

    fn try_for_each<E: Send>(&self, each: fn(&str) -> Result<(), E>) -> Result<(), E> {
        let run = |text: &'a str| {
            let hub = hub();
            thread::scope(|scope| scope.spawn(|| Hub::run(hub, || each(text))).join())
        };
        self.0.iter().try_for_each(|text| run(text).unwrap())
    }
}

#[test]
fn a_value_out_of_the_threads_of_rayon_is_one_event() {
    #[report_errors]
    fn read(text: &str) -> Result<(), ParseIntError> {
        text.parse::<u32>().map(drop)
    }
    #[report_errors]
    fn all(texts: &Parallel<'_>) -> Result<(), ParseIntError> {
        texts.par_iter().try_for_each(read)
    }
    #[report_errors]
    fn all_and_more(texts: &Parallel<'_>) -> anyhow::Result<()> {
        texts.par_iter().try_for_each::<ParseIntError>(read)?;
        Ok(())
    }
    let texts = Parallel(vec!["1", "x"]);
    let (_, events) = capture_events(|| all(&texts));
    assert_eq!(events.len(), 1);
    let (_, events) = capture_events(|| all_and_more(&texts));
    assert_eq!(events.len(), 1);
}
