//! Requests as sessions of the release, and as transactions.

use super::{grpc, layer};
use crate::capture::panic::install_hook;
use crate::config::Overrides;
use crate::testing::{capture_items_with, capture_transactions_with};
use crate::trace::InContext as _;
use sentry::protocol::{self, SessionAggregates, SpanStatus};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use tower_layer::Layer as _;
use tower_service::Service;
use ureq::http::{Request, Response};

/// Answers by what it is asked for.
struct Shop;

type Answer = Result<Response<()>, String>;

impl Service<Request<&'static str>> for Shop {
    type Response = Response<()>;
    type Error = String;
    type Future = Pin<Box<dyn Future<Output = Answer>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), String>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<&'static str>) -> Self::Future {
        assert_ne!(*request.body(), "panic before");
        Box::pin(answer(request.into_body()))
    }
}

#[crate::report_errors(crate = crate)]
fn sell() -> Result<(), String> {
    Err("sold out".to_owned())
}

#[crate::report_errors(crate = crate, level = "warning")]
fn advise() -> Result<(), String> {
    Err("nearly sold out".to_owned())
}

async fn answer(asked: &str) -> Answer {
    match asked {
        "error" => drop(sell()),
        "warning" => drop(advise()),
        "error in a task" => {
            // as a runtime would, on another thread
            let task = async { drop(sell()) }.in_current_context();
            let _ = thread::scope(|scope| scope.spawn(|| poll_once(task)).join());
        }
        "error of somebody else" => {
            let _ = thread::scope(|scope| scope.spawn(sell).join());
        }
        "panic" => panic!("in a handler"),
        "panic caught" => drop(catch_unwind(|| panic!("in a handler"))),
        "never" => std::future::pending().await,
        "err" => return Err("no answer".to_owned()),
        _ => {}
    }
    let answer = match asked.strip_prefix("grpc ") {
        Some(status) => Response::builder().header("grpc-status", status),
        None => Response::builder().status(asked.parse().unwrap_or(200)),
    };
    Ok(answer.body(()).unwrap())
}

fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    let mut future = Box::pin(future);
    future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
}

fn settings(sessions: bool) -> Overrides {
    Overrides {
        release: Some("shop@1.4.2".into()),
        environment: Some("production".into()),
        sessions: Some(sessions),
        ..Overrides::default()
    }
}

/// How many requests exited, errored and crashed.
fn counts(sessions: bool, asked: &[&'static str]) -> (u32, u32, u32) {
    install_hook();
    let told: Vec<SessionAggregates<'_>> =
        capture_items_with(settings(sessions), "sessions", || {
            let mut service = layer().layer(Shop);
            for asked in asked {
                let asking = || poll_once(service.call(Request::new(*asked)));
                let _ = catch_unwind(AssertUnwindSafe(asking));
            }
        });
    assert_eq!(told.len(), usize::from(sessions && !asked.is_empty()));
    let mut counts = (0, 0, 0);
    for told in told {
        assert_eq!(told.attributes.release, "shop@1.4.2");
        assert_eq!(told.attributes.environment.as_deref(), Some("production"));
        for item in told.aggregates {
            assert_eq!((item.distinct_id, item.abnormal), (None, 0));
            counts.0 += item.exited;
            counts.1 += item.errored;
            counts.2 += item.crashed;
        }
    }
    counts
}

#[test]
fn a_request_is_a_session_that_exits_unless_something_goes_wrong() {
    let asked = ["200", "204", "301", "404", "never", "warning"];
    assert_eq!(counts(true, &asked), (6, 0, 0));
}

#[test]
fn it_is_errored_by_an_error_that_is_reported_in_it_or_by_an_answer_of_failure() {
    assert_eq!(
        counts(true, &["200", "error", "error in a task"]),
        (1, 2, 0)
    );
    assert_eq!(counts(true, &["500", "503", "err", "499"]), (1, 3, 0));
    assert_eq!(
        counts(true, &["grpc 0", "grpc 5", "grpc 13", "grpc 14"]),
        (2, 2, 0)
    );
    // an error that nothing ties to the request
    assert_eq!(counts(true, &["error of somebody else"]), (1, 0, 0));
}

#[test]
fn it_is_crashed_by_a_panic_wherever_that_is_caught() {
    let asked = ["panic", "panic before", "panic caught", "200"];
    assert_eq!(counts(true, &asked), (1, 0, 3));
}

#[test]
fn without_being_asked_nothing_is_counted() {
    assert_eq!(counts(false, &["200", "error", "panic"]), (0, 0, 0));
    assert_eq!(counts(true, &[]), (0, 0, 0));
}

#[test]
fn a_share_of_errors_is_sent_and_all_of_them_count() {
    let settings = Overrides {
        sample_rate: Some(0.0),
        ..settings(true)
    };
    let told: Vec<SessionAggregates<'_>> = capture_items_with(settings, "sessions", || {
        let _ = poll_once(layer().layer(Shop).call(Request::new("error")));
    });
    assert_eq!(told[0].aggregates[0].errored, 1);
}

