//! One start of reporting: settings in, client and worker up; the guard that ends it.

use crate::capture::panic;
use crate::config::{OffReason, Proxies, Reporting as Wanted, Settings};
use crate::current;
use crate::delivery::{Collector, Delivery, DryRun, Factory, HOLD, Http, Outlet, Pipeline, Spool};
use crate::exit;
use crate::integrations::Reporting;
#[cfg(feature = "tracing")]
use crate::integrations::tracing;
use crate::options::{BeforeSend, Build, Options};
use crate::privacy::Policy;
use crate::quiet::quietly;
use crate::report::site::Package;
use crate::say;
use crate::sessions::Sessions;
use crate::trace::{self, sampling};
use crate::user;
use sentry::integrations::contexts::ContextIntegration;
use sentry::integrations::debug_images::DebugImagesIntegration;
use sentry::types::Dsn;
use sentry::{Client, ClientOptions, EventSamplingStrategy, Hub, TracesSamplingStrategy};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Starts reporting where `#[dragonfly::main]` cannot stand: before a runtime of your own, in a plugin, or in a
/// library that another language calls. A library for Rust programs only annotates its functions, and leaves
/// the start to the program.
///
/// It does what the attribute does: the configuration comes from the environment and from
/// `.sentryclirc`, panics are reported, and dropping the guard delivers. Call it first in `main`,
/// before other threads start, and keep the guard until the end. Returned errors of `main` are the
/// attribute's alone: report them by `#[report_errors]` on what `main` calls.
///
/// A function does not know the crate that calls it: where neither environment nor file names a
/// release, each event carries the package and version of its annotated function. The macro
/// [`init!`](macro@crate::init) knows the crate, and takes the attribute's arguments.
///
/// ```
/// let _guard = dragonfly::init();
/// ```
///
/// Without a DSN nothing starts; wrong settings are said in one line on stderr. It never panics.
///
/// A process reports once: where reporting was started before, such as by the program whose library
/// this is, the guard is one more of the same, its settings change nothing, and the first guard delivers, as long as
/// there is one. A panic hook that was set in
/// between without calling the one before it, as that of `color-eyre`, reports panics from then on. A child by `fork`
/// without `exec` reports nothing until it starts anew, which it should do while no other thread of
/// the parent was in the midst of something.
///
/// The end is watched too: what was captured is sent at `std::process::exit`, and at SIGTERM, SIGINT,
/// SIGHUP and SIGQUIT where they would end the process; a crash waits until it is on disk. Handlers of
/// the program's own are not disturbed.
pub fn init() -> Guard {
    let build = if cfg!(debug_assertions) {
        Build::Debug
    } else {
        Build::Release
    };
    start(Options::new(Package::default(), build))
}

/// Keeps reporting up; dropping it delivers what was captured, for at most the shutdown timeout.
///
/// ```
/// let guard = dragonfly::init();
/// if !guard.is_enabled() {
///     println!("errors stay here: no DSN");
/// }
/// ```
#[must_use = "reports are delivered when the guard is dropped: bind it to a variable that lives as long as `main`"]
pub struct Guard {
    running: Option<Arc<Pipeline>>,
    whose: Whose,
}

/// Whether the guard of the program's start is there, which delivers in the end.
static IS_GUARDED: AtomicBool = AtomicBool::new(false);

/// Who started what a guard guards.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// This start.
    Own,
    /// An earlier one: the program goes on after this guard.
    Joined,
}

impl Guard {
    /// Nothing is reported.
    const OFF: Self = Self {
        running: None,
        whose: Whose::Own,
    };

    /// Whether anything is reported: not without a DSN, unless Spotlight gets it.
    pub fn is_enabled(&self) -> bool {
        self.running.is_some()
    }

    /// Sends what was captured so far, for at most `timeout`; `true` if nothing is left to send and
    /// nothing was lost on the way.
    pub fn flush(&self, timeout: Duration) -> bool {
        self.running.as_ref().is_none_or(|running| {
            running.gather();
            running.flush(timeout)
        })
    }

