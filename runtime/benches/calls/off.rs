//! Time per call where nothing has been started: no client, no subscriber.
#![forbid(unsafe_code)]

use divan::{Bencher, black_box};
use dragonfly_benches::{DIGITS, PAUSES, VARIANTS, Variant, WRONG};

fn main() {
    divan::main();
}

#[divan::bench(args = VARIANTS)]
fn sync(bencher: Bencher<'_, '_>, variant: &Variant) {
    bencher.bench(|| (variant.sync)(black_box(DIGITS)));
}

#[divan::bench(args = VARIANTS)]
fn sync_err(bencher: Bencher<'_, '_>, variant: &Variant) {
    bencher.bench(|| (variant.sync)(black_box(WRONG)));
}

#[divan::bench(args = VARIANTS)]
fn async_ready(bencher: Bencher<'_, '_>, variant: &Variant) {
    bencher.bench(|| (variant.call)(black_box(DIGITS), black_box(0)));
}

#[divan::bench(args = VARIANTS)]
fn async_17_polls(bencher: Bencher<'_, '_>, variant: &Variant) {
    bencher.bench(|| (variant.call)(black_box(DIGITS), black_box(PAUSES)));
}
