//! Says by a function which of its transactions are sampled; the function misbehaves, too.

use dragonfly::sentry::TransactionContext;
use dragonfly::trace;

const CALLER: &str = "771a43a4192642f0b136d5159a501700-7aa8b4c1d2e3f405";

fn choose(context: &TransactionContext) -> f32 {
    dragonfly::sentry::add_breadcrumb(dragonfly::sentry::Breadcrumb::default());
    match context.name() {
        "wanted" => 1.0,
        "unwanted" => 0.0,
        "as the caller" => context.sampled().map_or(0.0, f32::from),
        "asks for more" => f32::from(u8::from(context.operation() == "function")),
        "begins another" => {
            call("begun while asked");
            1.0
        }
        "below a half" | "above a half" => 0.5,
        "no number" => f32::NAN,
        "too much" => 2.0,
        name => panic!("nobody knows {name}"),
    }
}

#[trace(name = "{name}")]
fn call(name: &str) {
    within();
}

#[trace]
fn within() {}

fn continued(sampled: u8, name: &str) {
    let headers = [("sentry-trace", format!("{CALLER}-{sampled}"))];
    trace::continue_from(headers).run(|| call(name));
}

/// Within a trace of which somebody else drew the number, and decided nothing.
fn drawn(number: &str, name: &str) {
    let baggage = format!("sentry-sample_rand={number}");
    let headers = [("sentry-trace", CALLER), ("baggage", &baggage)];
    trace::continue_from(headers).run(|| call(name));
}

#[dragonfly::main(traces_sampler = choose)]
fn main() {
    for name in [
        "wanted",
        "unwanted",
        "as the caller",
        "begins another",
        "no number",
        "too much",
        "panics",
    ] {
        call(name);
    }
    continued(0, "as the caller");
    continued(1, "as the caller");
    continued(0, "asks for more");
    continued(1, "unwanted");
    continued(0, "panics where the caller is not sampled");
    continued(1, "panics where the caller is sampled");
    for _ in 0..4 {
        drawn("0.499999", "below a half");
        drawn("0.500001", "above a half");
    }
    dragonfly::sentry::start_transaction(TransactionContext::new("wanted", "by hand")).finish();
}
