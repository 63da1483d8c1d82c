//! The tokio runtime of an async `main`.

use std::future::Future;
use tokio::runtime::Builder;

/// Which runtime, and how many threads.
#[derive(Debug, Clone, Copy, Default)]
pub struct Runtime {
    current_thread: bool,
    worker_threads: Option<usize>,
}

impl Runtime {
    /// The multi-threaded runtime with a thread for each core.
    pub fn new() -> Self {
        Self::default()
    }

    /// The runtime that runs on the main thread alone.
    #[must_use]
    pub fn current_thread(mut self) -> Self {
        self.current_thread = true;
        self
    }

    /// As many threads instead; zero counts as one.
    #[must_use]
    pub fn worker_threads(mut self, threads: usize) -> Self {
        self.worker_threads = Some(threads.max(1));
        self
    }
}

/// Runs the body of an async `main` as `#[tokio::main]` would.
///
/// # Panics
///
/// If the operating system gives no threads or no event queue, like `#[tokio::main]`.
#[expect(
    clippy::expect_used,
    reason = "what `#[tokio::main]` does; without a runtime there is no program"
)]
pub fn block_on<F: Future>(runtime: Runtime, body: F) -> F::Output {
    let mut builder = if runtime.current_thread {
        Builder::new_current_thread()
    } else {
        Builder::new_multi_thread()
    };
    if let Some(threads) = runtime.worker_threads {
        builder.worker_threads(threads);
    }
    builder
        .enable_all()
        .build()
        .expect("failed building the Runtime")
        .block_on(body)
}
