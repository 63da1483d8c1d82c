//! What `#[trace]` times, and how that hangs together.

use dragonfly::config::Overrides;
use dragonfly::sentry::protocol::{self, Event, SpanStatus, TraceContext, Transaction};
use dragonfly::sentry::{self, Hub, SentryFutureExt as _};
use dragonfly::testing::{
    capture_events_with, capture_transactions_async, capture_transactions_with,
};
use dragonfly::trace::Context;
use dragonfly::{report_errors, trace};
use futures_util::future::BoxFuture;
use std::num::ParseIntError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Barrier;
use std::task::{Context as Waking, Poll, Waker};
use std::thread;
use tokio::task::yield_now;

fn transactions<R>(code: impl FnOnce() -> R) -> (R, Vec<Transaction<'static>>) {
    capture_transactions_with(Overrides::default(), code)
}

#[track_caller]
fn only(transactions: &[Transaction<'static>]) -> Transaction<'static> {
    assert_eq!(transactions.len(), 1);
    transactions[0].clone()
}

fn trace_of(transaction: &Transaction<'static>) -> TraceContext {
    match transaction.contexts.get("trace") {
        Some(protocol::Context::Trace(trace)) => (**trace).clone(),
        other => panic!("{other:?}"),
    }
}

fn trace_id(event: &Event<'static>) -> String {
    match event.contexts.get("trace") {
        Some(protocol::Context::Trace(trace)) => trace.trace_id.to_string(),
        other => panic!("{other:?}"),
    }
}

/// The spans as `name < parent status`, in the order in which they ended.
fn drawn(transaction: &Transaction<'static>) -> Vec<String> {
    let root = trace_of(transaction);
    let name = |id| {
        if id == root.span_id {
            return transaction.name.clone().unwrap_or_default();
        }
        let span = transaction.spans.iter().find(|span| span.span_id == id);
        span.and_then(|span| span.description.clone())
            .unwrap_or_default()
    };
    let spans = transaction.spans.iter().map(|span| {
        let parent = span.parent_span_id.map(name).unwrap_or_default();
        let status = span
            .status
            .map_or("-".to_owned(), |status| status.to_string());
        format!("{} < {parent} {status}", name(span.span_id))
    });
    spans.collect()
}

#[trace(name = "leaf {number}", op = "leaf", fields(number, text = ?"a\"b"))]
fn leaf(number: u8) -> u8 {
    number
}

#[trace(name = "parse")]
#[report_errors]
fn parse(text: &str) -> Result<u8, ParseIntError> {
    leaf(1);
    let number = text.parse()?;
    Ok(leaf(number))
}

#[report_errors]
#[trace(name = "parse")]
fn parse_the_other_way_round(text: &str) -> Result<u8, ParseIntError> {
    leaf(1);
    let number = text.parse()?;
    Ok(leaf(number))
}

#[test]
fn calls_are_spans_of_the_call_around_them() {
    let (number, made) = transactions(|| parse("7"));
    assert_eq!(number, Ok(7));
    let made = only(&made);
    assert_eq!(made.name.as_deref(), Some("parse"));
    let trace = trace_of(&made);
    assert_eq!(
        (trace.op.as_deref(), trace.status),
        (Some("function"), Some(SpanStatus::Ok))
    );
    assert_eq!(drawn(&made), ["leaf 1 < parse ok", "leaf 7 < parse ok"]);
    let last = &made.spans[1];
    assert_eq!(last.op.as_deref(), Some("leaf"));
    assert_eq!(
        (&last.data["number"], &last.data["text"]),
        (&7.into(), &r#""a\"b""#.into())
    );
    assert!(last.timestamp >= Some(last.start_timestamp));
}

#[test]
fn without_a_name_it_is_the_functions() {
    struct Shop;
    impl Shop {
        #[trace]
        fn open(&self) {}
    }
    let ((), made) = transactions(|| Shop.open());
    let name = only(&made).name.unwrap_or_default();
    assert!(
        name.ends_with("Shop::open") || name.ends_with("Shop>::open"),
        "{name}"
    );
}

#[test]
fn an_error_marks_its_span_and_carries_its_trace_in_either_order() {
    type Parse = fn(&str) -> Result<u8, ParseIntError>;
    for parse in [parse as Parse, parse_the_other_way_round] {
        let (_, made) = transactions(|| parse("x"));
        let made = only(&made);
        assert_eq!(trace_of(&made).status, Some(SpanStatus::InternalError));
        assert_eq!(drawn(&made), ["leaf 1 < parse ok"]);

        let (ids, events) = capture_events_with(Overrides::default(), || {
            #[trace]
            fn outer(parse: Parse) -> (String, String) {
                let _ = parse("x");
                let span = sentry::configure_scope(|scope| scope.get_span()).unwrap();
                let trace = span.get_trace_context();
                (trace.trace_id.to_string(), trace.span_id.to_string())
            }
            outer(parse)
        });
        assert_eq!(events.len(), 1);
        let Some(protocol::Context::Trace(trace)) = events[0].contexts.get("trace") else {
            panic!("no trace in {:?}", events[0].contexts);
        };
        assert_eq!(trace.trace_id.to_string(), ids.0);
        assert_ne!(
            trace.span_id.to_string(),
            ids.1,
            "it is the span of `parse`"
        );
        // the return trace is whole
        assert!(format!("{:?}", events[0].contexts["return trace"]).contains("spans.rs"));
    }
}

#[trace(name = "slow")]
async fn slow(times: u8) -> Result<u8, String> {
    for _ in 0..times {
        yield_now().await;
    }
    leaf(times);
    if times > 3 {
        return Err("too slow".to_owned());
    }
    Ok(times)
}

#[trace(name = "both")]
async fn both() {
    let (one, other) = futures_util::future::join(slow(2), slow(4)).await;
    assert!(one.is_ok() && other.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn futures_that_take_turns_keep_their_spans_apart() {
    let all = async {
        let tasks: Vec<_> = (0..50)
            .map(|_| tokio::spawn(both().bind_hub(Hub::current())))
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    };
    let ((), made) = capture_transactions_async(all).await;
    assert_eq!(made.len(), 50);
    for made in made {
        assert_eq!(
            drawn(&made),
            [
                "leaf 2 < slow ok",
                "slow < both ok",
                "leaf 4 < slow ok",
                "slow < both internal_error"
            ]
        );
    }
}

#[tokio::test]
async fn a_future_is_called_by_its_function() {
    #[trace]
    async fn shelve() {}

    #[trace]
    #[report_errors]
    async fn stack() -> Result<(), String> {
        Ok(())
    }

    let all = async {
        shelve().await;
        stack().await
    };
    let (done, made) = capture_transactions_async(all).await;
    assert_eq!(done, Ok(()));
    let names: Vec<_> = made.iter().filter_map(|made| made.name.clone()).collect();
    let ends = |name: &String, end| name.ends_with(end) && !name.ends_with("}}");
    assert!(
        ends(&names[0], "::shelve") && ends(&names[1], "::stack"),
        "{names:?}"
    );
}

#[test]
fn threads_that_share_a_hub_keep_their_spans_apart() {
    #[trace(name = "outer {number}")]
    fn outer(number: u8, all: &Barrier) {
        all.wait();
        leaf(number);
        all.wait();
    }
    let ((), mut made) = transactions(|| {
        let (hub, all) = (Hub::current(), Barrier::new(2));
        thread::scope(|scope| {
            for number in 1..=2 {
                let (hub, all) = (hub.clone(), &all);
                scope.spawn(move || Hub::run(hub, || outer(number, all)));
            }
        });
        let left = hub.configure_scope(|scope| scope.get_span());
        assert!(left.is_none(), "nothing stays in the scope");
    });
    made.sort_by_key(|made| made.name.clone());
    assert_eq!(drawn(&made[0]), ["leaf 1 < outer 1 ok"]);
    assert_eq!(drawn(&made[1]), ["leaf 2 < outer 2 ok"]);
}

#[test]
fn a_future_that_is_dropped_was_cancelled_and_nothing_stays_active() {
    let ((), made) = transactions(|| {
        {
            let mut future = pin!(both());
            let mut waking = Waking::from_waker(Waker::noop());
            assert!(matches!(future.as_mut().poll(&mut waking), Poll::Pending));
        }
        leaf(9);
    });
    assert_eq!(made.len(), 2);
    assert_eq!(trace_of(&made[0]).status, Some(SpanStatus::Cancelled));
    assert_eq!(
        drawn(&made[0]),
        ["slow < both cancelled", "slow < both cancelled"]
    );
    assert_eq!(made[1].name.as_deref(), Some("leaf 9"));
}

#[test]
fn a_panic_ends_the_spans_that_it_passes() {
    #[trace(name = "inner")]
    fn inner() {
        panic!("as it was told to");
    }
    #[trace(name = "outer")]
    async fn outer() {
        yield_now().await;
        inner();
    }
    let ((), made) = transactions(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let _ = catch_unwind(AssertUnwindSafe(|| runtime.block_on(outer())));
        leaf(1);
    });
    assert_eq!(trace_of(&made[0]).status, Some(SpanStatus::InternalError));
    assert_eq!(drawn(&made[0]), ["inner < outer internal_error"]);
    assert_eq!(made[1].name.as_deref(), Some("leaf 1"));
}

#[test]
fn functions_that_return_futures_are_timed_until_those_are_done() {
    #[trace(name = "opaque")]
    fn opaque() -> impl Future<Output = u8> {
        async { leaf(1) }
    }
    #[trace(name = "boxed")]
    fn boxed<'a>() -> BoxFuture<'a, Result<u8, String>> {
        Box::pin(async { Err(format!("no {}", leaf(2))) })
    }
    #[trace(name = "passed on")]
    fn passed_on<'a>() -> BoxFuture<'a, Result<u8, String>> {
        boxed()
    }
    let (_, made) = transactions(|| {
        futures_util::FutureExt::now_or_never(async {
            opaque().await;
            let _ = boxed().await;
            let _ = passed_on().await;
        })
    });
    assert_eq!(drawn(&made[0]), ["leaf 1 < opaque ok"]);
    assert_eq!(trace_of(&made[1]).status, Some(SpanStatus::InternalError));
    assert_eq!(drawn(&made[1]), ["leaf 2 < boxed ok"]);
    assert_eq!(
        drawn(&made[2]),
        ["leaf 2 < boxed ok", "boxed < passed on internal_error"]
    );
}

#[test]
fn what_is_not_sampled_is_nothing_but_a_trace_for_its_errors() {
    #[trace]
    fn both_fail() {
        let _ = parse("x");
        let _ = parse_the_other_way_round("y");
    }

    let never = Overrides {
        traces_sample_rate: Some(0.0),
        ..Overrides::default()
    };
    let (_, made) = capture_transactions_with(never.clone(), || parse("x"));
    assert!(made.is_empty());

    let ((), events) = capture_events_with(never, || {
        both_fail();
        both_fail();
    });
    let traces: Vec<String> = events.iter().map(trace_id).collect();
    assert_eq!(traces.len(), 4);
    assert_eq!((&traces[0], &traces[2]), (&traces[1], &traces[3]));
    assert_ne!(traces[0], traces[2], "two calls are two traces");
}

#[test]
fn what_is_not_sampled_is_one_trace_in_other_tasks_and_threads_too() {
    let never = Overrides {
        traces_sample_rate: Some(0.0),
        ..Overrides::default()
    };
    let ((), events) = capture_events_with(never, || {
        #[trace]
        fn outer() {
            let context = Context::current();
            let elsewhere = thread::spawn(move || context.run(|| parse("x")));
            assert!(elsewhere.join().unwrap().is_err());
            assert!(parse_the_other_way_round("y").is_err());
        }
        outer();
    });
    let traces: Vec<String> = events.iter().map(trace_id).collect();
    assert_eq!(traces.len(), 2);
    assert_eq!(traces[0], traces[1]);
}

#[test]
fn a_share_of_traces_is_sampled_and_each_is_whole() {
    #[trace(name = "pair")]
    fn pair() {
        leaf(1);
        leaf(2);
    }
    let some = Overrides {
        traces_sample_rate: Some(0.1),
        ..Overrides::default()
    };
    let ((), made) = capture_transactions_with(some, || (0..10_000).for_each(|_| pair()));
    // five times the deviation of 30
    assert!((850..=1150).contains(&made.len()), "{}", made.len());
    assert!(made.iter().all(|made| made.spans.len() == 2));
    let rate = &trace_of(&made[0]).data["sentry.sample_rate"];
    assert!((rate.as_f64().unwrap() - 0.1).abs() < 1e-6);
}

#[test]
fn a_transaction_that_was_begun_by_hand_is_a_parent() {
    let ((), made) = transactions(|| {
        leaf(0);
        let context = sentry::TransactionContext::new("by hand", "test");
        let transaction = sentry::start_transaction(context);
        sentry::configure_scope(|scope| scope.set_span(Some(transaction.clone().into())));
        leaf(1);
        let after = sentry::configure_scope(|scope| scope.get_span());
        assert!(
            after == Some(transaction.clone().into()),
            "it stands there again"
        );
        sentry::configure_scope(|scope| scope.set_span(None));
        transaction.finish();
    });
    assert_eq!(made[0].name.as_deref(), Some("leaf 0"));
    assert_eq!(drawn(&made[1]), ["leaf 1 < by hand ok"]);
}

#[test]
fn names_and_values_are_scrubbed() {
    #[trace(name = "for {user}", fields(token = "hunter2"))]
    fn greet(user: &str) -> usize {
        user.len()
    }
    let (_, made) = transactions(|| greet("jane@example.com"));
    let made = only(&made);
    assert_eq!(made.name.as_deref(), Some("for [email]"));
    assert_eq!(trace_of(&made).data["token"], "[Filtered]");
}

#[test]
fn others_are_told_the_number_that_a_trace_is_sampled_by() {
    #[trace]
    fn baggage() -> [String; 2] {
        let told = || trace::headers().find(|(name, _)| *name == "baggage");
        [told(), told()].map(|header| header.unwrap().1)
    }
    fn member<'a>(baggage: &'a str, name: &str) -> &'a str {
        let mut members = baggage
            .split(',')
            .filter_map(|member| member.split_once('='));
        let found = members.find(|(key, _)| key.strip_prefix("sentry-") == Some(name));
        found.map(|(_, value)| value).unwrap_or_default()
    }
    let settings = Overrides {
        traces_sample_rate: Some(0.25),
        ..Overrides::default()
    };
    capture_transactions_with(settings, || {
        for _ in 0..100 {
            let [first, again] = baggage();
            assert_eq!(first, again);
            assert_eq!(member(&first, "sample_rate"), "0.25");
            let number: f64 = member(&first, "sample_rand").parse().unwrap();
            let is_sampled = member(&first, "sampled") == "true";
            assert_eq!((0.0..0.25).contains(&number), is_sampled, "{first}");
        }
    });
}
