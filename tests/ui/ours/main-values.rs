//! Every type that a value may have.
#![deny(warnings)]

use std::borrow::Cow;
use std::time::Duration;

fn environment() -> Option<String> {
    std::env::var("UI_TESTS_NEVER_SET_THIS").ok()
}

#[dragonfly::main(dsn = option_env!("UI_TESTS_NEVER_SET_THIS"), environment = environment(), release = env!("CARGO_PKG_NAME"))]
fn optional() {}

#[dragonfly::main(environment = Cow::Borrowed("test"), release = "test".to_owned() + "@1",)]
fn texts() {}

#[dragonfly::main(shutdown_timeout = Duration::from_millis(1), sample_rate = 0, traces_sample_rate = 1)]
fn numbers() {}

#[dragonfly::main(shutdown_timeout = 1, sample_rate = 0.5_f32, debug = cfg!(any()))]
fn suffixes() {}

#[dragonfly::main(ignore_errors = [], max_per_minute = u32::from(u16::MAX))]
fn lists() {}

#[dragonfly::main()]
fn nothing() {}

fn main() {
    optional();
    texts();
    numbers();
    suffixes();
    lists();
    nothing();
}
