//! One request to Spotlight and its answer, on a connection of its own, step by step.

use super::Place;
use crate::delivery::attentive::{begin_to_connect, look_up};
use crate::delivery::http::USER_AGENT;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

/// More of an answer is not read.
const MOST_ANSWER: usize = 64 * 1024;
/// How long the rest of an answer is waited for, whose status has said it all.
const REST: Duration = Duration::from_millis(100);

/// How far it got by a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// On, and perhaps it can go further.
    Moved,
    /// Nowhere: the other side is not ready.
    Waits,
    /// To its end, with this status.
    Answered(u16),
}

pub(super) struct Exchange {
    request: Vec<u8>,
    state: State,
}

enum State {
    LooksUp(Receiver<io::Result<Vec<SocketAddr>>>),
    /// Knocks at one address after the other.
    Connects(VecDeque<SocketAddr>, Option<TcpStream>, io::Error),
    /// So much of the request is sent.
    Asks(TcpStream, usize),
    Listens(TcpStream, Vec<u8>, Instant),
}

impl Exchange {
    /// Nothing but a connection, to see whether somebody is there.
    pub(super) fn of_nothing(place: &Place) -> Self {
        Self {
            request: Vec::new(),
            ..Self::of(place, b"")
        }
    }

    pub(super) fn of(place: &Place, body: &[u8]) -> Self {
        let Place {
            host, port, path, ..
        } = place;
        let length = body.len();
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: {USER_AGENT}\r\n\
             Content-Type: application/x-sentry-envelope\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        )
        .into_bytes();
        request.extend_from_slice(body);
        let state = if place.addrs.is_empty() {
            match look_up(&format!("{host}:{port}")) {
                Ok(answered) => State::LooksUp(answered),
                Err(error) => State::Connects(VecDeque::new(), None, error), // to nobody
            }
        } else {
            State::connects(place.addrs.clone())
        };
        Self { request, state }
    }

    /// Takes one step, if that is possible without waiting.
    pub(super) fn go_on(&mut self) -> io::Result<Progress> {
        match &mut self.state {
            State::LooksUp(answered) => match answered.try_recv() {
                Err(TryRecvError::Empty) => return Ok(Progress::Waits),
                Err(TryRecvError::Disconnected) => return Err(ErrorKind::NotFound.into()),
                Ok(addrs) => self.state = State::connects(addrs?),
            },
            State::Connects(addrs, knocking, last) => match knocking.take() {
                Some(stream) => match is_open(&stream) {
                    Ok(true) if self.request.is_empty() => return Ok(Progress::Answered(200)),
                    Ok(true) => self.state = State::Asks(stream, 0),
                    Ok(false) => {
                        *knocking = Some(stream);
                        return Ok(Progress::Waits);
                    }
                    Err(error) => *last = error,
                },
                None => match addrs.pop_front().map(begin_to_connect) {
                    Some(Ok(stream)) => *knocking = Some(stream),
                    Some(Err(error)) => *last = error,
                    None => return Err(std::mem::replace(last, ErrorKind::NotFound.into())),
                },
            },
            State::Asks(stream, sent) => {
                let rest = self.request.get(*sent..).unwrap_or_default();
                match ready(stream.write(rest))? {
                    None => return Ok(Progress::Waits),
                    Some(0) => return Err(ErrorKind::WriteZero.into()),
                    Some(more) => *sent += more,
                }
                if *sent == self.request.len() {
                    let stream = stream.try_clone()?;
                    self.state = State::Listens(stream, Vec::new(), Instant::now());
                }
            }
            State::Listens(stream, answer, heard) => {
                let mut part = [0; 4096];
                let read = match ready(stream.read(&mut part)) {
                    // what has been said is said
                    Err(_) if matches!(status(answer), Some(Ok(_))) => Some(0),
                    read => read?,
                };
                let more = part.get(..read.unwrap_or_default()).unwrap_or_default();
                answer.extend_from_slice(more);
                let is_over = match read {
                    None => heard.elapsed() >= REST,
                    Some(count) => count == 0 || answer.len() >= MOST_ANSWER,
                };
                match status(answer) {
                    Some(status) if is_over => return Ok(Progress::Answered(status?)),
                    None if read == Some(0) => return Err(no_http()),
                    _ if read.is_none() => return Ok(Progress::Waits),
                    _ => *heard = Instant::now(),
                }
            }
        }
        Ok(Progress::Moved)
    }
}

impl State {
    fn connects(addrs: Vec<SocketAddr>) -> Self {
        Self::Connects(addrs.into(), None, ErrorKind::NotFound.into())
    }
}

/// The status of an answer, once its first line is there that far.
fn status(answer: &[u8]) -> Option<io::Result<u16>> {
    const START: &[u8] = b"HTTP/1.";
    let length = START.len() + "1 200".len();
    let known = answer.len().min(START.len());
    if answer.get(..known) != START.get(..known) {
        return Some(Err(no_http()));
    }
    let digits = std::str::from_utf8(answer.get(length - 3..length)?).ok();
    let status = digits.and_then(|digits| digits.parse().ok());
    Some(status.ok_or_else(no_http))
}

fn no_http() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "it does not answer as HTTP does")
}

/// `None` where it would have to wait.
fn ready(done: io::Result<usize>) -> io::Result<Option<usize>> {
    match done {
        Ok(count) => Ok(Some(count)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether the other side has opened; that it has not yet is no error.
fn is_open(stream: &TcpStream) -> io::Result<bool> {
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    match stream.peer_addr() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotConnected => Ok(false),
        Err(error) => Err(error),
    }
}
