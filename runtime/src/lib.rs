// of two definitions the first counts: docs.rs has no files beside its pages for the README's to name
#![cfg_attr(doc, doc = concat!("[picture]: data:image/png;base64,", include_str!("../docs/shop.base64"), "\n"))]
#![cfg_attr(doc, doc = concat!("[screen]: data:image/svg+xml;base64,", include_str!("../docs/inbox.base64"), "\n"))]
#![doc = include_str!("../README.md")]
//!
//! # The way of one error
//!
//! An annotated function hands its `Err` to `capture`, which takes on the failing thread only what
//! will be gone later: the texts of the chain, the addresses of the stack, the scope. One worker
//! thread does the rest in `delivery`: it makes the event (`report`), lets `before_send` look, passes it
//! through the one door out, where it is scrubbed (`privacy`), keeps it on disk, adds what functions
//! further up say of the same error, and sends it. `exit` sees to the ends of a process that do not come
//! by the guard: `std::process::exit`, signals, crashes.

mod app;
mod capture;
pub mod config;
mod current;
mod delivery;
mod envelope;
mod exit;
#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg(feature = "inbox")]
pub mod inbox;
mod integrations;
mod monitor;
mod options;
mod privacy;
mod quiet;
mod report;
#[cfg(feature = "tokio")]
mod runtime;
mod say;
pub mod scrub;
mod sessions;
pub mod spool;
#[cfg(feature = "tokio")]
mod tasks;
pub mod testing;
pub mod trace;
pub mod user;

#[doc(hidden)]
pub mod __private;

pub use crate::app::{Guard, init};
pub use crate::delivery::{Answer, Delivery};
#[cfg(feature = "tower")]
#[doc(inline)]
pub use crate::integrations::tower;
#[cfg(feature = "tracing")]
#[doc(inline)]
pub use crate::integrations::tracing;
pub use crate::options::{Configure, Spotlight, Text, Timeout};
#[cfg(feature = "tokio")]
pub use crate::tasks::{spawn, spawn_blocking};

