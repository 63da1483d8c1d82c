//! What is an event of its own, and what tells of one.

use super::layer;
use crate::capture::panic::install_hook;
#[cfg(feature = "logs")]
use crate::config::Overrides;
use crate::testing::capture_events;
#[cfg(feature = "logs")]
use crate::testing::capture_items_with;
use std::panic::catch_unwind;
use std::thread;
use tracing_subscriber::layer::SubscriberExt as _;

#[crate::report_errors(crate = crate)]
fn sell() -> Result<(), String> {
    Err("sold out".to_owned())
}

/// What is reported while this program speaks by `tracing`.
fn reported(program: impl FnOnce()) -> Vec<String> {
    install_hook();
    let subscriber = tracing_subscriber::registry().with(layer());
    let run = || tracing_core::dispatcher::with_default(&subscriber.into(), program);
    let ((), events) = capture_events(run);
    let text = |event: &sentry::protocol::Event<'_>| match &*event.exception {
        [] => event.message.clone(),
        [.., exception] => exception.value.clone(),
    };
    events.iter().filter_map(text).collect()
}

/// As `TraceLayer` of `tower-http` does.
fn response_failed() {
    tracing::error!(
        target: "tower_http::trace::on_failure",
        classification = "Status code: 500 Internal Server Error",
        latency = "1 ms",
        "response failed"
    );
}

#[test]
fn who_caught_a_panic_tells_of_it_again() {
    let caught = || {
        drop(catch_unwind(|| panic!("no more tea")));
        tracing::error!("Service panicked: no more tea");
    };
    assert_eq!(reported(caught), ["no more tea"]);
    let not_caught = || tracing::error!("Service panicked: no more tea");
    assert_eq!(reported(not_caught), ["Service panicked: no more tea"]);
    let joined = || {
        drop(catch_unwind(|| panic!("no more tea")));
        tracing::error!(
            error = "task 7 panicked with message \"no more tea\"",
            "no order"
        );
    };
    assert_eq!(reported(joined), ["no more tea"]);
}

#[derive(Debug)]
struct SoldOut(
    u32,
    #[expect(dead_code, reason = "`Debug` reads it")] &'static str,
);

impl std::fmt::Display for SoldOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no more of {}", self.0)
    }
}

impl std::error::Error for SoldOut {}

/// Longer than what is remembered.
const REASON: &str = include_str!("../tracing.rs");

#[crate::report_errors(crate = crate)]
fn order(goods: u32) -> Result<(), SoldOut> {
    Err(SoldOut(goods, REASON))
}

#[test]
fn an_error_is_told_of_by_its_debug_as_well() {
    let logged = || {
        let error = order(7).unwrap_err();
        tracing::error!(?error, "no order");
        tracing::error!("no order: {error:?}");
        tracing::error!("no order: {:?}", SoldOut(70, "winter"));
    };
    let mut told = reported(logged);
    told.sort();
    assert_eq!(told, ["no more of 7", "no order: SoldOut(70, \"winter\")"]);
}

#[crate::report_errors(crate = crate)]
fn ship(goods: u32) -> Result<(), SoldOut> {
    let shipped = Err(SoldOut(goods, ""));
    shipped.inspect_err(|error| tracing::error!(order = 12, "not shipped: {error}"))
}

#[test]
fn an_error_that_is_logged_and_then_returned_is_one_event() {
    let logged = || {
        drop(ship(7));
        tracing::error!("no more of 9"); // nobody returns it
        drop(order(3));
    };
    let mut told = reported(logged);
    told.sort();
    assert_eq!(told, ["no more of 3", "no more of 7", "no more of 9"]);
}

#[test]
fn each_of_several_logs_but_the_one_that_is_returned_is_an_event() {
    let tries = || {
        for _ in 0..3 {
            tracing::error!("no more of 7");
        }
        drop(order(7));
    };
    assert_eq!(reported(tries), ["no more of 7"; 3]);
}

