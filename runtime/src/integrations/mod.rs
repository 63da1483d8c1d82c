//! Ours among the client's integrations.

#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tracing")]
pub mod tracing;

use crate::delivery::Pipeline;
use crate::trace;
use sentry::protocol::{Context, DebugImage, Event, User};
use sentry::{ClientOptions, Integration};
use std::borrow::Cow;
use std::sync::Arc;

/// Ties a client to its pipeline, and takes back what the other integrations say of the machine.
pub(crate) struct Reporting {
    pub(crate) pipeline: Arc<Pipeline>,
    /// The name that the program itself gave, if any; never the hostname.
    pub(crate) server_name: Option<Cow<'static, str>>,
    /// Which of the builds of the release this is.
    pub(crate) dist: Option<String>,
    /// Whom events affect, if the program says nothing of that.
    pub(crate) user: Option<String>,
}

/// A user of whom nothing is known but the id.
pub(crate) fn anonymous(id: String) -> User {
    User {
        id: Some(id),
        ..User::default()
    }
}

impl Integration for Reporting {
    fn name(&self) -> &'static str {
        "dragonfly"
    }

    fn setup(&self, options: &mut ClientOptions) {
        options.server_name.clone_from(&self.server_name);
    }

    /// Keeps, of the loaded libraries, those that a frame lies in; says which build this is.
    fn process_event(
        &self,
        mut event: Event<'static>,
        _: &ClientOptions,
    ) -> Option<Event<'static>> {
        let addresses: Vec<u64> = event
            .exception
            .iter()
            .filter_map(|exception| exception.stacktrace.as_ref())
            .flat_map(|stacktrace| &stacktrace.frames)
            .filter_map(|frame| frame.instruction_addr.map(|address| address.0))
            .collect();
        let images = event.debug_meta.images.iter().filter(|image| {
            let DebugImage::Symbolic(image) = image else {
                return true;
            };
            let start = image.image_addr.0;
            let end = start.saturating_add(image.image_size);
            addresses
                .iter()
                .any(|address| (start..end).contains(address))
        });
        let images: Vec<DebugImage> = images.cloned().collect();
        event.debug_meta = Cow::Owned(sentry::protocol::DebugMeta {
            images,
            ..sentry::protocol::DebugMeta::default()
        });
        if let Some(Context::Trace(trace)) = event.contexts.get_mut("trace") {
            trace::without_own_data(trace);
            trace::now::tie(trace);
        }
        if event.user.is_none() {
            event.user = self.user.clone().map(anonymous);
        }
        if event.dist.is_none() {
            event.dist = self.dist.clone().map(Cow::Owned);
        }
        Some(event)
    }
}
