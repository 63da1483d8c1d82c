//! One request of a service, counted when it ends.

use super::Verdict;
use super::request::Marks;
use super::requests::Outcome;
use crate::delivery::Pipeline;
use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::SystemTime;

/// A request that is under way; it ends when this is dropped.
pub(crate) struct Request {
    pipeline: Arc<Pipeline>,
    began: SystemTime,
    marks: Arc<Marks>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = self.marks.verdict();
        f.debug_struct("Request")
            .field("verdict", &verdict)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// `None` where requests are not counted.
    pub(crate) fn begin(pipeline: Option<Arc<Pipeline>>) -> Option<Self> {
        let pipeline = pipeline.filter(|pipeline| pipeline.begin_request())?;
        Some(Self {
            pipeline,
            began: SystemTime::now(),
            marks: Arc::default(),
        })
    }

    pub(crate) fn marks(&self) -> Arc<Marks> {
        Arc::clone(&self.marks)
    }

    /// Notes that the answer itself tells of a failure.
    pub(crate) fn fail(&self) {
        self.marks.note(Verdict::of_level(None));
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let verdict = self.marks.verdict();
        let outcome = if verdict.crashed || thread::panicking() {
            Outcome::Crashed
        } else if verdict.errored {
            Outcome::Errored
        } else {
            Outcome::Exited
        };
        self.pipeline.end_request(self.began, outcome);
    }
}
