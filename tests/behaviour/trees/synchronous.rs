//! The trees on threads.

use super::model::{Call, End, Function, tree};
use super::{Boxed, Fails, Failure, config, first_error, hub, leaf};
use dragonfly::report_errors;
use dragonfly::sentry::Hub;
use dragonfly::testing::capture_events;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::thread;

// each in a frame of its own: of two that are inlined into one, which one called the other is not known
macro_rules! functions {
    ($($(#[$attribute:meta])? $name:ident -> $error:ident,)*) => {$(
        $(#[$attribute])?
        #[inline(never)]
        fn $name(call: &Call) -> Result<(), $error> {
            for swallowed in &call.swallowed {
                let _ = run(swallowed);
            }
            match &call.end {
                End::Succeeds => {}
                End::New(true) => return Err($error::closed()),
                End::New(false) => return Err($error::refused()),
                End::Fails(number) => leaf(*number).map_err($error::pass)?,
                End::Passes(call) => run(call).map_err($error::pass)?,
                End::Retries(call, times) => {
                    let mut last = Ok(());
                    for _ in 0..*times {
                        last = run(call);
                    }
                    last.map_err($error::pass)?;
                }
                End::Spawns(call) => {
                    let hub = hub();
                    let joined =
                        thread::scope(|scope| scope.spawn(|| Hub::run(hub, || run(call))).join());
                    joined.unwrap().map_err($error::pass)?;
                }
                End::Joins(calls) => {
                    let results = calls.iter().map(run).collect();
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

fn run(call: &Call) -> anyhow::Result<()> {
    match call.function {
        Function::Value => value(call).map_err(Anyhow::new),
        Function::Text => text(call).map_err(Anyhow::msg),
        Function::Anyhow => context(call),
        Function::Boxed => boxed(call).map_err(Anyhow::from_boxed),
        Function::Plain => plain(call),
    }
}

fn holds(tree: &Call, expected: usize) -> Result<(), TestCaseError> {
    let (result, events) = capture_events(|| run(tree));
    prop_assert_eq!(result.is_err(), tree.fails());
    prop_assert_eq!(events.len(), expected);
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_tree_makes_its_events(tree in tree()) {
        holds(&tree, tree.events())?;
    }
}

#[test]
fn a_model_that_is_wrong_is_found_out() {
    let all_but_one = |tree: Call| holds(&tree, tree.events().saturating_sub(1));
    TestRunner::new(config())
        .run(&tree(), all_but_one)
        .unwrap_err();
    // as if each function made an event of each error
    let of_each = |tree: Call| holds(&tree, tree.failed_functions());
    TestRunner::new(config()).run(&tree(), of_each).unwrap_err();
}
