use std::error::Error;
use std::fmt;
use std::future;
use std::io;
use std::net;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

use super::Fault;
use super::request::{self, Refusal, receive};
use super::store::Store;

const GARBAGE: &[u8] = b"\x00\x01\x02 this is not HTTP\r\n\r\n\xff\xfe";

/// How much of a body that is too large is read, so that a client which sends
/// everything before it listens hears the refusal.
const DRAINED: usize = 16 * request::LIMIT;

/// The thread that serves, until this is dropped.
pub(super) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(listener: net::TcpListener, store: Arc<Store>) -> io::Result<Server> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, started) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("dragonfly-inbox".to_owned())
            .spawn(move || match prepare(listener) {
                Ok((runtime, listener)) => {
                    let _ = ready.send(Ok(()));
                    runtime.spawn(accept(listener, store));
                    let _ = runtime.block_on(stopped);
                    // Dropping the runtime drops every connection with it.
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            })?;
        started.recv().map_err(io::Error::other)??;
        Ok(Server {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn prepare(listener: net::TcpListener) -> io::Result<(Runtime, TcpListener)> {
    listener.set_nonblocking(true)?;
    let runtime = runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    let listener = {
        let _entered = runtime.enter();
        TcpListener::from_std(listener)?
    };
    Ok((runtime, listener))
}

async fn accept(listener: TcpListener, store: Arc<Store>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, Arc::clone(&store)));
            }
            // Out of file descriptors, mostly; some come free in a moment.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Ends a connection instead of answering.
#[derive(Debug)]
enum Cut {
    Reset,
    Garbage,
    Gone,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is cut")
    }
}

impl Error for Cut {}

async fn serve(stream: TcpStream, store: Arc<Store>) {
    let service = service_fn(|request| Box::pin(answer(request, &store)));
    // a client that has sent all it had may be gone before its request is read
    let mut connection = http1::Builder::new()
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    let end = future::poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    let Err(error) = end else { return };
    let cut = error
        .source()
        .and_then(|source| source.downcast_ref::<Cut>());
    match cut {
        Some(Cut::Reset) => {
            // Without time to linger, closing sends RST.
            let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
        }
        Some(Cut::Garbage) => {
            if stream.writable().await.is_ok() {
                let _ = stream.try_write(GARBAGE);
            }
        }
        Some(Cut::Gone) | None => {}
    }
}

type Answer = Response<Full<Bytes>>;

async fn answer(request: Request<Incoming>, store: &Store) -> Result<Answer, Cut> {
    let fault = store.next_request();
    let (head, body) = request.into_parts();
    let body = read(body).await?;
    match fault {
        Fault::None => Ok(take(&head, body, store)),
        Fault::Delay(delay) => {
            let answer = take(&head, body, store);
            tokio::time::sleep(delay).await;
            Ok(answer)
        }
        Fault::Status(status) => {
            let status = StatusCode::from_u16(status)
                .ok()
                .filter(|status| !status.is_informational())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            if status.is_success() {
                let mut answer = take(&head, body, store);
                if answer.status() == StatusCode::OK {
                    *answer.status_mut() = status;
                }
                return Ok(answer);
            }
            Ok(refuse(&Refusal::new(status, "as set by a fault")))
        }
        Fault::Hang => future::pending().await,
        Fault::Reset => Err(Cut::Reset),
        Fault::Garbage => Err(Cut::Garbage),
        Fault::RateLimit {
            retry_after,
            sentry,
        } => {
            let limits = HeaderName::from_static("x-sentry-rate-limits");
            let headers = [(RETRY_AFTER, retry_after), (limits, sentry)];
            Ok(with_headers(StatusCode::TOO_MANY_REQUESTS, headers))
        }
        Fault::Redirect(to) => {
            let headers = [(LOCATION, Some(to))];
            Ok(with_headers(StatusCode::TEMPORARY_REDIRECT, headers))
        }
    }
}

async fn read(mut body: Incoming) -> Result<Result<Vec<u8>, Refusal>, Cut> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Cut::Gone)?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        length += data.len();
        if length <= request::LIMIT {
            bytes.extend_from_slice(data);
        } else if length > DRAINED {
            break;
        }
    }
    if length > request::LIMIT {
        return Ok(Err(Refusal::too_large(request::LIMIT, "as sent")));
    }
    Ok(Ok(bytes))
}

fn take(head: &Parts, body: Result<Vec<u8>, Refusal>, store: &Store) -> Answer {
    let envelope = match body.and_then(|body| receive(head, body)) {
        Ok(envelope) => envelope,
        Err(refusal) => {
            // its query may hold a key
            let (method, path) = (&head.method, head.uri.path());
            store.refuse(format!("{method} {path}: {}", refusal.detail));
            return refuse(&refusal);
        }
    };
    let id = envelope.header().get("event_id").cloned().or_else(|| {
        let event = envelope.events().first()?;
        event.json().get("event_id").cloned()
    });
    store.add(envelope);
    let answer = match id {
        Some(id) => json!({ "id": id }),
        None => json!({}),
    };
    respond(StatusCode::OK, answer.to_string())
}

fn refuse(refusal: &Refusal) -> Answer {
    let detail = json!({ "detail": refusal.detail });
    respond(refusal.status, detail.to_string())
}

fn respond(status: StatusCode, json: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(json)));
    *answer.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(CONTENT_TYPE, json);
    answer
}

fn with_headers<const N: usize>(
    status: StatusCode,
    headers: [(HeaderName, Option<String>); N],
) -> Answer {
    let mut answer = refuse(&Refusal::new(status, "as set by a fault"));
    for (name, value) in headers {
        let Some(value) = value else { continue };
        let Ok(value) = value.parse() else {
            let detail = format!("the fault's `{name}` does not fit into a header");
            return refuse(&Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, detail));
        };
        answer.headers_mut().insert(name, value);
    }
    answer
}
