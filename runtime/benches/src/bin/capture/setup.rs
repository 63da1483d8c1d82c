//! What has been started before the failures: reporting of each kind, to a receiver.

use std::time::Duration;

use sentry::{ClientInitGuard, ClientOptions};
use sentry_tracing::ErrorLayer;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::failing::Way;

/// Keeps up what was started.
pub(crate) enum Started {
    Nothing,
    Dragonfly(dragonfly::Guard),
    Sentry(ClientInitGuard),
}

/// Longer than a flush takes.
const LONG: Duration = Duration::from_secs(300);

/// Starts what a way of reporting needs.
///
/// # Panics
///
/// If it does not start.
pub(crate) fn start(way: Way, port: u16) -> Started {
    let dsn = format!("http://benches@127.0.0.1:{port}/1");
    match way {
        Way::Stack => Started::Nothing,
        Way::ReportErrors | Way::FiveFunctions => {
            let guard = dragonfly::init!(
                dsn = dsn,
                environment = "production", // debug builds too: sentry adds no source lines
                traces_sample_rate = 0.0
            );
            assert!(guard.is_enabled(), "reporting is off");
            Started::Dragonfly(guard)
        }
        Way::CaptureError | Way::AttachStacktrace | Way::CaptureAnyhow | Way::TracingError => {
            let with_stack = matches!(way, Way::AttachStacktrace | Way::TracingError);
            let options = ClientOptions::new()
                .dsn(&dsn)
                .environment("production")
                .release("benches@1")
                .attach_stacktrace(with_stack)
                .transport_channel_capacity(1000);
            let guard = sentry::init(options);
            if way == Way::TracingError {
                tracing_subscriber::registry()
                    .with(ErrorLayer::new().with_filter(LevelFilter::ERROR))
                    .init();
            }
            Started::Sentry(guard)
        }
    }
}

impl Started {
    /// Sends what was captured.
    pub(crate) fn flush(&self) {
        let flushed = match self {
            Self::Nothing => true,
            Self::Dragonfly(guard) => guard.flush(LONG),
            Self::Sentry(guard) => guard.flush(Some(LONG)),
        };
        assert!(flushed, "not all was sent");
    }
}
