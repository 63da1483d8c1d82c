//! Functions that return a future: what it resolves to is looked at when it does.

use crate::report::stack::Floor;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// A future, and what looks at its output.
    #[must_use = "futures do nothing unless polled"]
    pub struct Watched<F, W> {
        #[pin]
        future: F,
        watch: W,
    }
}

impl<F: Future, W: Fn(&F::Output, Floor)> Future for Watched<F, W> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let output = ready!(this.future.poll(context));
        Floor::laid(&output, &*this.watch);
        Poll::Ready(output)
    }
}

/// Looks at what a future resolves to.
#[inline]
pub fn watch<R, F: Future<Output = R>, W: Fn(&R, Floor)>(future: F, watch: W) -> Watched<F, W> {
    Watched { future, watch }
}

/// Futures that can be watched without becoming another type: boxed ones, at the price of a second box.
#[diagnostic::on_unimplemented(
    message = "`#[report_errors]` needs a function that returns `Result`, or a future that it can watch",
    label = "neither a `Result` nor a boxed future",
    note = "make the function an `async fn`, or let it return `impl Future` or `Pin<Box<dyn Future>>`"
)]
pub trait Rebox<'a, R> {
    /// Looks at what the future resolves to.
    #[must_use]
    fn rebox(self, watch: impl Fn(&R, Floor) + Send + 'a) -> Self;
}

#[diagnostic::do_not_recommend]
impl<'a, R> Rebox<'a, R> for Pin<Box<dyn Future<Output = R> + Send + 'a>>
where
    R: 'a,
{
    fn rebox(self, watch: impl Fn(&R, Floor) + Send + 'a) -> Self {
        Box::pin(self::watch(self, watch))
    }
}

#[diagnostic::do_not_recommend]
impl<'a, R> Rebox<'a, R> for Pin<Box<dyn Future<Output = R> + 'a>>
where
    R: 'a,
{
    fn rebox(self, watch: impl Fn(&R, Floor) + Send + 'a) -> Self {
        Box::pin(self::watch(self, watch))
    }
}
