//! What a boxed future resolves to need not outlive the box, also below two attributes.
#![deny(warnings)]

use dragonfly::{report_errors, trace};
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

struct Connection(u8);

impl Connection {
    #[trace]
    #[report_errors]
    fn run<'a, F, R, E>(&'a mut self, make: F) -> BoxFuture<'a, Result<R, E>>
    where
        F: Fn(u8) -> Result<R, E> + Send + 'a,
    {
        let before = self.0;
        Box::pin(async move {
            self.0 += 1;
            make(before)
        })
    }

    #[report_errors]
    fn run_alone<'a, F, R, E>(&'a mut self, make: F) -> BoxFuture<'a, Result<R, E>>
    where
        F: Fn(u8) -> Result<R, E> + Send + 'a,
        E: Display,
    {
        Box::pin(Running(self, make))
    }

    #[report_errors]
    #[trace]
    #[rustfmt::skip]
    fn run_on_a_line<'a, F, R, E>(&'a mut self, make: F) -> BoxFuture<'a, Result<R, E>>
    where
        F: Fn(u8) -> Result<R, E> + Send + 'a,
    { Box::pin(Running(self, make)) }
}

struct Running<'a, F>(&'a mut Connection, F);

impl<F: Fn(u8) -> Result<R, E>, R, E> Future for Running<'_, F> {
    type Output = Result<R, E>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready((self.1)(self.0.0))
    }
}

trait Connect: Sized {
    fn new(url: &str) -> Result<Self, String>;

    #[trace]
    #[report_errors]
    fn connect(url: &str) -> BoxFuture<'static, Result<Self, String>> {
        let made = Self::new(url);
        let open = made.is_ok();
        drop(made);
        let url = url.to_owned();
        Box::pin(async move {
            if open {
                Self::new(&url)
            } else {
                Err(url)
            }
        })
    }
}

impl Connect for Connection {
    fn new(url: &str) -> Result<Self, String> {
        url.parse().map(Self).map_err(|_| url.to_owned())
    }
}

fn main() {
    let mut connection = Connection(1);
    drop(connection.run(Ok::<u8, String>));
    drop(connection.run_alone(Ok::<u8, String>));
    drop(connection.run_on_a_line(Ok::<u8, String>));
    assert_eq!(connection.0, 1);
    drop(Connection::connect("1"));
}
