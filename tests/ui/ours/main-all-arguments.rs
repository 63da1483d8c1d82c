//! All arguments at once; `configure` takes the options and gives them back.
#![deny(warnings)]

use dragonfly::sentry::{ClientOptions, Hub};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

mod settings {
    pub const DSN: &str = "https://key@127.0.0.1:9/1";
    pub const EXPECTED: &str = "shop::SoldOut";
    pub const RATE: f32 = 0.5;
}

static CONFIGURED: AtomicU32 = AtomicU32::new(0);

fn configure(options: ClientOptions) -> ClientOptions {
    CONFIGURED.fetch_add(1, Ordering::Relaxed);
    assert_eq!(options.environment.as_deref(), Some("staging"));
    assert_eq!(options.release.as_deref(), Some("shop@1.2.3"));
    assert_eq!(options.shutdown_timeout, Duration::from_millis(500));
    assert!(options.send_default_pii);
    options.max_breadcrumbs(20)
}

#[dragonfly::main(
    crate = ::dragonfly,
    dsn = settings::DSN,
    environment = "staging",
    release = format!("shop@{}", "1.2.3"),
    sample_rate = 1.0,
    release_from = "ci",
    traces_sample_rate = settings::RATE,
    traces_sampler = |context| if context.name() == "health" { 0.0 } else { settings::RATE },
    send_default_pii = true,
    shutdown_timeout = 0.5,
    debug = false,
    spotlight = "off",
    ignore_errors = ["io::ErrorKind::NotFound", settings::EXPECTED, concat!("/", "timed out", "/")],
    max_per_minute = 60,
    scrub(
        allow = ["session_id"],
        deny = ["order_ref", settings::EXPECTED],
        with = |text| text.contains("shelf").then(String::new),
    ),
    dry_run = false,
    sessions = true,
    anonymous_users = false,
    before_send = |mut event| {
        event.tags.insert("seen".to_owned(), "yes".to_owned());
        Some(event)
    },
    configure = configure,
    flavor = "multi_thread",
    worker_threads = 1,
)]
async fn main() {
    let client = Hub::current().client();
    assert_eq!(
        CONFIGURED.load(Ordering::Relaxed),
        u32::from(client.is_some())
    );
    if let Some(client) = client {
        assert_eq!(client.options().max_breadcrumbs, 20);
        assert!(client.options().before_send.is_some());
    }
}
