//! The way in for what Sentry's own client sends.

use super::Pipeline;
use sentry::{Envelope, Transport, TransportFactory, TransportOptions};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Gives the client its transport, and takes the recorder of losses from it.
pub(crate) struct Factory(pub(crate) Arc<Pipeline>);

impl TransportFactory for Factory {
    fn create_transport_with_options(&self, options: TransportOptions) -> Arc<dyn Transport> {
        let _ = self.0.shared.recorder.set(options.client_report_recorder);
        Arc::new(Entrance(Arc::downgrade(&self.0)))
    }
}

/// Never blocks the caller. Weak, since the pipeline's worker holds on to the client.
struct Entrance(Weak<Pipeline>);

impl Transport for Entrance {
    fn send_envelope(&self, envelope: Envelope) {
        let Some(pipeline) = self.0.upgrade() else {
            return;
        };
        // the client's own rate is taken from it, as it would sample our reports a second time
        if envelope.event().is_none() || pipeline.samples() {
            pipeline.envelope(envelope);
        }
    }

    fn flush(&self, timeout: Duration) -> bool {
        self.0
            .upgrade()
            .is_none_or(|pipeline| pipeline.flush(timeout))
    }
}
