//! Asks Sentry's client not to look at certificates, and fails as often as the first argument says.

use dragonfly::sentry::ClientOptions;

fn careless(options: ClientOptions) -> ClientOptions {
    options.accept_invalid_certs(true)
}

#[dragonfly::main(configure = careless)]
fn main() {
    for n in 0..dragonfly_tests::number_argument() {
        let _ = dragonfly_tests::fail(n);
    }
}
