//! A server on loopback that takes everything and keeps nothing, in a process of its own.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// The receiver's process; it ends with this.
pub(crate) struct Receiver {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    port: u16,
}

impl Receiver {
    /// Starts it: this program, with the command `receive`.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub(crate) fn start() -> Self {
        Self::try_start().expect("a receiver")
    }

    fn try_start() -> io::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("receive")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(questions), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut receiver = Self {
            process,
            questions,
            answers: BufReader::new(answers),
            port: 0,
        };
        receiver.port = receiver.answer()?;
        Ok(receiver)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How many requests it has taken.
    ///
    /// # Panics
    ///
    /// If the receiver is gone.
    pub(crate) fn taken(&mut self) -> u64 {
        self.questions
            .write_all(b"\n")
            .and_then(|()| self.answer())
            .expect("the receiver's count")
    }

    fn answer<T: std::str::FromStr>(&mut self) -> io::Result<T> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        line.trim()
            .parse()
            .map_err(|_| io::ErrorKind::InvalidData.into())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

static TAKEN: AtomicU64 = AtomicU64::new(0);

/// The receiver: prints its port, and at each line on stdin how many requests it has taken.
///
/// # Panics
///
/// If it cannot listen on loopback.
pub(crate) fn run() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port on loopback");
    println!("{}", listener.local_addr().expect("its address").port());
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || answer_all(&connection));
        }
    });
    for _ in io::stdin().lines() {
        println!("{}", TAKEN.load(Ordering::Relaxed));
    }
}

/// Takes the requests of one connection, whose bodies have a `Content-Length`.
fn answer_all(connection: &TcpStream) -> io::Result<()> {
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let mut reader = BufReader::with_capacity(64 * 1024, connection);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let Some((name, value)) = line.split_once(':') else {
                if line.trim().is_empty() {
                    break;
                }
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or_default();
            }
        }
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        TAKEN.fetch_add(1, Ordering::Relaxed);
        let mut writer = connection;
        writer.write_all(ANSWER)?;
    }
}
