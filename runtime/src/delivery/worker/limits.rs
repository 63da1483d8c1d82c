//! How long the server wants nothing of a kind.

use sentry::transports::{RateLimiter, RateLimitingCategory};
use std::time::Duration;

/// What the server said of it.
#[derive(Default)]
pub(super) struct RateLimits {
    limiter: RateLimiter,
    /// `RateLimiter` has no limit for them: this is another one, and its limit for errors.
    check_ins: RateLimiter,
}

impl RateLimits {
    /// How long nothing at all may be sent.
    pub(super) fn of_all(&self) -> Option<Duration> {
        self.limiter.is_disabled(RateLimitingCategory::Any)
    }

    /// How long nothing may be sent that is of the type of this item.
    pub(super) fn of(&self, kind: &str) -> Option<Duration> {
        let own = match kind {
            "check_in" => self.check_ins.is_disabled(RateLimitingCategory::Error),
            _ => None,
        };
        own.or_else(|| self.limiter.is_disabled(category(kind)))
    }

    /// Reads `X-Sentry-Rate-Limits`: `60:error;monitor:organization, 2700::key`.
    pub(super) fn hear(&mut self, header: &str) {
        self.limiter.update_from_sentry_header(header);
        for limit in header.split(',') {
            let mut parts = limit.trim().split(':');
            let (seconds, categories) = (parts.next(), parts.next());
            let mut categories = categories.unwrap_or_default().split(';');
            if let Some(seconds) = seconds
                && categories.any(|category| category == "monitor")
            {
                let limit = format!("{seconds}:error:");
                self.check_ins.update_from_sentry_header(&limit);
            }
        }
    }

    /// Reads what came with a 429 that names no kinds, if anything did: the header `Retry-After`.
    pub(super) fn hear_of_all(&mut self, retry_after: Option<&str>) {
        match retry_after {
            Some(header) => self.limiter.update_from_retry_after(header),
            None => self.limiter.update_from_429(),
        }
    }
}

fn category(kind: &str) -> RateLimitingCategory {
    match kind {
        "event" => RateLimitingCategory::Error,
        "transaction" => RateLimitingCategory::Transaction,
        "session" | "sessions" => RateLimitingCategory::Session,
        "log" => RateLimitingCategory::LogItem,
        "trace_metric" => RateLimitingCategory::TraceMetric,
        _ => RateLimitingCategory::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::RateLimits;

    #[test]
    fn each_kind_has_its_limits() {
        for (header, limited) in [
            ("60:monitor:organization", "check_in"),
            (
                "0.5:default;error:key, 60:monitor;span:organization",
                "check_in",
            ),
            ("60:error:organization", "event"),
            ("60:transaction:organization:reason:more", "transaction"),
            ("60:of_later_times:organization", ""),
            ("monitor", ""),
        ] {
            let mut limits = RateLimits::default();
            limits.hear(header);
            for kind in ["event", "transaction", "session", "log", "check_in"] {
                let is_long = limits.of(kind).is_some_and(|left| left.as_secs() > 50);
                assert_eq!(is_long, kind == limited, "{header} {kind}");
            }
            assert_eq!(limits.of_all(), None);
        }
        for header in ["60::organization", "60"] {
            let mut limits = RateLimits::default();
            if header.contains(':') {
                limits.hear(header);
            } else {
                limits.hear_of_all(Some(header));
            }
            assert!(limits.of_all().is_some() && limits.of("check_in").is_some());
        }
    }
}
