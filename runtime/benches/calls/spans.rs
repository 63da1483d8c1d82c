//! Time and allocations of a hundred spans in a transaction that is sampled, each in its own way.
#![forbid(unsafe_code)]

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use dragonfly_benches::{Setup, subscribe};
use fastrace::collector::{Config, ConsoleReporter};
use fastrace::prelude::SpanContext;
use sentry::protocol::SpanStatus;
use sentry::{Hub, TransactionContext, TransactionOrSpan};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const SPANS: u32 = 100;

fn main() {
    let _started = Setup::Sampled.start();
    subscribe();
    fastrace::set_reporter(
        ConsoleReporter,
        Config::default().report_interval(std::time::Duration::MAX),
    );
    divan::main();
}

/// Measures a hundred calls of `leaf` within one of `root`.
macro_rules! compare {
    ($($(#[$attribute:meta])* $name:ident)*) => { $(
        mod $name {
            use super::{SPANS, black_box};

            $(#[$attribute])*
            fn leaf(number: u32) -> u32 {
                black_box(number)
            }

            $(#[$attribute])*
            pub(super) fn root() -> u32 {
                (0..SPANS).map(leaf).sum()
            }
        }

        #[divan::bench]
        fn $name(bencher: Bencher<'_, '_>) {
            bencher.counter(ItemsCount::new(SPANS)).bench($name::root);
        }
    )* };
}

compare! {
    plain
    #[dragonfly::trace]
    dragonfly_trace
    #[tracing::instrument(skip_all)]
    tracing_instrument
}

/// What is written with `sentry` alone, so that errors within carry the span and the span says how it ended.
fn by_hand<R>(work: impl FnOnce() -> R) -> R {
    let hub = Hub::current();
    let before = hub.configure_scope(|scope| scope.get_span());
    let span: TransactionOrSpan = match &before {
        Some(parent) => parent.start_child("function", "by hand").into(),
        None => hub
            .start_transaction(TransactionContext::new("by hand", "function"))
            .into(),
    };
    hub.configure_scope(|scope| scope.set_span(Some(span.clone())));
    let result = work();
    span.set_status(SpanStatus::Ok);
    span.finish();
    hub.configure_scope(|scope| scope.set_span(before));
    result
}

#[divan::bench]
fn sentry_by_hand(bencher: Bencher<'_, '_>) {
    let leaf = |number| by_hand(|| black_box(number));
    let root = || by_hand(|| (0..SPANS).map(leaf).sum::<u32>());
    bencher.counter(ItemsCount::new(SPANS)).bench(root);
}

#[divan::bench]
fn fastrace_trace(bencher: Bencher<'_, '_>) {
    #[fastrace::trace]
    fn leaf(number: u32) -> u32 {
        black_box(number)
    }
    let root = || {
        let root = fastrace::Span::root("root", SpanContext::random());
        let _active = root.set_local_parent();
        (0..SPANS).map(leaf).sum::<u32>()
    };
    bencher.counter(ItemsCount::new(SPANS)).bench(root);
}
