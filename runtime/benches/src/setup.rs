//! What has been started before the calls.

use std::sync::Arc;

use clap::ValueEnum;
use sentry::{Client, ClientOptions, Envelope, Hub, Transport};
use sentry_tracing::{ErrorLayer, SpanLayer};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What has been started before the calls; whatever it is, nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Setup {
    /// Nothing.
    Off,
    /// Reporting by this library.
    Dragonfly,
    /// The same, where all transactions are sampled.
    Sampled,
    /// A client of the `sentry` crate.
    Sentry,
    /// The same, and its layers on `tracing`'s registry.
    Tracing,
}

/// Keeps up what was started.
#[must_use = "what was started ends when this is dropped"]
#[derive(Debug)]
pub struct Started {
    _guard: Option<dragonfly::Guard>,
}

/// The client wants to know a server; nothing is sent to it.
const NOWHERE: &str = "https://benches@localhost/1";

impl Setup {
    /// Starts it, for the rest of the program.
    ///
    /// # Panics
    ///
    /// If reporting does not start, or a subscriber is there already.
    pub fn start(self) -> Started {
        let guard = match self {
            Self::Off => None,
            Self::Dragonfly | Self::Sampled => {
                let guard = dragonfly::init!(
                    dsn = NOWHERE,
                    spool = "off",
                    traces_sample_rate = f64::from(u8::from(self == Self::Sampled)),
                    before_send = |_| None,
                );
                assert!(guard.is_enabled(), "reporting is off");
                Some(guard)
            }
            Self::Sentry => {
                bind_client();
                None
            }
            Self::Tracing => {
                bind_client();
                subscribe();
                None
            }
        };
        Started { _guard: guard }
    }
}

/// Hands the spans and errors of `tracing` to the client of the current hub.
///
/// # Panics
///
/// If a subscriber is there already.
pub fn subscribe() {
    tracing_subscriber::registry()
        .with(SpanLayer::new().with_filter(LevelFilter::INFO))
        .with(ErrorLayer::new().with_filter(LevelFilter::ERROR))
        .init();
}

struct Drain;

impl Transport for Drain {
    fn send_envelope(&self, envelope: Envelope) {
        drop(envelope);
    }
}

fn bind_client() {
    let mut options = ClientOptions::new().traces_sample_rate(0.0);
    options.dsn = NOWHERE.parse().ok();
    options.transport = Some(Arc::new(|_: &ClientOptions| -> Arc<dyn Transport> {
        Arc::new(Drain)
    }));
    Hub::current().bind_client(Some(Arc::new(Client::with_options(options))));
}
