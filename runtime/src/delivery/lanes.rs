//! Several requests at once, by one thread: while the answer to one is waited for, the next one is sent, on a
//! connection of its own. A server far away takes eight times as much so, and one nearby answers before
//! there is anything to wait for.

use super::attentive::{Meanwhile, Moment};
use super::outlet::{Answer, Limits};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many requests are under way at once.
pub(crate) const LANES: usize = 8;

/// A request that is ready to be made.
pub(super) type Post = Box<dyn FnOnce() -> (Answer, Limits) + Send>;

/// The requests that are to be made, and the answers to those that were.
#[derive(Clone, Default)]
pub(super) struct Lanes(Arc<Mutex<Queued>>);

#[derive(Default)]
struct Queued {
    waiting: VecDeque<Post>,
    /// In the order of the requests; of those under way there is none yet.
    answers: Vec<Option<(Answer, Limits)>>,
}

impl Lanes {
    /// Makes the requests, until one of them fails in a way that the next ones would fail in too; has the
    /// answers to those that were made. Between them there is time for other work, too.
    pub(super) fn make(
        &self,
        posts: impl Iterator<Item = Post>,
        meanwhile: &Meanwhile,
    ) -> Vec<(Answer, Limits)> {
        self.queued().waiting.extend(posts);
        while self.make_next() && !self.queued().waiting.is_empty() {
            meanwhile.tell(Moment::Wait);
        }
        let answers = std::mem::take(&mut self.queued().answers);
        answers.into_iter().flatten().collect()
    }

    /// Work for when an answer is waited for: the next request, or else what there was to do anyway.
    pub(super) fn before(&self, work: Meanwhile) -> Meanwhile {
        let lanes = self.clone();
        Meanwhile::new(move |moment| {
            if moment != Moment::Listen || !lanes.make_next() {
                work.tell(moment);
            }
        })
    }

    /// Makes one request, and within it, while it waits, those that follow.
    fn make_next(&self) -> bool {
        let mut queued = self.queued();
        let Some(post) = queued.waiting.pop_front() else {
            return false;
        };
        let place = queued.answers.len();
        queued.answers.push(None);
        drop(queued);
        let answer = post();
        let mut queued = self.queued();
        if !answer.0.is_final() {
            queued.waiting.clear();
        }
        if let Some(empty) = queued.answers.get_mut(place) {
            *empty = Some(answer);
        }
        true
    }

    fn queued(&self) -> MutexGuard<'_, Queued> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::attentive::{Meanwhile, Moment};
    use super::super::http::Http;
    use super::super::outlet::{Answer, Limits, Outlet as _, taken};
    use super::{LANES, Lanes, Post};
    use crate::config::Proxies;
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    /// What a client sends.
    fn take(stream: &TcpStream) -> Vec<u8> {
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim().to_ascii_lowercase();
            if let Some(said) = line.strip_prefix("content-length: ") {
                length = said.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        body
    }

    #[test]
    fn a_server_that_answers_late_gets_all_at_once_and_each_has_its_own_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let dsn = format!("http://key@{}/1", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            // nobody gets an answer before all have asked
            let ask = |_| {
                let (stream, _) = listener.accept().unwrap();
                let body = take(&stream);
                (stream, body)
            };
            let asked: Vec<_> = (0..LANES).map(ask).collect();
            for (mut stream, body) in asked {
                let status = if body == b"3" { 400 } else { 200 };
                let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        let envelopes = (0..LANES).map(|number| number.to_string().into_bytes());
        let answers =
            Http::new(&dsn.parse().unwrap(), &Proxies::default()).send(envelopes.collect());
        server.join().unwrap();
        let refused = |(answer, _): &(_, _)| matches!(answer, Answer::Refused { status: 400, .. });
        let refused: Vec<bool> = answers.iter().map(refused).collect();
        assert_eq!(refused, [0, 1, 2, 3, 4, 5, 6, 7].map(|number| number == 3));
    }

    #[test]
    fn what_follows_a_failure_is_not_sent_and_between_two_requests_there_is_time() {
        let (refused, failed) = (
            Answer::Refused {
                status: 400,
                reason: None,
            },
            Answer::Failed { status: 500 },
        );
        let answered = [taken().0, refused, failed, taken().0];
        let posts = answered
            .clone()
            .map(|answer| -> Post { Box::new(move || (answer, Limits::default())) });
        let times = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&times);
        let meanwhile = Meanwhile::new(move |moment| {
            assert_eq!(moment, Moment::Wait);
            seen.fetch_add(1, Ordering::Relaxed);
        });
        let answers = Lanes::default().make(posts.into_iter(), &meanwhile);
        let answers: Vec<_> = answers.into_iter().map(|(answer, _)| answer).collect();
        assert_eq!(answers, answered[..3]);
        assert_eq!(times.load(Ordering::Relaxed), 2);
    }
}
