//! For services on [`tower`](https://docs.rs/tower), such as those of `axum` and `tonic`.
//!
//! ```
//! use axum::Router;
//! use axum::routing::get;
//! use dragonfly::report_errors;
//!
//! #[report_errors]
//! async fn order() -> Result<String, String> {
//!     Err("sold out".to_owned())
//! }
//!
//! let app: Router = Router::new()
//!     .route("/orders/{id}", get(order))
//!     .layer(dragonfly::tower::layer());
//! ```

mod grpc;

use crate::current;
use crate::report::passed::Details;
use crate::sessions::{Request as Counted, Requests};
use crate::trace::span::{Ended, HTTP_ROUTE, Span};
use crate::trace::traced::{Traced, traced};
use crate::trace::{Context, InContext as _, WithContext, continue_from};
use pin_project_lite::pin_project;
use sentry::protocol::{self, SpanStatus};
use sentry::{Hub, TransactionOrSpan};
use std::pin::Pin;
use std::task::{self, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;
use ureq::http::{Method, Request, Response, StatusCode};

/// A layer for each request: a scope of its own, which knows method and route, and a transaction named by
/// them, in the trace of who sent it. Put it around all routes, by axum's `Router::layer`, so that it knows
/// which one was taken.
///
/// An error that a handler with [`#[report_errors]`](macro@crate::report_errors) returns carries method and
/// route, as does the transaction, which has the status of the answer, too (`http.request.method`,
/// `http.route`, `http.response.status_code`). Neither path nor query, headers, body or address are recorded.
///
/// The route is that of `axum`, with the feature `axum`, or the method that a gRPC client calls
/// (`/shop.Orders/Pay`), whose status is that of the transaction if it failed; without, a transaction is named
/// by its method alone, since a path may hold anything.
///
/// With the setting `sessions`, each request is a session of the release: crashed if it panicked, errored if
/// an error was reported in it or the answer is a failure of the service (`Err`, a status of 500 and
/// above, or one of gRPC that says so), else exited. They are counted by the minute, and sent at most a
/// minute late. From the first request on, the run of the program is no session itself.
pub fn layer() -> RequestLayer {
    Requests::expect();
    RequestLayer(())
}

/// See [`layer`].
#[derive(Debug, Clone, Copy)]
pub struct RequestLayer(());

impl<S> Layer<S> for RequestLayer {
    type Service = RequestService<S>;

    fn layer(&self, inner: S) -> RequestService<S> {
        RequestService { inner }
    }
}

/// A service whose requests each have a scope and a span.
#[derive(Debug, Clone, Copy)]
pub struct RequestService<S> {
    inner: S,
}

/// What a request is known by.
#[derive(Debug, Clone)]
struct Route {
    method: Method,
    path: Option<String>,
}

impl Route {
    fn of<B>(request: &Request<B>) -> Self {
        Self {
            method: request.method().clone(),
            path: route(matched_path(request), grpc::method(request)).map(str::to_owned),
        }
    }

    /// Tells of the span of the request.
    fn tell(&self, details: &mut Details) {
        match &self.path {
            Some(path) => {
                details.message(format_args!("{} {path}", self.method));
                details.text(HTTP_ROUTE, path);
            }
            None => details.message(&self.method),
        }
        details.text("http.request.method", &self.method);
    }

    /// Has the scope tell of it, once there is an event.
    fn describe(self, hub: &Hub) {
        hub.configure_scope(|scope| {
            scope.add_event_processor(move |mut event| {
                if let Some(path) = &self.path {
                    let tag = event.tags.entry(HTTP_ROUTE.to_owned());
                    tag.or_insert_with(|| path.clone());
                }
                let request = event.request.get_or_insert_with(protocol::Request::default);
                let method = &mut request.method;
                method.get_or_insert_with(|| self.method.as_str().to_owned());
                Some(event)
            });
        });
    }
}

/// The route that was taken, or the method that is called: tonic puts all those of a service on one route of axum,
/// `/shop.Orders/{*rest}`.
fn route<'a>(matched: Option<&'a str>, called: Option<&'a str>) -> Option<&'a str> {
    let is_of_service = |route: &str| {
        let service = route.strip_suffix("{*rest}");
        service.is_some_and(|service| called.is_some_and(|called| called.starts_with(service)))
    };
    matched.filter(|route| !is_of_service(route)).or(called)
}

#[cfg(feature = "axum")]
fn matched_path<B>(request: &Request<B>) -> Option<&str> {
    let path = request.extensions().get::<axum::extract::MatchedPath>()?;
    Some(path.as_str())
}

#[cfg(not(feature = "axum"))]
fn matched_path<B>(_: &Request<B>) -> Option<&str> {
    None
}

/// What came of a request, as spans have it.
pub struct Answered {
    status: SpanStatus,
    /// Of the answer, if there was one.
    code: Option<StatusCode>,
}

impl Answered {
    fn by<R, E>(result: &Result<Response<R>, E>) -> Self {
        let Ok(response) = result else {
            return Self {
                status: SpanStatus::InternalError,
                code: None,
            };
        };
        let code = response.status();
        Self {
            status: grpc::status(response).unwrap_or_else(|| status_of(code)),
            code: Some(code),
        }
    }
}

impl Ended for Answered {
    fn status(self) -> SpanStatus {
        self.status
    }

    fn tell(&self, span: &TransactionOrSpan) {
        if let Some(code) = self.code {
            span.set_data("http.response.status_code", code.as_u16().into());
        }
    }
}

type AnsweredBy<R, E> = fn(&Result<Response<R>, E>) -> Answered;

pin_project! {
    /// A request on its way, which is counted when it has been answered, or is dropped.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Answering<F> {
        #[pin]
        future: F,
        counted: Option<Counted>,
    }
}

