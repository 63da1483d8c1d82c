#![doc = include_str!("../README.md")]
//!
//! # The way of one error
//!
//! An annotated function hands its `Err` to `capture`, which takes on the failing thread only what
//! will be gone later: the texts of the chain, the addresses of the stack, the scope. One worker
//! thread does the rest in `delivery`: it joins what the functions on the way said of the same
//! error, makes the event (`report`), lets `before_send` look, scrubs (`privacy`, the one door out)
//! and sends.

mod app;
mod capture;
pub mod config;
mod current;
mod delivery;
mod envelope;
#[cfg(feature = "inbox")]
pub mod inbox;
mod integrations;
mod options;
mod privacy;
mod report;
#[cfg(feature = "tokio")]
mod runtime;
mod say;
pub mod testing;

#[doc(hidden)]
pub mod __private;

pub use crate::app::{Guard, init};
pub use crate::delivery::{Answer, Delivery};
pub use crate::options::{Configure, Text, Timeout};

/// Starts Sentry before anything else in `main`, and delivers what was captured on the way out.
///
/// # Arguments
///
/// All are optional, and each may be any expression of its type. What is left out comes from the
/// environment, from `.sentryclirc`, or is the default.
///
/// | argument | type | default | effect |
/// | --- | --- | --- | --- |
/// | `dsn` | [`Text`] | none: nothing is reported | where reports go |
/// | `environment` | [`Text`] | `development` with debug assertions, else `production` | |
/// | `release` | [`Text`] | `package@version` of the crate that `main` is in | |
/// | `sample_rate` | number | `1.0` | the share of errors that is reported, 0 to 1 |
/// | `traces_sample_rate` | number | `0.1`, in `development` `1.0` | the share of transactions, 0 to 1 |
/// | `send_default_pii` | `bool` | `false` | lets the user's data through; never secrets |
/// | `shutdown_timeout` | [`Timeout`] | 2 seconds | the longest that the end may take |
/// | `debug` | `bool` | `false` | says on stderr what goes on |
/// | `before_send` | `Fn(Event<'static>) -> Option<Event<'static>>` | | sees each event last; may change or drop it |
/// | `configure` | [`Configure`] | | has the last word over [`sentry::ClientOptions`] |
/// | `flavor` | `"multi_thread"`, `"current_thread"` | `"multi_thread"` | the tokio runtime of an async `main` |
/// | `worker_threads` | integer | one for each core | threads of that runtime |
/// | `crate` | path | `::dragonfly` | where this library is, if it was renamed or re-exported |
///
/// ```no_run
/// use dragonfly::sentry::{ClientOptions, protocol::Event};
///
/// #[dragonfly::main(
///     environment = "staging",
///     shutdown_timeout = 5,
///     before_send = drop_timeouts,
///     configure = configure,
/// )]
/// fn main() -> std::process::ExitCode {
///     std::process::ExitCode::SUCCESS
/// }
///
/// fn drop_timeouts(event: Event<'static>) -> Option<Event<'static>> {
///     let is_timeout = event.exception.iter().any(|exception| exception.ty == "Elapsed");
///     (!is_timeout).then_some(event)
/// }
///
/// fn configure(options: ClientOptions) -> ClientOptions {
///     options.max_breadcrumbs(20)
/// }
/// ```
///
/// # Errors of `main`
///
/// An `Err` that `main` returns is reported (level fatal, unhandled) unless an annotated function
/// reported it on its way there. It is then printed, and becomes the exit code, as without the
/// attribute. `main` may return whatever a `main` may.
///
/// # Async
///
/// With the feature `tokio`, an `async fn main` runs on a tokio runtime. Above another runtime's
/// attribute, such as `#[tokio::main]`, that attribute runs it; below one, it is sync already.
/// Either way Sentry starts before the runtime's threads do.
///
/// # What it becomes
///
/// Slightly simplified:
///
/// ```text
/// fn main() -> anyhow::Result<()> {
///     let guard = dragonfly::init!();
///     let result = (move || { /* your body */ })();
///     if let Err(error) = &result { /* report it */ }
///     result
/// } // the guard delivers what was captured, for at most `shutdown_timeout`
/// ```
///
/// # Limits
///
/// `std::process::exit`, signals and aborts end the process without the guard: what was captured a
/// moment before is lost. The shutdown timeout ends the wait for a server; it does not end a
/// `before_send` that runs on.
pub use dragonfly_macros::main;

/// Reports the `Err` values that a function returns.
///
/// # What is reported
///
/// The `Err`, once, with its chain of causes, the stack, the scope (tags, breadcrumbs) and the
/// annotated functions that it passes on its way up. Every error type will do; it is told by the
/// best way that its type allows: `Error` and its sources, the error inside `anyhow`, `eyre` or a
/// box, `Display`, `Debug`, or else by the name of its type.
///
/// ```
/// use dragonfly::report_errors;
///
/// struct Shop;
///
/// impl Shop {
///     #[report_errors]
///     async fn order(&mut self, item: &str) -> Result<&mut Self, String> {
///         if item.is_empty() {
///             return Err("nothing was ordered".to_owned());
///         }
///         Ok(self)
///     }
/// }
/// ```
///
/// The function stays as it was: signature, borrows, drops, panics. On `Ok` it pays one branch; on
/// `Err`, one load of an integer where nothing is reported.
///
/// # Arguments
///
/// | argument | type | default | effect |
/// | --- | --- | --- | --- |
/// | `crate` | path | `::dragonfly` | where this library is, if it was renamed or re-exported |
///
/// # What it becomes
///
/// Slightly simplified:
///
/// ```text
/// fn load(path: &str) -> io::Result<String> {
///     let result = (move || { /* your body */ })();
///     if let Err(error) = &result { /* report it, out of line */ }
///     result
/// }
/// ```
///
/// # Limits
///
/// Not on a `const fn`, on an `impl` block, or on a function that returns a future without being
/// `async`. In a `#[track_caller]` function, `Location::caller()` names the function itself. An
/// error that is reported is formatted on the failing thread, by its own `Display`: if that panics,
/// the text says so, unless the program was built with `panic = "abort"`.
pub use dragonfly_macros::report_errors;

/// Starts Sentry where `#[dragonfly::main]` cannot stand, and returns the guard.
///
/// It takes the arguments of [`main`](macro@crate::main), but for `flavor` and `worker_threads`.
///
/// ```
/// let _guard = dragonfly::init!(environment = "staging");
/// ```
///
/// The function [`init`](fn@crate::init) does the same without arguments.
pub use dragonfly_macros::init;
/// The official crate underneath, for scopes, tags, breadcrumbs and `ClientOptions`.
pub use sentry;