    /// What became of the reports so far.
    pub fn delivery(&self) -> Delivery {
        self.running
            .as_ref()
            .map(|running| running.delivery())
            .unwrap_or_default()
    }
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard")
            .field("is_enabled", &self.is_enabled())
            .finish_non_exhaustive()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(running) = &self.running else {
            return;
        };
        match self.whose {
            Whose::Own => {
                panic::report_unseen();
                running.finish();
                IS_GUARDED.store(false, Ordering::Relaxed);
            }
            // what is sent now is not added to by functions further out, such as `main`
            Whose::Joined if IS_GUARDED.load(Ordering::Relaxed) => {}
            Whose::Joined => drop(self.flush(running.shutdown_timeout())),
        }
    }
}

/// Starts reporting as the options, the environment and the file say.
pub fn start(options: Options) -> Guard {
    #[cfg(feature = "tracing")]
    let tracing = options.tracing;
    // such as where the system has no random numbers, which the standard library's maps cannot do without
    let guard = quietly(|| start_reporting(options)).unwrap_or_else(|| {
        say::once("reporting is off: it panicked as it started, which is a bug in dragonfly");
        Guard::OFF
    });
    #[cfg(feature = "tracing")]
    if tracing {
        tracing::subscribe();
    }
    guard
}

fn start_reporting(options: Options) -> Guard {
    let settings = Settings::resolve(&options.overrides, &options.defaults);
    for note in &settings.notes {
        say::once(note);
    }
    match &settings.state {
        Wanted::On => {}
        Wanted::Off(why) if settings.copies_to().is_some() => {
            if settings.debug.value {
                say::once(&format!("only Spotlight gets reports: {why}"));
            }
        }
        Wanted::Off(why) => {
            if settings.debug.value {
                say::once(&format!("reporting is off: {why}"));
            }
            if settings.dry_run.value && *why == OffReason::NoDsn {
                say::once(
                    "nothing is printed in a dry run without a DSN: any will do, such as \
                     `http://key@127.0.0.1:9/1`",
                );
            }
            return Guard::OFF;
        }
    }
    // the program's own start comes first, and what starts later joins it
    if let Some(running) = current::of_program() {
        if settings.debug.value {
            say::once("reporting was started before: a second start changes nothing");
        }
        panic::install_hook();
        return Guard {
            running: Some(running),
            whose: Whose::Joined,
        };
    }
    let dry = settings.dry_run.value;
    let folder = settings.spool.value.as_deref().filter(|_| !dry);
    let dsn = settings.dsn.value.as_ref();
    let spool = dsn.map(|dsn| Spool::new(folder, dsn, settings.debug.value));
    let outlet = |client: &ClientOptions| -> Box<dyn Outlet> {
        match dsn {
            Some(_) if dry => Box::new(DryRun),
            Some(dsn) => Box::new(Http::new(dsn, &proxies(client))),
            // nothing comes there
            None => Box::new(Collector::default()),
        }
    };
    match launch(options, &settings, outlet, spool.unwrap_or_default(), HOLD) {
        Some(launched) => {
            panic::install_hook();
            current::bind(&launched.pipeline);
            exit::watch();
            trace::continue_in_this_thread();
            // where Spotlight gets all, no trace is idle
            if let Some(strategy) = launched.pipeline.traces()
                && !launched.pipeline.copies_all()
            {
                sampling::of_program(strategy);
            }
            Hub::current().bind_client(Some(Arc::clone(&launched.client)));
            let running = Arc::clone(&launched.pipeline);
            // the program's pipeline stays up until the process ends, whatever becomes of the guard
            std::mem::forget(launched);
            IS_GUARDED.store(true, Ordering::Relaxed);
            Guard {
                running: Some(running),
                whose: Whose::Own,
            }
        }
        None => Guard::OFF,
    }
}

/// The client wants to know a server; nothing is sent to it.
pub(crate) const NOWHERE: &str = "https://nobody@localhost/1";

pub(crate) fn is_nowhere(dsn: &Dsn) -> bool {
    (dsn.public_key(), dsn.host()) == ("nobody", "localhost")
}

/// A client and its pipeline, counted as long as this lives.
pub(crate) struct Launched {
    pub(crate) client: Arc<Client>,
    pub(crate) pipeline: Arc<Pipeline>,
}

impl Drop for Launched {
    fn drop(&mut self) {
        current::one_less();
    }
}

fn proxies(client: &ClientOptions) -> Proxies {
    Proxies {
        http: client.http_proxy.clone(),
        https: client.https_proxy.clone(),
    }
}

