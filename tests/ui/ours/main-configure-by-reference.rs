//! `configure` changes the options in place; closures may do what functions do.
#![deny(warnings)]

use dragonfly::sentry::ClientOptions;
use dragonfly::sentry::protocol::Event;

const DSN: Option<&str> = None;

fn change(options: &mut ClientOptions) {
    options.max_breadcrumbs = 20;
}

fn keep(event: Event<'static>) -> Option<Event<'static>> {
    Some(event)
}

#[dragonfly::main(dsn = DSN, configure = change, before_send = keep)]
fn functions() -> u8 {
    1
}

#[dragonfly::main(configure = |options: &mut ClientOptions| options.max_breadcrumbs = 20)]
fn closure_by_reference() -> u8 {
    2
}

#[dragonfly::main(configure = |options: ClientOptions| options.max_breadcrumbs(20))]
fn closure_by_value() -> u8 {
    3
}

fn main() {
    assert_eq!(functions() + closure_by_reference() + closure_by_value(), 6);
}