impl<F, R, E> Future for Answering<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let answer = ready!(this.future.poll(context));
        if let Some(counted) = this.counted.take() {
            let has_failed = |answer: &Response<R>| {
                answer.status().is_server_error()
                    || grpc::status(answer).is_some_and(grpc::is_failure)
            };
            if answer.as_ref().map_or(true, has_failed) {
                counted.fail();
            }
        }
        Poll::Ready(answer)
    }
}

impl<S, B, R> Service<Request<B>> for RequestService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = WithContext<Traced<Answering<S::Future>, AnsweredBy<R, S::Error>>>;

    fn poll_ready(&mut self, context: &mut task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let ended: AnsweredBy<R, S::Error> = Answered::by;
        if current::is_off() {
            let future = Answering {
                future: self.inner.call(request),
                counted: None,
            };
            let future = traced(Span::idle(), future, ended);
            return future.in_context(Context::current());
        }
        let counted = Counted::begin(current::pipeline());
        let marks = counted.as_ref().map(Counted::marks);
        let context = continue_from(request.headers()).of_request(marks);
        let route = Route::of(&request);
        let future = context.run(|| {
            let tell = |details: &mut Details| route.tell(details);
            let span = Span::enter_as(None, "http.server", &tell);
            route.describe(&Hub::current());
            let future = self.inner.call(request);
            traced(span, Answering { future, counted }, ended)
        });
        future.in_context(context)
    }
}

fn status_of(status: StatusCode) -> SpanStatus {
    match status.as_u16() {
        ..=399 => SpanStatus::Ok,
        401 => SpanStatus::Unauthenticated,
        403 => SpanStatus::PermissionDenied,
        404 => SpanStatus::NotFound,
        409 => SpanStatus::AlreadyExists,
        429 => SpanStatus::ResourceExhausted,
        499 => SpanStatus::Cancelled,
        400..=499 => SpanStatus::InvalidArgument,
        501 => SpanStatus::Unimplemented,
        503 => SpanStatus::Unavailable,
        504 => SpanStatus::DeadlineExceeded,
        _ => SpanStatus::InternalError,
    }
}

#[cfg(test)]
mod tests;