/// Builds the client around a pipeline that ends in an outlet, made as its options say; `None`, and a line on
/// stderr, where that fails.
pub(crate) fn launch(
    mut options: Options,
    settings: &Settings,
    outlet: impl FnOnce(&ClientOptions) -> Box<dyn Outlet>,
    spool: Spool,
    hold: Duration,
) -> Option<Launched> {
    let user = user::of_run(settings);
    let policy = Policy::of(settings)
        .with_user(user.clone())
        .with_rule(options.scrub_with.take());
    // Spotlight alone has no use for them
    let are_counted = settings.sessions.value && settings.dsn.value.is_some();
    let sessions = Sessions::new(are_counted, user.clone());
    let (pipeline, receiver) = Pipeline::new(settings, policy, sessions);
    let pipeline = Arc::new(pipeline);
    let configured = quietly(|| client_options(options, settings, &pipeline, user));
    let Some(client_options) = configured else {
        say::once("reporting is off: the function given to `configure` panicked");
        return None;
    };
    let outlet = outlet(&client_options);
    let client = Arc::new(Client::with_options(client_options));
    if let Err(error) = pipeline.start(receiver, &client, outlet, spool, hold) {
        say::once(&format!("reporting is off: cannot start a thread: {error}"));
        return None;
    }
    current::one_more();
    Some(Launched { client, pipeline })
}

/// Sentry's own options: ours set, the user's function asked last, our integrations around all.
///
/// Neither `sentry::init` nor its defaults are used: they start threads, read the environment again,
/// and let `SSL_VERIFY` turn the checking of certificates off.
fn client_options(
    options: Options,
    settings: &Settings,
    pipeline: &Arc<Pipeline>,
    user: Option<String>,
) -> ClientOptions {
    let mut client = ClientOptions::new()
        .debug(settings.debug.value)
        .environment(settings.environment.value.clone())
        .maybe_release(settings.release.value.clone())
        .sample_rate(settings.sample_rate.value)
        .traces_sample_rate(settings.traces_sample_rate.value)
        .send_default_pii(settings.send_default_pii.value)
        .shutdown_timeout(settings.shutdown_timeout.value);
    // without one the client would do nothing for Spotlight, either
    client.dsn = settings.dsn.value.clone().or_else(|| NOWHERE.parse().ok());
    client.auto_session_tracking = false;
    client.before_send = options.before_send;
    if let Some(sampler) = options.traces_sampler {
        let otherwise = settings.traces_sample_rate.value;
        client.traces_sampling_strategy =
            TracesSamplingStrategy::Function(sampling::asking(sampler, otherwise));
    }
    if let Some(last_word) = options.configure {
        client = last_word(client);
    }
    client.before_send = client.before_send.map(not_within_itself);
    #[cfg(feature = "logs")]
    {
        client.before_send_log = Some(trace::of_logs(client.before_send_log.take()));
    }
    pipeline.trace_by(client.traces_sampling_strategy.clone());
    client.traces_sampling_strategy =
        sampling::noticing(&client.traces_sampling_strategy, pipeline.copies_all());
    // the client would sample last of all, when the work is done
    if let EventSamplingStrategy::FixedRate(rate) = client.event_sampling_strategy {
        pipeline.filter().sample(rate);
        client.event_sampling_strategy = EventSamplingStrategy::FixedRate(1.0);
    }
    let ours = Reporting {
        pipeline: Arc::clone(pipeline),
        server_name: client.server_name.take(),
        dist: settings.dist.value.clone(),
        user,
    };
    client
        .integrations
        .insert(0, Arc::new(ContextIntegration::new().add_device(false)));
    client
        .integrations
        .insert(1, Arc::new(DebugImagesIntegration::new()));
    client.integrations.push(Arc::new(ours));
    client.transport = Some(Arc::new(Factory(Arc::clone(pipeline))));
    client
}

thread_local! {
    static IN_HOOK: Cell<bool> = const { Cell::new(false) };
}

/// What a hook captures itself does not go through the hook again, which would never end.
fn not_within_itself(hook: BeforeSend) -> BeforeSend {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            IN_HOOK.set(false);
        }
    }
    Arc::new(move |event| {
        if IN_HOOK.replace(true) {
            return Some(event);
        }
        let _leave = Leave;
        hook(event)
    })
}
