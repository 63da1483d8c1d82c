//! The trees as tasks of a runtime of several threads.

use super::model::{Call, End, Function, tree};
use super::{Boxed, Fails, Failure, config, first_error, hub, leaf};
use dragonfly::report_errors;
use dragonfly::sentry::SentryFutureExt as _;
use dragonfly::testing::capture_events_async;
use futures_util::future::{BoxFuture, FutureExt as _, TryFutureExt as _, join_all};
use proptest::prelude::*;
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use tokio::task::yield_now;

/// Lets others go first, so that a task may go on elsewhere.
async fn pause(call: &Call) {
    if call.pauses {
        yield_now().await;
    }
}

macro_rules! functions {
    ($($(#[$attribute:meta])? $name:ident -> $error:ident,)*) => {$(
        $(#[$attribute])?
        async fn $name(call: &Call) -> Result<(), $error> {
            for swallowed in &call.swallowed {
                let _ = run(swallowed).await;
            }
            pause(call).await;
            match &call.end {
                End::Succeeds => {}
                End::New(true) => return Err($error::closed()),
                End::New(false) => return Err($error::refused()),
                End::Fails(number) => leaf(*number).map_err($error::pass)?,
                End::Passes(next) => {
                    let result = run(next).await;
                    pause(call).await;
                    result.map_err($error::pass)?;
                }
                End::Retries(next, times) => {
                    let mut last = Ok(());
                    for _ in 0..*times {
                        last = run(next).await;
                        pause(call).await;
                    }
                    last.map_err($error::pass)?;
                }
                End::Spawns(next) => {
                    let next = (**next).clone();
                    let task = async move { run(&next).await };
                    let handle = tokio::spawn(task.bind_hub(hub()));
                    pause(call).await;
                    handle.await.unwrap().map_err($error::pass)?;
                }
                End::Joins(calls) => {
                    let results = join_all(calls.iter().map(run)).await;
                    pause(call).await;
                    first_error(results).map_err($error::pass)?;
                }
            }
            Ok(())
        }
    )*};
}

type Anyhow = anyhow::Error;

functions! {
    #[report_errors] value -> Failure,
    #[report_errors] text -> String,
    #[report_errors] context -> Anyhow,
    #[report_errors] boxed -> Boxed,
    plain -> Anyhow,
}

// each in a box of its own: of two that are inlined into one, which one awaited the other is not known
fn run(call: &Call) -> BoxFuture<'_, anyhow::Result<()>> {
    match call.function {
        Function::Value => value(call).map_err(Anyhow::new).boxed(),
        Function::Text => text(call).map_err(Anyhow::msg).boxed(),
        Function::Anyhow => context(call).boxed(),
        Function::Boxed => boxed(call).map_err(Anyhow::from_boxed).boxed(),
        Function::Plain => plain(call).boxed(),
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_tree_makes_its_events(tree in tree()) {
        static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
        let task = tree.clone();
        let (result, events) = RUNTIME.block_on(capture_events_async(async move {
            tokio::spawn(async move { run(&task).await }.bind_hub(hub())).await.unwrap()
        }));
        prop_assert_eq!(result.is_err(), tree.fails());
        prop_assert_eq!(events.len(), tree.events());
    }
}
