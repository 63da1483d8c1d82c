//! What the scrubber costs: `cargo bench --package dragonfly-benches --bench scrub`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use dragonfly::scrub::{Scrubber, text};
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// What programs say when all is well, and when something is not: nothing to take out.
fn harmless() -> String {
    const LINES: &[&str] = &[
        "2026-11-26T05:22:51.123456Z  INFO shop::orders: order 4711 shipped in 12.5 ms, 3 items, total 129.90 EUR",
        "thread 'tokio-runtime-worker' panicked at src/orders.rs:42:17: index out of bounds: the len is 3 but the index is 7",
        "error trying to connect: tcp connect error: Connection refused (os error 111)",
        "GET /api/v1/orders/8f14e45f-ceea-467f-a8d3-9b6c1c3d2e1f?page=2&sort=desc HTTP/1.1 200 1532 0.004",
        "invalid type: string \"abc\", expected u64 at line 3 column 17",
        "database error: relation \"orders\" does not exist, SELECT id, state FROM orders WHERE id = $1 AND state <> 'done'",
        "   4: shop::payment::gateway::Gateway<T>::charge::{{closure}} at /build/shop/src/payment/gateway.rs:118:9",
        "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad on main: Say how long an order took",
    ];
    LINES.join("\n").repeat(1 << 10)
}

#[divan::bench]
fn harmless_text(bencher: Bencher<'_, '_>) {
    let harmless = harmless();
    assert!(matches!(text(&harmless), std::borrow::Cow::Borrowed(_)));
    bencher
        .counter(BytesCount::of_str(&harmless))
        .bench_local(|| drop(black_box(text(black_box(&harmless)))));
}

#[divan::bench]
fn text_with_secrets(bencher: Bencher<'_, '_>) {
    let line = "could not connect to postgres://app:hunter2@db.internal:5432/shop for jane@example.com, token=abc123\n";
    let secrets = line.repeat(1 << 10);
    bencher
        .counter(BytesCount::of_str(&secrets))
        .bench_local(|| drop(black_box(text(black_box(&secrets)))));
}

/// Texts made to be looked at again and again: the time of each byte must stay that of the others.
#[divan::bench(args = ["password=\"", "://a:", "a@", "-----BEGIN PRIVATE KEY-----", "1.1.1.1.", "eyJ", "key_", "4242 ", "\\\"password\\\":\\\"", "aa:bb:", "sk-", "Cookie: a=", "authorization: ", "/home/", "password: [", "+1 ", "curl -u ", "ORA-"])]
fn hostile_text(bencher: Bencher<'_, '_>, part: &str) {
    let hostile = part.repeat(200_000 / part.len());
    bencher
        .counter(BytesCount::of_str(&hostile))
        .bench_local(|| drop(black_box(text(black_box(&hostile)))));
}

fn event(number: u64) -> String {
    let mut frames = String::new();
    for line in 0..30 {
        let _ = write!(
            frames,
            r#"{{"function":"shop::orders::step_{line}","filename":"src/orders.rs","abs_path":"/build/shop/src/orders.rs","lineno":{line},"in_app":true,"instruction_addr":"0x55d0c0ffee{line:02}"}},"#
        );
    }
    frames.pop();
    format!(
        r#"{{"event_id":"0123456789abcdef0123456789abcdef","level":"error","timestamp":1764134571.5,"release":"shop@1.4.2","environment":"production","transaction":"shop::orders::ship","tags":{{"region":"eu","order":"{number}"}},"exception":{{"values":[{{"type":"io::Error","value":"order {number}: Connection refused (os error 111)"}},{{"type":"shop::PaymentError","value":"could not charge order {number}","stacktrace":{{"frames":[{frames}]}}}}]}},"breadcrumbs":{{"values":[{{"message":"order {number} taken","category":"shop"}}]}},"contexts":{{"os":{{"name":"Linux","version":"6.18.44"}},"rustc":{{"version":"1.95.0","channel":"stable"}}}}}}"#
    )
}

/// One event after another, alike but for their numbers, as a worker sees them.
#[divan::bench]
fn typical_event(bencher: Bencher<'_, '_>) {
    let mut scrubber = Scrubber::default();
    let mut number = 1_000_000;
    bencher
        .with_inputs(|| {
            number += 1;
            event(number)
        })
        .bench_local_values(|event| drop(black_box(scrubber.item("event", event.as_bytes()))));
}

/// An event of which nothing was seen before.
#[divan::bench]
fn first_event(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| (Scrubber::default(), event(1)))
        .bench_local_values(|(mut scrubber, event)| {
            drop(black_box(scrubber.item("event", event.as_bytes())));
        });
}