/// Starts Sentry before anything else in `main`, and delivers what was captured on the way out.
///
/// # Arguments
///
/// All are optional. Each may be any expression of its type, but lists, `release_from` and `flavor` are written
/// out. What is left out comes from the environment, from `.sentryclirc`, or is the default.
///
/// | argument | type | default | effect |
/// | --- | --- | --- | --- |
/// | `dsn` | [`Text`] | none: nothing is reported | where reports go |
/// | `environment` | [`Text`] | `development` with debug assertions, else `production` | |
/// | `release` | [`Text`] | `package@version` of the crate that `main` is in | |
/// | `release_from` | `"ci"`, `"package"` | `"package"` | `"ci"`: the release names the commit, too: see below |
/// | `dist` | [`Text`] | none | which of the builds of the release this is, such as `musl` |
/// | `sample_rate` | number | `1.0` | the share of errors that is reported, 0 to 1 |
/// | `traces_sample_rate` | number | `0.1`, in `development` `1.0` | the share of transactions, 0 to 1 |
/// | `traces_sampler` | `Fn(&sentry::TransactionContext) -> f32` | | the rate of each transaction: see below |
/// | `ignore_errors` | list of strings | `[]` | errors that pass unreported: see below |
/// | `max_per_minute` | `u32` | no limit | the most events that one annotated function makes in a minute |
/// | `scrub(..)` | `allow`, `deny`: lists; `with`: `Fn(&str) -> Option<String>` | none | what leaves: see below |
/// | `dry_run` | `bool` | `false` | prints on stderr what would be sent, and sends and keeps nothing |
/// | `sessions` | `bool` | `false` | counts runs, or requests of a service, for the health of the release: see below |
/// | `anonymous_users` | `bool` | `false` | counts affected users, by a random id of the installation: see below |
/// | `spool` | [`Text`], `off` | where the platform keeps state | folder of what waits for the next start |
/// | `send_default_pii` | `bool` | `false` | lets user, hostname, addresses and email through; never secrets |
/// | `shutdown_timeout` | [`Timeout`] | 2 seconds | the longest that the end may take |
/// | `debug` | `bool` | `false` | says on stderr what goes on |
/// | `spotlight` | `bool`, or [`Text`]: a URL | `false` | Spotlight gets a copy of everything: see below |
/// | `tracing` | nothing, or `bool` | `false` | feature `tracing`: a subscriber, if there is none, with the layer |
/// | `before_send` | `Fn(Event<'static>) -> Option<Event<'static>>` | | sees each event last; may change or drop it |
/// | `configure` | [`Configure`] | | has the last word over [`sentry::ClientOptions`] |
/// | `flavor` | `"multi_thread"`, `"current_thread"` | `"multi_thread"` | the tokio runtime of an async `main` |
/// | `worker_threads` | integer | one for each core | threads of that runtime |
/// | `crate` | path, or string | `::dragonfly` | where this library is, if renamed or re-exported: `crate = ::df` |
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
/// # Expected errors
///
/// What `ignore_errors` names passes unreported, before anything is done for it. An entry is held
/// against the error and each of its causes, and is one of:
///
/// - a type, with as much of its path as is wanted: `"ParseIntError"`, `"io::Error"`. Causes inside
///   `anyhow`, `eyre` or a box are known by what their `Debug` begins with, unless they are among the
///   most common types.
/// - a kind of `io::Error`: `"io::ErrorKind::NotFound"`;
/// - a regular expression between slashes, for the message: `"/timed out/"`, `"/(?i)no route|gone/"`. The syntax
///   is that of [`regex-lite`](https://docs.rs/regex-lite/latest/regex_lite/#syntax): `\w` and its like, `\b` and
///   `(?i)` know ASCII alone; the latter two are refused beside other letters. What every match must hold, as
///   `timed out`, is looked for first; an expression that says no such text, as that with `(?i)`, takes
///   microseconds of the failing thread.
///
/// Panics are not errors, but for that of a `println!` whose output nobody takes any more: a kind such as
/// `"io::ErrorKind::BrokenPipe"` names it, too. Patterns of Rust are for single functions: `ignore(..)` of
/// [`report_errors`](macro@crate::report_errors).
///
/// ```no_run
/// #[dragonfly::main(ignore_errors = ["io::ErrorKind::NotFound", "/^timed out/"], max_per_minute = 60)]
/// fn main() {}
/// ```
///
/// # What leaves
///
/// Every text passes a scrubber on its way to disk and network: see [`scrub`]. `allow` names what
/// looks like a secret's name and is none, `deny` what is one, or a pattern between slashes, as above; names are
/// compared by their segments, so `order_ref` is `orderRef` and `shop_order_ref` too. A word that a pattern
/// finds the ASCII part of goes whole. A function sees each text after the rules, names of fields too, and
/// returns what is to stand there instead, or `None`; the same text must always give the same answer.
///
/// ```no_run
/// #[dragonfly::main(scrub(
///     allow = ["session_id"],
///     deny = ["order_ref", "/ORD-[0-9]+/"],
///     with = |text| text.contains("warehouse").then(|| "[place]".to_owned()),
/// ))]
/// fn main() {}
/// ```
///
/// # Release
///
/// Without a word it is `package@version` of the crate that `main` is in. `release_from = "ci"` adds the commit,
/// `shop@1.4.2+8c1f0e2d..`, where one is known; Sentry reads what follows `+` as the build. It is a setting of
/// its own and no value of `release`, because `release = "ci"` is a release called `ci`.
///
/// The commit is taken
///
/// 1. from what the build knew: the first variable that was set when `main` was compiled, of those that
///    Sentry's SDK for Node knows, such as `GITHUB_SHA`, `CI_COMMIT_SHA` (GitLab), `BITBUCKET_COMMIT`,
///    `CODEBUILD_RESOLVED_SOURCE_VERSION`, `BUILDKITE_COMMIT`, `CIRCLE_SHA1` or `GIT_COMMIT` (Jenkins). If
///    `SENTRY_RELEASE` was set then, it is the release as it is. A build in a container has to be given the
///    variable (`docker build --build-arg GITHUB_SHA`, and `ARG GITHUB_SHA`);
/// 2. else from the platform that runs the program: `HEROKU_BUILD_COMMIT`, `HEROKU_SLUG_COMMIT`,
///    `RAILWAY_GIT_COMMIT_SHA`, `RENDER_GIT_COMMIT`, `FC_GIT_COMMIT_SHA`, `VERCEL_GIT_COMMIT_SHA`,
///    `SOURCE_COMMIT`, `SOURCE_VERSION`. Those of build services are not read here: a tool that runs in
///    somebody's CI would name a commit that is not its own.
///
/// `DRAGONFLY_RELEASE_FROM=ci`, or `release_from` in the file, does the second for a program that says nothing
/// in code: only the argument has the commit compiled in. `release`, `SENTRY_RELEASE` where the program runs, and
/// the file's `release` are stronger than both. `dist` is for builds of one release that are told apart on
/// purpose, so it is never guessed.
///
/// # Rates of transactions
///
/// `traces_sampler` is asked at the beginning of each transaction, by whomever it is begun, and returns its rate
/// from 0 to 1. As with Sentry's other SDKs it has the last word: `traces_sample_rate` does not count then,
/// and what the caller of a continued trace decided is there to look at, as `context.sampled()`. Follow it,
/// or of traces through several programs parts will be missing:
///
/// ```no_run
/// use dragonfly::sentry::TransactionContext;
///
/// #[dragonfly::main(traces_sampler = rate)]
/// fn main() {}
///
/// fn rate(context: &TransactionContext) -> f32 {
///     match (context.sampled(), context.name()) {
///         (Some(sampled), _) => f32::from(sampled),
///         (None, "GET /health") => 0.0,
///         (None, _) => 0.1,
///     }
/// }
/// ```
///
/// It runs on the thread that begins the transaction. Where it panics, or returns no such number, that is said
/// once, and the caller's decision counts, or else `traces_sample_rate`. What `configure` says of sampling is
/// stronger.
///
/// # Spotlight
///
/// [Spotlight](https://spotlightjs.com) shows on a developer's machine what a program sends to Sentry. With
/// `SENTRY_SPOTLIGHT=1` or `spotlight = true` it gets a copy of everything at
/// `http://localhost:8969/stream`; with a URL it gets it there. `true` in code leaves it to the variable to
/// name the URL.
///
/// - It works without a DSN. Then there is nothing but Spotlight: nothing is kept on disk.
/// - All errors and all transactions are copied. The server gets its share by its own rates, and other
///   programs are told of that share.
/// - The copies are scrubbed as all that leaves. Sentry specifies that they need not be.
/// - A Spotlight that is not there, is silent, or answers nonsense delays neither the program nor the server.
///   That is said once. It is tried again after a second at first, and after a minute at most; what comes
///   meanwhile is not copied, nor what is too much of a burst. At the end of the program the last copies get
///   a quarter of `shutdown_timeout` at most, and a quarter of a second without a sign of life. A crash does
///   not wait for them.
/// - `http://` to loopback, or to a host that `DRAGONFLY_ALLOW_HTTP` names, and in every environment:
///   unset the variable where there is no developer.
/// - `SENTRY_DSN` set to nothing turns it off, too, and `dry_run` sends nothing to it.
///
/// # Release health
///
/// With `sessions = true` Sentry shows of each release how many of its runs crashed. A run is one session:
///
/// | it | is |
/// | --- | --- |
/// | panics anywhere, caught or not; ends by an `Err` of `main`, an abort, a bad access | `crashed` |
/// | ends otherwise: returns, `std::process::exit`, SIGTERM, SIGINT, SIGHUP, SIGQUIT | `exited`, with its errors |
/// | is ended without a word: `kill -9`, no power | `abnormal`, as the next start says |
///
/// A run has crashed where an event says `handled: false`, by the argument too. Errors count from the level error
/// on, each once, and also where a sample rate or a limit left them out.
///
/// It is sent as one update at the end; a program that goes on for longer than a minute sends a first one
/// then, and one when it has its first error. Until it is sent it lies in the spool, like an event. A
/// release is needed, by the attribute or by a setting.
///
/// With the layer of `dragonfly::tower` each request is a session, and the run is none: see there. What
/// joins an earlier start, and a child by `fork`, are no runs of their own.
///
/// ```no_run
/// #[dragonfly::main(sessions = true, anonymous_users = true)]
/// fn main() {}
/// ```
///
/// # Affected users without personal data
///
/// With `anonymous_users = true` Sentry can count whom an issue affects, and who had no crash, without
/// knowing anybody: by a random UUID that the first start makes and keeps beside the spool, another one for each
/// project that is reported to. It is made of no name, address or machine, and is sent as the id of the user in
/// events and transactions and as `did` of sessions. A user that the program sets itself stays, and is sent
/// with `send_default_pii` only. `dragonfly user` shows the id, `--reset` deletes it. Where it is kept, and when there
/// is none: see [`user`].
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
/// What was captured in the last milliseconds before a `kill -9`, an `exec` or the end of all memory is
/// lost. A signal ends the program once the worker is done: with a `before_send` that never returns, a
/// second one must end it.
pub use dragonfly_macros::main;

