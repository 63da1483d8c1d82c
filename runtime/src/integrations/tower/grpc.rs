//! What gRPC has in the place of routes and of statuses.

use sentry::protocol::SpanStatus;
use ureq::http::{HeaderMap, HeaderName, Request, Response, header};

/// The method that is called: `/shop.Orders/Pay`. Such a path is a name, and holds nothing else.
pub(super) fn method<B>(request: &Request<B>) -> Option<&str> {
    if !is_grpc(request.headers()) {
        return None;
    }
    let path = request.uri().path();
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    let is_name = |name: &str, also: char| {
        let is_part =
            |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == also;
        !name.is_empty() && name.chars().all(is_part)
    };
    (is_name(service, '.') && is_name(method, '_')).then_some(path)
}

/// What came of a call that failed before it answered anything, which HTTP says 200 of.
pub(super) fn status<B>(response: &Response<B>) -> Option<SpanStatus> {
    static STATUS: HeaderName = HeaderName::from_static("grpc-status");

    let status = response.headers().get(&STATUS)?.to_str().ok()?;
    Some(match status {
        "0" => SpanStatus::Ok,
        "1" => SpanStatus::Cancelled,
        "3" => SpanStatus::InvalidArgument,
        "4" => SpanStatus::DeadlineExceeded,
        "5" => SpanStatus::NotFound,
        "6" => SpanStatus::AlreadyExists,
        "7" => SpanStatus::PermissionDenied,
        "8" => SpanStatus::ResourceExhausted,
        "9" => SpanStatus::FailedPrecondition,
        "10" => SpanStatus::Aborted,
        "11" => SpanStatus::OutOfRange,
        "12" => SpanStatus::Unimplemented,
        "13" => SpanStatus::InternalError,
        "14" => SpanStatus::Unavailable,
        "15" => SpanStatus::DataLoss,
        "16" => SpanStatus::Unauthenticated,
        _ => SpanStatus::UnknownError,
    })
}

/// Whether it is a failure of the service, and no answer that it gave.
pub(super) fn is_failure(status: SpanStatus) -> bool {
    use SpanStatus::{
        DataLoss, DeadlineExceeded, InternalError, Unavailable, Unimplemented, UnknownError,
    };
    matches!(
        status,
        DataLoss | DeadlineExceeded | InternalError | Unavailable | Unimplemented | UnknownError
    )
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/grpc"))
}
