//! Logs belong to the trace in which they were written, also where that is not sampled: only a sampled one
//! stands in the scope.

use super::now::{self, Ids};
use crate::quiet::quietly;
use sentry::protocol::{Log, LogAttribute};
use std::sync::Arc;

type Hook = Arc<dyn Fn(Log) -> Option<Log> + Send + Sync>;

/// A hook that says to which trace a log belongs, before that of the program sees it.
pub(crate) fn of_logs(then: Option<Hook>) -> Hook {
    Arc::new(move |mut log| {
        if let Some(Ids { trace, span }) = now::ids() {
            log.trace_id = Some(trace);
            log.attributes.remove("parent_span_id"); // what the client calls it
            let span = LogAttribute(span.to_string().into());
            log.attributes
                .insert("sentry.trace.parent_span_id".to_owned(), span);
        }
        match &then {
            Some(hook) => quietly(|| hook(log)).flatten(),
            None => Some(log),
        }
    })
}