/// Reports the `Err` values that a function returns.
///
/// # What is reported
///
/// The `Err`, once, with its chain of causes, the stack, the scope (tags, breadcrumbs) and the
/// annotated functions that it passes on its way up. Every error type will do; it is told by the
/// best way that its type allows: `Error` and its sources, the error inside `anyhow`, `eyre`, a box or
/// whatever else has `AsRef<dyn Error + Send + Sync>`, `Display`, `Debug`, or else by the name of its
/// type. One whose `Display` says nothing, as that of an exit code, is told by its `Debug`, a report of
/// `error-stack` with its contexts.
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
/// `Err`, where nothing is reported, two loads of an integer: at the `?`, and on the way out.
///
/// # The return trace
///
/// Each annotated function that the error leaves adds the file, line and column of the `?`,
/// `return Err(..)`, `bail!(..)` or `ensure!(..)` that it left by. They are known when the program is compiled,
/// so they are there in stripped release builds too, and across `.await`. Where the error left
/// otherwise, the tail expression is named if it must have been there, else the function.
///
/// # Arguments
///
/// | argument | type | default | effect |
/// | --- | --- | --- | --- |
/// | `level` | `"debug"`, `"info"`, `"warning"`, `"error"`, `"fatal"` | `"error"` | level of the event |
/// | `ignore(PATTERN if GUARD, ..)` | patterns | | errors that match pass unreported |
/// | `ignore` | path of a `fn(&Error) -> bool` | | errors for which it holds pass unreported |
/// | `message` | string, `"loading {path}"` | | what the function was doing |
/// | `fields(a, b = expression, %c, ?d)` | expressions | | values of the call, recorded with the event |
/// | `tags(a, b = expression)` | expressions | | the same, to search by |
/// | `fingerprint` | list of strings | see [Issues](#issues) | what events are grouped by |
/// | `sample_rate` | number, or a constant `f64` | the program's | the share of its errors that is reported, 0 to 1 |
/// | `max_per_minute` | number, or a constant `u32` | the program's | the most events that it makes in a minute |
/// | `handled` | bool | `true` | whether the program went on |
/// | `trace` | bool | `true` | whether the function marks its exits for the return trace |
/// | `skip` | | | leaves the function alone, in an annotated block |
/// | `crate` | path, or string | `::dragonfly` | where this library is, if renamed or re-exported: `crate = ::df` |
///
/// `ignore` is each function's own: what one ignores, the next one that it leaves reports, unless that ignores
/// it too; `ignore_errors` of [`main`](macro@crate::main) counts for all. What a share or a limit leaves out is
/// decided once, by the first function that reports the error, before anything is recorded; the others follow.
/// The server's statistics count it. How many a limit left out, and in how many seconds, the function's next event
/// says, too, as `left out`.
///
/// Where an error passes several functions, the outermost that names a `level`, `handled` or
/// `fingerprint` decides; messages are joined from the outermost in, and of tags with one name the
/// innermost stays.
///
/// ```
/// use dragonfly::report_errors;
///
/// #[derive(Debug)]
/// enum ShopError {
///     SoldOut { left: u32 },
///     Closed,
/// }
///
/// #[report_errors(
///     level = "warning",
///     ignore(ShopError::SoldOut { left } if *left > 0),
///     message = "selling {count} pieces",
///     fields(count, goods = goods.len()),
///     tags(shop),
/// )]
/// fn sell(shop: &str, goods: Vec<String>, count: u32) -> Result<(), ShopError> {
///     drop(goods);
///     if count > 3 { Err(ShopError::SoldOut { left: 3 }) } else { Err(ShopError::Closed) }
/// }
/// # assert!(sell("north", Vec::new(), 4).is_err() && sell("north", Vec::new(), 1).is_err());
/// ```
///
/// A pattern of `ignore` is held against the error itself; through `anyhow`, `eyre` and
/// `Box<dyn Error>` against each error of the chain that has the pattern's type: one that names no
/// type, such as `error if ..`, cannot be looked for there, and wants to be a function. A guard may use
/// what the pattern binds. A text, as in `ignore("sold out")`, is for errors that are no more than one:
/// `&str`, `String`, and whatever else is `AsRef<str>`.
///
/// Nothing is recorded that is not named. Numbers and booleans stay what they are, the rest becomes
/// text, by `Display` or else `Debug`; `%` asks for the one and `?` for the other. A text is cut after 64 KB, as
/// servers refuse an event of more than a megabyte. **Cost:** values
/// that are `Copy` (shared references are) are copied before the call and formatted only if it
/// fails; others are formatted before each call, unless reporting is off. So is, by a function that
/// returns a future without being `async`, all but numbers and booleans: the future may outlive what they
/// borrow. Expressions are evaluated before each call.
///
/// # On blocks
///
/// On an `impl` block or an inline module it annotates each function in it whose written return
/// type has a name that ends in `Result`, or is a future of such; a type that is only named so is left alone.
/// Functions with an attribute of their own keep that.
///
/// ```
/// # use dragonfly::report_errors;
/// # struct Shop;
/// #[report_errors(level = "warning")]
/// impl Shop {
///     fn open(path: &str) -> std::io::Result<Self> {
///         std::fs::read_to_string(path)?;
///         Ok(Self)
///     }
///
///     #[report_errors(skip)]
///     fn probe(path: &str) -> std::io::Result<Self> {
///         Self::open(path)
///     }
/// }
/// # assert!(Shop::probe("/nowhere").is_err());
/// ```
///
/// # Futures
///
/// A function that returns `impl Future`, `Pin<Box<dyn Future>>` or a `BoxFuture` reports when the
/// future resolves. A boxed one that does not end in `Box::pin(..)` or `async { .. }.boxed()` is boxed a
/// second time, and what it resolves to has to outlive its box: `T: 'a` for a `BoxFuture<'a, Result<T, E>>`.
///
/// # What it becomes
///
/// Slightly simplified:
///
/// ```text
/// fn load(path: &str) -> io::Result<String> {
///     let result = (move || { /* your body, each `?` marked */ })();
///     if let Err(error) = &result { /* report it, out of line */ }
///     result
/// }
/// ```
///
/// # Issues
///
/// Sentry makes one issue of events that have the same fingerprint. Unless the function or the scope
/// says another, it is: the innermost annotated function, the place in it that the error left by
/// (counted from the function's own line), and the type of the root cause, with the code of an error
/// of the operating system. Where the type says little (`String`, `anyhow::Error`) and the error came
/// by a `?` from a function that is not annotated, the form of its text counts too, without numbers,
/// paths and what is quoted. So the same bug is one issue whoever calls the function, in each build
/// and on each machine, and two bugs are two. `fingerprint = ["{{ default }}"]` leaves it to the
/// server, which compares stacks.
///
/// # One error, one event
///
/// The innermost annotated function makes the event. An outer one adds to it, as long as the text
/// still tells of the same error (as a cause, or as part of the text) and it is known to come from
/// there:
///
/// - its call, or its future, was under way when the error was reported, on whatever thread it goes
///   on;
/// - the error came up from a younger task or thread in its box: `anyhow`, `eyre`,
///   `Box<dyn Error>`;
/// - it came out of the value of one, as in `handle.await??` or `handle.join().unwrap()?`, by a
///   `handle.await?` that the function ends with, or out of rayon's
///   `files.par_iter().map(load).collect::<Result<_, _>>()?`;
/// - or `main` returns it.
///
/// The answer that a handler makes of an error may tell nothing of it: `load(id).await.map_err(|_|
/// StatusCode::BAD_GATEWAY)?`, or a `?` with a `From` that does so. It counts as the error of `load` where it leaves by
/// such a call, and the event says beside the handler what it was `left as`.
///
/// All else is an event of its own: each attempt of a retry loop, the same text from a hundred tasks,
/// an error that is made where it is returned (`return Err("closed".into())`). Tasks are those of
/// tokio, where the feature `tokio` is on; otherwise threads count.
///
/// An error is remembered for a minute, and no more than the last thousand are. One that takes longer
/// than a tenth of a second between two annotated functions is still one event, which then does not
/// say that it passed the outer ones.
///
/// Two errors are taken for one if nothing tells them apart: an annotated function that swallowed an
/// error, and is then left by one with the same text that comes from a function without
/// `#[report_errors]`, or by an answer to one from such a function of the same name; or, in an optimised
/// build, two annotated functions that were inlined into the same caller.
///
/// # Limits
///
/// Not on a `const fn`. A `#[track_caller]` function keeps its body out of a closure, as that would
/// lose the caller's location: it reports at each `?`, `return Err(..)` and the tail, but not where
/// a macro returns. Of macros, those of the standard library are marked, and `bail!`, `ensure!`,
/// `whatever!` and `ensure_whatever!`; closures and async blocks inside the function are not, but for a block that it
/// ends by waiting for, as in `runtime.block_on(async { .. })` and below `#[tokio::main]`. An error that is reported
/// is formatted on the failing thread, by its own `Display`: if that panics, the text says so, unless the program
/// was built with `panic = "abort"`. A function whose error type is an `Error` only for types without
/// borrows, as `csv::IntoInnerError<W>` is, has to ask for the same: `W: 'static`.
pub use dragonfly_macros::report_errors;

