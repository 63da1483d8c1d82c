//! Time per call that succeeds where reporting has been started, and `tracing` has Sentry's layers.
#![forbid(unsafe_code)]

use divan::{Bencher, black_box};
use dragonfly_benches::{DIGITS, PAUSES, Setup, VARIANTS, Variant, subscribe};

fn main() {
    let _started = Setup::Dragonfly.start();
    subscribe();
    divan::main();
}

#[divan::bench(args = VARIANTS)]
fn sync(bencher: Bencher<'_, '_>, variant: &Variant) {
    bencher.bench(|| (variant.sync)(black_box(DIGITS)));
}

/// Calls within a trace that is not sampled.
#[divan::bench]
fn timed_within(bencher: Bencher<'_, '_>) {
    #[dragonfly::trace]
    fn leaf(number: u32) -> u32 {
        black_box(number)
    }
    #[dragonfly::trace]
    fn within(bencher: Bencher<'_, '_>) {
        bencher.bench(|| leaf(black_box(1)));
    }
    within(bencher);
}

#[divan::bench(args = VARIANTS)]
fn async_ready(bencher: Bencher<'_, '_>, variant: &Variant) {
    bencher.bench(|| (variant.call)(black_box(DIGITS), black_box(0)));
}

#[divan::bench(args = VARIANTS)]
fn async_17_polls(bencher: Bencher<'_, '_>, variant: &Variant) {
    bencher.bench(|| (variant.call)(black_box(DIGITS), black_box(PAUSES)));
}
