//! As little HTTP as a client needs, so that each byte on the wire is ours.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::inbox::Inbox;

pub(super) const ENVELOPE: &str = "/api/1/envelope/";
pub(super) const KEY: (&str, &str) = ("X-Sentry-Auth", "Sentry sentry_version=7, sentry_key=abc");
pub(super) const BODY: &[u8] =
    b"{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n{\"type\":\"event\"}\n{\"message\":\"sold out\"}\n";

pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: String,
    body: Vec<u8>,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(super) fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap().to_owned()
    }
}

pub(super) struct Client(pub(super) BufReader<TcpStream>);

impl Client {
    pub(super) fn of(inbox: &Inbox) -> Client {
        let stream = TcpStream::connect(inbox.addr()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        Client(BufReader::new(stream))
    }

    pub(super) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<()> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: inbox\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if !headers.iter().any(|(name, _)| *name == "Transfer-Encoding") {
            head.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
        }
        let stream = self.0.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(b"\r\n")?;
        stream.write_all(body)
    }

    pub(super) fn reply(&mut self) -> io::Result<Reply> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line.strip_prefix("HTTP/1.1 ").and_then(|l| l.get(..3));
        let status = status
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not HTTP"))?;
        let mut headers = String::new();
        while self.0.read_line(&mut headers)? > 2 {}
        let headers = headers.to_lowercase();
        let length = headers
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body)?;
        Ok(Reply {
            status,
            headers,
            body,
        })
    }

    pub(super) fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Reply> {
        self.send("POST", path, headers, body)?;
        self.reply()
    }
}

/// One request on a connection of its own.
pub(super) fn post(inbox: &Inbox, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    Client::of(inbox).post(path, headers, body).unwrap()
}
