//! Names the proxies of `HTTP_PROXY_IN_CODE` and `HTTPS_PROXY_IN_CODE` in Sentry's options, and fails once.

use dragonfly::sentry::ClientOptions;
use std::env;

fn proxies(options: &mut ClientOptions) {
    let named = |name: &str| Some(env::var(name).ok()?.into());
    options.http_proxy = named("HTTP_PROXY_IN_CODE");
    options.https_proxy = named("HTTPS_PROXY_IN_CODE");
}

#[dragonfly::main(configure = proxies)]
fn main() {
    let _ = dragonfly_tests::fail(1);
}
