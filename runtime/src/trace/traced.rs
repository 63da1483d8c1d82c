//! Futures whose polls are the work of a span.

use super::entered::Entered;
use super::now::Now;
use super::span::{Ended, Span};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread;

pin_project! {
    /// A future, and the span that it is the work of: active while it is polled, on whatever thread.
    #[must_use = "futures do nothing unless polled"]
    pub struct Traced<F, W> {
        #[pin]
        future: F,
        // after the future, which may hold spans of its own
        span: Span,
        failed: W,
    }
}

impl<F: Future, W: Fn(&F::Output) -> E, E: Ended> Future for Traced<F, W> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.span.is_idle() {
            return this.future.poll(context);
        }
        let active = Active::of(this.span);
        let output = this.future.poll(context);
        drop(active);
        let output = ready!(output);
        this.span.take().end((this.failed)(&output));
        Poll::Ready(output)
    }
}

/// A span that is active as long as this lives.
struct Active<'a> {
    span: &'a mut Span,
    before: Option<Now>,
}

impl<'a> Active<'a> {
    #[inline]
    fn of(span: &'a mut Span) -> Self {
        let before = span.make_active();
        Self { span, before }
    }
}

impl Drop for Active<'_> {
    #[inline]
    fn drop(&mut self) {
        self.span.make_inactive(self.before);
        if thread::panicking() {
            drop(self.span.take());
        }
    }
}

/// Makes a future the work of a span, which was active while it was made.
#[inline]
pub fn traced<R, S: Into<Span>, F: Future<Output = R>, W: Fn(&R) -> E, E: Ended>(
    span: S,
    future: F,
    failed: W,
) -> Traced<F, W> {
    Traced {
        future,
        span: span.into(),
        failed,
    }
}

/// Futures that can be timed without becoming another type: boxed ones, at the price of a second box.
#[diagnostic::on_unimplemented(
    message = "`#[trace]` cannot time what this function returns",
    label = "looks like a future, and is not one that can be timed",
    note = "make the function an `async fn`, or let it return `impl Future` or `Pin<Box<dyn Future>>`"
)]
pub trait Retrace<'a, R>: Sized {
    /// Makes the future the work of a span.
    #[must_use]
    fn retrace(self, span: Entered, failed: fn(&R) -> bool) -> Self;
}

#[diagnostic::do_not_recommend]
impl<'a, R: 'a> Retrace<'a, R> for Pin<Box<dyn Future<Output = R> + Send + 'a>> {
    fn retrace(self, span: Entered, failed: fn(&R) -> bool) -> Self {
        Box::pin(traced(span, self, failed))
    }
}

#[diagnostic::do_not_recommend]
impl<'a, R: 'a> Retrace<'a, R> for Pin<Box<dyn Future<Output = R> + 'a>> {
    fn retrace(self, span: Entered, failed: fn(&R) -> bool) -> Self {
        Box::pin(traced(span, self, failed))
    }
}
