use hyper::header::{CONTENT_ENCODING, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use sentry::types::random_uuid;
use serde_json::{Map, Value};

use super::Envelope;
use super::decode::{self, DecodeError, decode};
use super::envelope::Origin;
use crate::envelope;

/// What a body may have as it is sent.
pub(super) const LIMIT: usize = 20 << 20;

/// An answer to what is not stored.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) detail: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Refusal {
        Refusal {
            status,
            detail: detail.into(),
        }
    }

    pub(super) fn too_large(limit: usize, how: &str) -> Refusal {
        let detail = format!("the body has more than {} MiB {how}", limit >> 20);
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    }

    fn bad(detail: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, detail)
    }
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Refusal {
        match error {
            DecodeError::Unknown => Refusal::bad("the content encoding is not supported"),
            DecodeError::Broken(why) => Refusal::bad(format!("decompress the body: {why}")),
            DecodeError::TooLarge => Refusal::too_large(decode::LIMIT, "once decompressed"),
        }
    }
}

/// Where a request leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Envelope,
    Store,
    Stream,
}

impl Endpoint {
    pub(super) fn of(head: &Parts) -> Result<Endpoint, Refusal> {
        let endpoint = match *head.uri.path().split('/').collect::<Vec<_>>() {
            ["", "stream"] => Endpoint::Stream,
            ["", "api", project, "envelope", ""] if !project.is_empty() => Endpoint::Envelope,
            ["", "api", project, "store", ""] if !project.is_empty() => Endpoint::Store,
            _ => return Err(Refusal::new(StatusCode::NOT_FOUND, "no such endpoint")),
        };
        if head.method != Method::POST {
            let detail = "the endpoint takes POST only";
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, detail));
        }
        Ok(endpoint)
    }
}

/// Reads what a request brings.
pub(super) fn receive(head: &Parts, body: Vec<u8>) -> Result<Envelope, Refusal> {
    let endpoint = Endpoint::of(head)?;
    let content_encoding = content_encoding(&head.headers)?;
    let body = decode(content_encoding.as_deref(), body)?;
    let body = match endpoint {
        Endpoint::Envelope | Endpoint::Stream => body,
        Endpoint::Store => wrap(&body)?,
    };
    let headers = head.headers.iter();
    let request = Origin {
        headers: headers
            .map(|(name, value)| (name.to_string(), lossy(value)))
            .collect(),
        content_encoding,
        key: key(head),
    };
    let envelope =
        Envelope::new(body.into(), request).map_err(|error| Refusal::bad(error.to_string()))?;
    if envelope.key().is_none() && endpoint != Endpoint::Stream {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "no sentry key"));
    }
    Ok(envelope)
}

/// What the inbox makes of a body in this encoding; `None` where it refuses it.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[cfg_attr(not(fuzzing), expect(unreachable_pub, reason = "fuzzed from outside"))]
pub fn posted(encoding: Option<&str>, body: &[u8]) -> Option<Envelope> {
    let request = hyper::Request::post("/stream");
    let request = encoding.into_iter().fold(request, |request, encoding| {
        request.header(CONTENT_ENCODING, encoding)
    });
    let (head, ()) = request.body(()).ok()?.into_parts();
    receive(&head, body.to_vec()).ok()
}

fn lossy(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn content_encoding(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all(CONTENT_ENCODING).iter();
    let value = values.next().map(lossy).filter(|value| !value.is_empty());
    match values.next() {
        None => Ok(value),
        Some(_) => Err(DecodeError::Unknown.into()),
    }
}

/// Makes the envelope that `/store/` was before there were envelopes.
fn wrap(body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut event: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|error| Refusal::bad(format!("the event is not a JSON object: {error}")))?;
    let id = event
        .entry("event_id")
        .or_insert_with(|| random_uuid().simple().to_string().into())
        .clone();
    let payload = Value::Object(event).to_string();
    let item = Map::from_iter([("type".to_owned(), "event".into())]);
    let header = Map::from_iter([("event_id".to_owned(), id)]);
    let mut wrapped = Vec::new();
    envelope::write(
        &header,
        [(&item, payload.as_bytes())].into_iter(),
        &mut wrapped,
    );
    Ok(wrapped)
}

fn key(head: &Parts) -> Option<String> {
    let in_headers = ["x-sentry-auth", "authorization"]
        .into_iter()
        .filter_map(|name| head.headers.get(name)?.to_str().ok())
        .filter_map(|value| value.trim().strip_prefix("Sentry "))
        .flat_map(|pairs| pairs.split(','));
    let in_query = head.uri.query().unwrap_or_default().split('&');
    in_headers
        .chain(in_query)
        .filter_map(|pair| pair.trim().strip_prefix("sentry_key="))
        .find(|key| !key.is_empty())
        .map(str::to_owned)
}