#[test]
fn a_log_of_another_thread_is_not_that_of_an_error() {
    let logged = || {
        tracing::error!("no more of 7");
        let hub = sentry::Hub::current();
        let other = || sentry::Hub::run(hub, || order(7));
        drop(thread::scope(|scope| scope.spawn(other).join()));
    };
    assert_eq!(reported(logged), ["no more of 7"; 2]);
}

#[test]
fn the_event_of_an_error_says_what_was_logged_of_it() {
    let spans = || {
        // its breadcrumbs are its own
        tracing::info_span!("shop").in_scope(|| tracing::error!(order = 12, "no more of 7, alas"));
        drop(order(7));
        drop(ship(8));
    };
    let subscriber = tracing_subscriber::registry().with(layer());
    let run = || tracing_core::dispatcher::with_default(&subscriber.into(), spans);
    let ((), events) = capture_events(run);
    let said: Vec<_> = events
        .iter()
        .map(|event| {
            let logs = event.breadcrumbs.iter();
            let logs = logs.map(|log| (log.message.as_deref().unwrap(), &log.data["order"]));
            logs.collect::<Vec<_>>()
        })
        .collect();
    let twelve = &serde_json::json!(12);
    assert_eq!(
        said,
        [
            [("no more of 7, alas", twelve)],
            [("not shipped: no more of 8", twelve)]
        ]
    );
}

#[test]
fn a_failed_response_is_that_of_the_error_before_it() {
    let requests = || {
        drop(sell());
        response_failed();
        response_failed(); // of the next request, in which nothing was reported
        drop(catch_unwind(|| panic!("no more tea")));
        tracing::error!("Service panicked: no more tea");
        response_failed();
    };
    let mut told = reported(requests);
    told.sort();
    assert_eq!(told, ["no more tea", "response failed", "sold out"]);
}

#[test]
fn a_failed_response_is_not_that_of_another_thread() {
    let requests = || {
        let hub = sentry::Hub::current();
        let other = || sentry::Hub::run(hub, sell);
        drop(thread::scope(|scope| scope.spawn(other).join()));
        response_failed();
    };
    let mut told = reported(requests);
    told.sort();
    assert_eq!(told, ["response failed", "sold out"]);
}

#[tracing::instrument]
#[crate::report_errors(crate = crate)]
async fn price(of: &str) -> Result<u8, std::num::ParseIntError> {
    let price: u8 = of.parse()?;
    Ok(price)
}

#[test]
fn below_an_attribute_of_tracing_the_place_is_known_too() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let (_, events) = capture_events(|| runtime.block_on(price("tea")));
    let source = include_str!("tests.rs");
    let line = source.lines().position(|line| line.contains("of.parse()?"));
    let stack = events[0].exception[0].stacktrace.as_ref().unwrap();
    let innermost = stack.frames.last().unwrap();
    assert_eq!(innermost.lineno, line.map(|line| line as u64 + 1));
}

#[cfg(feature = "logs")]
#[test]
fn what_is_said_is_sent_with_its_fields_and_without_secrets() {
    let subscriber = tracing_subscriber::registry().with(layer());
    let speak = || {
        tracing::info!(
            order = 12,
            password = "hunter2",
            "packing for jane@example.com"
        );
        tracing::debug!("nobody wants to know");
        tracing::error!("the shop is closed");
    };
    let run = || tracing_core::dispatcher::with_default(&subscriber.into(), speak);
    let made: Vec<serde_json::Value> = capture_items_with(Overrides::default(), "log", run);
    let logs = made[0]["items"].as_array().unwrap();
    let said: Vec<_> = logs
        .iter()
        .map(|log| {
            (
                log["level"].as_str().unwrap(),
                log["body"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("info", "packing for [email]"),
            ("error", "the shop is closed")
        ]
    );
    let attributes = &logs[0]["attributes"];
    assert_eq!(attributes["order"]["value"], 12);
    assert_eq!(attributes["password"]["value"], "[Filtered]");
    assert_eq!(attributes.get("server.address"), None);
}
