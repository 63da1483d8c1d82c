//! Check-ins of scheduled jobs.

use crate::{current, envelope, trace};
use sentry::protocol::{
    Envelope, MonitorCheckIn, MonitorCheckInStatus, MonitorConfig, MonitorIntervalUnit,
    MonitorSchedule,
};
use sentry::types::Uuid;
use sentry::{Client, Hub};
use serde_json::{Map, json};
use std::borrow::Cow;
use std::iter;
use std::sync::Arc;
use std::time::Instant;

/// A job that Sentry watches. Its durations are minutes.
#[derive(Debug)]
pub struct Monitor {
    slug: &'static str,
    schedule: Option<Schedule>,
    timezone: Option<&'static str>,
    margin: Option<u32>,
    max_runtime: Option<u32>,
    failure_issue_threshold: Option<u32>,
    recovery_threshold: Option<u32>,
}

/// When it is expected to run.
#[derive(Debug)]
enum Schedule {
    Crontab(&'static str),
    Every(u32, MonitorIntervalUnit),
}

impl Monitor {
    /// What is known of every monitor.
    #[must_use]
    pub const fn new(slug: &'static str) -> Self {
        Self {
            slug,
            schedule: None,
            timezone: None,
            margin: None,
            max_runtime: None,
            failure_issue_threshold: None,
            recovery_threshold: None,
        }
    }

    /// That it runs at these times.
    #[must_use]
    pub const fn crontab(mut self, crontab: &'static str) -> Self {
        self.schedule = Some(Schedule::Crontab(crontab));
        self
    }

    /// That it runs so often.
    #[must_use]
    pub const fn every(mut self, count: u32, unit: MonitorIntervalUnit) -> Self {
        self.schedule = Some(Schedule::Every(count, unit));
        self
    }

    /// Where these times are.
    #[must_use]
    pub const fn timezone(mut self, timezone: &'static str) -> Self {
        self.timezone = Some(timezone);
        self
    }

    /// How late it may begin.
    #[must_use]
    pub const fn margin(mut self, minutes: u32) -> Self {
        self.margin = Some(minutes);
        self
    }

    /// How long it may run.
    #[must_use]
    pub const fn max_runtime(mut self, minutes: u32) -> Self {
        self.max_runtime = Some(minutes);
        self
    }

    /// How many runs in a row fail before there is an issue.
    #[must_use]
    pub const fn failure_issue_threshold(mut self, runs: u32) -> Self {
        self.failure_issue_threshold = Some(runs);
        self
    }

    /// How many are well again before it is resolved.
    #[must_use]
    pub const fn recovery_threshold(mut self, runs: u32) -> Self {
        self.recovery_threshold = Some(runs);
        self
    }

    /// What makes the server create the monitor, or change it.
    fn config(&self) -> Option<MonitorConfig> {
        let schedule = match self.schedule.as_ref()? {
            // the macro has read it as the server does; `from_crontab` takes less
            Schedule::Crontab(crontab) => MonitorSchedule::Crontab {
                value: (*crontab).to_owned(),
            },
            Schedule::Every(count, unit) => MonitorSchedule::Interval {
                value: u64::from(*count),
                unit: *unit,
            },
        };
        Some(MonitorConfig {
            schedule,
            checkin_margin: self.margin.map(u64::from),
            max_runtime: self.max_runtime.map(u64::from),
            timezone: self.timezone.map(str::to_owned),
            failure_issue_threshold: self.failure_issue_threshold.map(u64::from),
            recovery_threshold: self.recovery_threshold.map(u64::from),
        })
    }
}

/// One run of a job.
#[must_use = "a run that is dropped has failed"]
pub struct CheckIn(Option<Run>);

struct Run {
    monitor: &'static Monitor,
    id: Uuid,
    client: Arc<Client>,
    /// By which Sentry finds the errors of the run.
    trace: Option<String>,
    began: Instant,
}

impl CheckIn {
    /// Tells that the job runs; nothing where reporting is off.
    pub fn begin(monitor: &'static Monitor) -> Self {
        if current::is_off() {
            return Self(None);
        }
        let run = Hub::current().client().map(|client| Run {
            monitor,
            id: sentry::types::random_uuid(),
            client,
            trace: trace::id_here(),
            began: Instant::now(),
        });
        if let Some(run) = &run {
            run.tell(MonitorCheckInStatus::InProgress);
        }
        Self(run)
    }

    /// Tells what came of it.
    pub fn end(mut self, failed: bool) {
        if let Some(run) = self.0.take() {
            run.tell(if failed {
                MonitorCheckInStatus::Error
            } else {
                MonitorCheckInStatus::Ok
            });
        }
    }
}

/// A panic, or a future that was dropped.
impl Drop for CheckIn {
    fn drop(&mut self) {
        if let Some(run) = self.0.take() {
            run.tell(MonitorCheckInStatus::Error);
        }
    }
}

impl Run {
    fn tell(&self, status: MonitorCheckInStatus) {
        let begins = status == MonitorCheckInStatus::InProgress;
        let environment = &self.client.options().environment;
        let check_in = MonitorCheckIn {
            check_in_id: self.id,
            monitor_slug: self.monitor.slug.to_owned(),
            status,
            environment: environment.clone().map(Cow::into_owned),
            duration: (!begins).then(|| self.began.elapsed().as_secs_f64()),
            monitor_config: begins.then(|| self.monitor.config()).flatten(),
        };
        if let Some(envelope) = self.within_its_trace(&check_in) {
            self.client.send_envelope(envelope);
        }
    }

    /// `MonitorCheckIn` has no place for a trace, so its envelope is written here.
    fn within_its_trace(&self, check_in: &MonitorCheckIn) -> Option<Envelope> {
        let mut check_in = serde_json::to_value(check_in).ok()?;
        if let Some(trace) = &self.trace {
            check_in["contexts"] = json!({ "trace": { "trace_id": trace } });
        }
        let payload = serde_json::to_vec(&check_in).ok()?;
        let header = Map::from_iter([("type".to_owned(), "check_in".into())]);
        let mut bytes = Vec::with_capacity(payload.len() + 64);
        let items = iter::once((&header, payload.as_slice()));
        envelope::write(&Map::new(), items, &mut bytes);
        Envelope::from_bytes_raw(bytes).ok()
    }
}
