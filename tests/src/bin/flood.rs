//! Fails in two functions as often as the first argument says, and in a third at the end.

use dragonfly::report_errors;
use dragonfly::sentry::{Envelope, Hub};

#[dragonfly::main]
fn main() -> anyhow::Result<()> {
    for n in 0..dragonfly_tests::number_argument() {
        let _ = dragonfly_tests::fail(n);
        let _ = probe(n);
    }
    if let Some(client) = Hub::current().client() {
        // nothing can be added to what was serialized elsewhere
        let check_in = r#"{"check_in_id":"c0ffee00c0ffee00c0ffee00c0ffee00","monitor_slug":"pond","status":"ok"}"#;
        let bytes = format!("{{}}\n{{\"type\":\"check_in\"}}\n{check_in}\n");
        client.send_envelope(Envelope::from_bytes_raw(bytes.into())?);
    }
    dragonfly_tests::open_shop("/nowhere/shop.toml")?;
    Ok(())
}

#[report_errors(sample_rate = 0.0)]
fn probe(n: u32) -> Result<(), String> {
    Err(format!("probe {n}"))
}
