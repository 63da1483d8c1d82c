//! Says everything in the attribute.

use dragonfly::sentry::ClientOptions;

const ENVIRONMENT: &str = "staging";

fn last_word(options: ClientOptions) -> ClientOptions {
    options.server_name("shop-7")
}

#[dragonfly::main(
    environment = ENVIRONMENT,
    release = "shop@9.9.9",
    dist = "musl",
    sample_rate = 1.0,
    traces_sample_rate = 0.0,
    send_default_pii = false,
    shutdown_timeout = std::time::Duration::from_secs(5),
    debug = false,
    before_send = |mut event| { event.tags.insert("hook".into(), "ran".into()); Some(event) },
    configure = last_word,
)]
fn main() {
    let _ = dragonfly_tests::fail(1);
}