/// Times the calls of a function: a span within the one that is active, or else a transaction.
///
/// ```
/// use dragonfly::{report_errors, trace};
///
/// #[trace(op = "db.query", name = "load order {id}", fields(shard = id % 4))]
/// #[report_errors]
/// async fn load(id: u64) -> std::io::Result<String> {
///     std::fs::read_to_string(format!("orders/{id}"))
/// }
/// ```
///
/// # Arguments
///
/// All of them are optional; a key that is not listed does not compile.
///
/// | argument | type | default | meaning |
/// | --- | --- | --- | --- |
/// | `op` | string | `"function"` | what kind of work it is, in [Sentry's words][operations] |
/// | `name` | string with `{argument}`s | the function's path | what the span is called |
/// | `fields(..)` | `a`, `b = expression`, `%` for `Display`, `?` for `Debug` | none | values of the call, as data |
/// | `crate` | path, or string | `::dragonfly` | where this library is, if renamed or re-exported: `crate = ::df` |
///
/// [operations]: https://develop.sentry.dev/sdk/performance/span-operations/
///
/// Values are looked at when the call begins, and only if the span is sampled, or if who decides that asks
/// for names. Sentry lists transactions by their names: where a function may begin one, a name with an
/// `{argument}` of which there are many values makes as many rows, which `fields(..)` does not.
///
/// # Sampling
///
/// It is decided where a trace begins, for all of it: by `traces_sample_rate`, which is 0.1, or 1 in
/// `development`; or by a `traces_sampler`. A call within a trace that is not sampled, or where reporting is
/// off, costs two nanoseconds and allocates nothing.
///
/// # What it does
///
/// A span ends when the function does, or its future: `ok`, or `internal_error` if that was an `Err` or a
/// panic, or `cancelled` if a future was dropped before it was done. It follows a future from thread to
/// thread. A span is not passed to threads and tasks that the function starts.
///
/// Errors that are reported within it carry its trace, also where it is not sampled. The order of
/// `#[trace]` and [`#[report_errors]`](macro@crate::report_errors) does not matter.
///
/// A transaction that code begins by way of [`sentry`] and puts into the scope is a parent like any other.
///
/// # Limits
///
/// Not on a `const fn`, nor on a function that returns a future of a type of its own, as the `Self::Future`
/// of a `tower::Service` may be. A `#[track_caller]` function keeps its body out of a closure, so that a span
/// which ends by `return` or `?` has no status. A transaction has room for some 1,000 spans; those that begin
/// later are left out. So is a span that is not done when its transaction is.
pub use dragonfly_macros::trace;

