//! The way in for what Sentry's own client sends.

use super::Pipeline;
use crate::report::Audience;
use crate::sessions::{Verdict, request};
use sentry::protocol::EnvelopeItem;
use sentry::protocol::client_report::Reason;
use sentry::{Envelope, Transport, TransportFactory, TransportOptions};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Asks the client for what it gathers, and for no more.
pub(super) const WITHOUT_WAITING: Duration = Duration::ZERO;

/// Gives the client its transport.
pub(crate) struct Factory(pub(crate) Arc<Pipeline>);

impl TransportFactory for Factory {
    fn create_transport_with_options(&self, _: TransportOptions) -> Arc<dyn Transport> {
        Arc::new(Entrance(Arc::downgrade(&self.0)))
    }
}

/// Never blocks the caller. Weak, since the pipeline's worker holds on to the client.
struct Entrance(Weak<Pipeline>);

impl Transport for Entrance {
    fn send_envelope(&self, envelope: Envelope) {
        let pipeline = self.0.upgrade();
        let Some(pipeline) = pipeline.filter(|pipeline| pipeline.is_of_this_process()) else {
            return;
        };
        let audience = match envelope.items().next() {
            // what the client counted as lost: see `Shared::absorb_losses_of_client`
            Some(EnvelopeItem::ClientReport(_)) => {
                let losses = &pipeline.shared.losses;
                return losses.record(&envelope, Reason::InternalSdkError);
            }
            Some(EnvelopeItem::Event(event)) => {
                let verdict = Verdict::of_event(event);
                // the client's own rate is taken from it, as it would sample our reports a second time
                let Some(audience) = pipeline.audience(verdict) else {
                    return;
                };
                request::note(verdict);
                audience
            }
            _ => Audience::All,
        };
        pipeline.envelope(envelope, audience);
    }

    fn flush(&self, timeout: Duration) -> bool {
        self.0.upgrade().is_none_or(|pipeline| {
            if timeout == WITHOUT_WAITING {
                return pipeline.is_idle();
            }
            pipeline.flush(timeout)
        })
    }
}
