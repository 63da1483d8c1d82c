//! Tasks of tokio that take along what is active where they are started.

use crate::trace::{Context, InContext as _};
use std::future::Future;
use tokio::task::{self, JoinHandle};

/// Spawns a task within the scope and the trace of the caller, as [`tokio::spawn`] does without them.
///
/// A panic of the task is reported where it happens. What awaits the task then gets a `JoinError`: an
/// error made of one is not reported again.
///
/// ```
/// use dragonfly::{report_errors, trace};
///
/// #[trace]
/// async fn sum(of: Vec<u64>) -> u64 {
///     of.iter().sum()
/// }
///
/// #[trace]
/// #[report_errors]
/// async fn average(of: Vec<u64>) -> Result<u64, tokio::task::JoinError> {
///     let count = of.len().max(1) as u64;
///     Ok(dragonfly::spawn(sum(of)).await? / count)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tokio::task::JoinError> {
/// assert_eq!(average(vec![1, 3]).await?, 2);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// If it is called outside of a tokio runtime.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future.in_current_context())
}

/// Runs what blocks on a thread for that, within the scope and the trace of the caller, as
/// [`tokio::task::spawn_blocking`] does without them.
///
/// # Panics
///
/// If it is called outside of a tokio runtime.
#[track_caller]
pub fn spawn_blocking<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> JoinHandle<R> {
    let context = Context::current();
    task::spawn_blocking(move || context.run(work))
}