#[test]
fn its_transaction_says_what_the_answer_was_if_there_was_one() {
    let ((), transactions) = capture_transactions_with(Overrides::default(), || {
        let mut service = layer().layer(Shop);
        for asked in ["422", "err", "never"] {
            let _ = poll_once(service.call(Request::new(asked)));
        }
    });
    let told = transactions.iter().map(|transaction| {
        let protocol::Context::Trace(trace) = &transaction.contexts["trace"] else {
            panic!("no trace in {transaction:?}");
        };
        let status = trace.data.get("http.response.status_code");
        (trace.status.unwrap(), status.and_then(Value::as_u64))
    });
    let told: Vec<_> = told.collect();
    assert_eq!(
        told,
        [
            (SpanStatus::InvalidArgument, Some(422)),
            (SpanStatus::InternalError, None),
            (SpanStatus::Cancelled, None),
        ]
    );
}

#[test]
fn a_call_of_grpc_has_its_method_as_route_and_its_own_status() {
    let names = |path: &str, kind: &str| {
        let request = Request::builder().uri(path).header("content-type", kind);
        grpc::method(&request.body(()).unwrap()).map(str::to_owned)
    };
    let pay = Some("/shop.v1.Orders/Pay".to_owned());
    assert_eq!(names("/shop.v1.Orders/Pay", "application/grpc"), pay);
    assert_eq!(
        names("/shop.v1.Orders/Pay?a=b", "application/grpc+proto"),
        pay
    );
    assert_eq!(names("/shop.v1.Orders/Pay", "application/json"), None);
    for other in [
        "/",
        "/Pay",
        "//Pay",
        "/shop/Pay/7",
        "/shop/jane%40example.com",
        "/shop/",
    ] {
        assert_eq!(names(other, "application/grpc"), None);
    }
    let says = |status: &str| {
        let response = Response::builder().header("grpc-status", status);
        grpc::status(&response.body(()).unwrap())
    };
    assert_eq!(says("5"), Some(SpanStatus::NotFound));
    assert_eq!(says("0"), Some(SpanStatus::Ok));
    assert_eq!(says("x"), Some(SpanStatus::UnknownError));
    assert_eq!(grpc::status(&Response::new(())), None);
}

#[cfg(feature = "axum")]
#[test]
fn services_of_tonic_among_routes_of_axum_have_their_methods_as_routes() {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::any;
    let calls = [
        ("/shop.Orders/Pay", "application/grpc"),
        ("/shop.Orders/Pay", "text/plain"),
        ("/orders/jane", "application/grpc"),
    ];
    let ((), transactions) = capture_transactions_with(Overrides::default(), || {
        for (path, kind) in calls {
            let mut routes = Router::new()
                .route("/shop.Orders/{*rest}", any("paid"))
                .route("/orders/{id}", any("here"))
                .layer(layer());
            let request = Request::post(path).header("content-type", kind);
            let answer = routes.call(request.body(Body::empty()).unwrap());
            assert!(poll_once(answer).is_ready());
        }
    });
    let names: Vec<_> = transactions
        .iter()
        .map(|told| told.name.as_deref())
        .collect();
    assert_eq!(
        names,
        [
            Some("POST /shop.Orders/Pay"),
            Some("POST /shop.Orders/{*rest}"),
            Some("POST /orders/{id}"),
        ]
    );
}