/// Tells Sentry's [cron monitoring](https://docs.sentry.io/product/crons/) of each run of a job: that it
/// began, and what came of it, with the time that it took.
///
/// ```
/// use dragonfly::{monitor, report_errors};
///
/// #[monitor(slug = "nightly-export", schedule = "0 3 * * *", timezone = "Europe/Vienna")]
/// #[report_errors]
/// async fn export() -> std::io::Result<()> {
///     std::fs::write("export.csv", "")
/// }
/// ```
///
/// # Arguments
///
/// | argument | type | default | meaning |
/// | --- | --- | --- | --- |
/// | `slug` | string | | the monitor's name: up to 50 lower case letters, digits, `-`, `_`; it must be there |
/// | `schedule` | string | as the server has it | when it runs: a crontab, or `every 10 minutes`; see below |
/// | `timezone` | string | UTC | of the crontab, such as `Europe/Vienna` |
/// | `margin` | integer | as the server has it | how many minutes the job may be late |
/// | `max_runtime` | integer | as the server has it | how many minutes it may take |
/// | `failure_issue_threshold` | integer | as the server has it | runs in a row that fail before there is an issue |
/// | `recovery_threshold` | integer | as the server has it | runs in a row that succeed before it is resolved |
/// | `crate` | path, or string | `::dragonfly` | where this library is, if renamed or re-exported: `crate = ::df` |
///
/// A `schedule` is a crontab as Sentry takes it, of five fields, or `@daily` and the like; or `every 10 minutes`
/// (`hours`, `days`, `weeks`, `months`, `years`). With it the server makes the monitor, or changes it; all
/// others but `slug` and `crate` need it.
///
/// A run fails by an `Err`, by a panic, and by its future being dropped. One that ends the process is
/// told by the server, after `max_runtime`. Sentry shows the errors of a run beside it, by their trace: with
/// [`#[trace]`](macro@trace) on the function, in either order, each run is one of its own.
///
/// # Limits
///
/// Not on a `const fn`, nor on a function that returns a future without being `async`.
pub use dragonfly_macros::monitor;

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
