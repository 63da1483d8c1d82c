//! What the check found, and what to do about it.

use std::process::ExitCode;
use std::time::Duration;

use dragonfly::Answer;
use dragonfly::config::{OffReason, Settings, proxy_variable};
use dragonfly::scrub::printed;
use dragonfly::sentry::types::Dsn;
use serde_json::{Value, json};

use crate::WRONG;

#[derive(Clone, Copy)]
pub(super) enum Status {
    Healthy,
    /// On purpose.
    Off,
    Unreachable,
    Misconfigured,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Off => "off",
            Self::Unreachable => "unreachable",
            Self::Misconfigured => "misconfigured",
        }
    }

    pub(super) fn code(self) -> ExitCode {
        match self {
            Self::Healthy | Self::Off => ExitCode::SUCCESS,
            Self::Unreachable => ExitCode::FAILURE,
            Self::Misconfigured => ExitCode::from(WRONG),
        }
    }
}

pub(super) struct Finding {
    pub(super) status: Status,
    /// Why it is not healthy.
    pub(super) reason: Option<String>,
    pub(super) next_step: Option<String>,
    /// The server's answer, or the way's.
    pub(super) answer: Option<Value>,
    /// As the server gave it.
    pub(super) event_id: Option<String>,
}

impl Finding {
    fn new(status: Status, reason: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self {
            status,
            reason: Some(reason.into()),
            next_step: Some(next_step.into()),
            answer: None,
            event_id: None,
        }
    }

    pub(super) fn off(reason: &OffReason) -> Self {
        let why = reason.to_string();
        match reason {
            OffReason::NoDsn => Self::new(
                Status::Off,
                why,
                "to turn it on, set SENTRY_DSN, or write `dsn = ..` below `[auth]` into .sentryclirc",
            ),
            OffReason::Veto => Self::new(
                Status::Off,
                why,
                "to turn it on, unset SENTRY_DSN, or set it to a DSN",
            ),
            OffReason::Malformed { .. } => Self::new(
                Status::Misconfigured,
                why,
                "copy the DSN again from the project's settings: it has the form \
                 `https://<key>@<host>/<project>`",
            ),
            OffReason::PlainHttp { host, .. } => Self::new(
                Status::Misconfigured,
                why,
                format!(
                    "write `https://`, or set DRAGONFLY_ALLOW_HTTP={host} if reports may cross that \
                     network unencrypted"
                ),
            ),
            _ => Self::new(Status::Misconfigured, why, "correct what stderr says"),
        }
    }

    /// A part of the configuration that is left out is no state to leave a machine in, also where the rest
    /// does: it may be a file that names the DSN, or what was to keep something from leaving.
    pub(super) fn unless_misconfigured(self, settings: &Settings) -> Self {
        if settings.notes.is_empty() || !matches!(self.status, Status::Healthy | Status::Off) {
            return self;
        }
        Self {
            status: Status::Misconfigured,
            reason: Some(format!(
                "{}, and a part of the configuration cannot be used",
                self.sentence()
            )),
            next_step: Some("correct what stderr says".to_owned()),
            ..self
        }
    }

    /// The settings are right, and yet there is no worker.
    pub(super) fn not_started() -> Self {
        let reason = "reporting did not start, stderr says why";
        Self::new(
            Status::Unreachable,
            reason,
            "free resources of this machine",
        )
    }

    pub(super) fn of_answer(
        answer: Option<&Answer>,
        settings: &Settings,
        timeout: Duration,
    ) -> Self {
        let dsn = settings.dsn.value.as_ref();
        let Some(answer) = answer else {
            let reason = format!("no answer from {} within {timeout:?}", server(dsn));
            let next_step = format!(
                "check host and port of the DSN{}, or wait longer with `--timeout {}`",
                way(dsn),
                (timeout.as_secs() * 4).max(20)
            );
            return Self::new(Status::Unreachable, reason, next_step);
        };
        let mut finding = match answer {
            Answer::Taken { id, .. } => Self {
                status: Status::Healthy,
                reason: None,
                next_step: None,
                answer: None,
                event_id: id.as_deref().map(|id| masked(id, dsn)),
            },
            Answer::RateLimited => Self::new(
                Status::Unreachable,
                "the server asks for patience (status 429)",
                "try again later: the key is right, and its quota is used up",
            ),
            Answer::Refused { status, reason } => {
                let reason = reason.as_ref().map(|reason| format!(": {reason}"));
                let reason = masked(&reason.unwrap_or_default(), dsn);
                let why = format!("the server refused it with status {status}{reason}");
                Self::new(Status::Unreachable, why, after_refusal(*status))
            }
            Answer::Failed { status } => Self::new(
                Status::Unreachable,
                format!("the server failed with status {status}"),
                "look at the server, or at the proxy before it: it answers, and cannot do its work",
            ),
            Answer::Unreachable(why) => Self::new(
                Status::Unreachable,
                format!("cannot reach {}: {}", server(dsn), masked(why, dsn)),
                format!(
                    "check host and port of the DSN{}, and that the server runs",
                    way(dsn)
                ),
            ),
            Answer::Untrusted(why) => Self::new(
                Status::Unreachable,
                format!(
                    "the certificate of {} was refused: {}",
                    server(dsn),
                    masked(why, dsn)
                ),
                "let this machine trust the server's certificate, or correct the host of the DSN",
            ),
            _ => Self::new(Status::Unreachable, "an unknown answer", "update this tool"),
        };
        finding.answer = Some(json_of(answer, dsn));
        finding
    }

    /// What became of it, without the next step.
    pub(super) fn sentence(&self) -> String {
        match (&self.reason, &self.answer, &self.event_id) {
            (Some(reason), ..) => reason.clone(),
            (None, Some(answer), Some(id)) => {
                format!("arrived: status {}, event {id}", answer["status"])
            }
            (None, Some(answer), None) => format!("arrived: status {}", answer["status"]),
            (None, None, _) => "arrived".to_owned(),
        }
    }
}

fn json_of(answer: &Answer, dsn: Option<&Dsn>) -> Value {
    let (kind, status, reason, id) = match answer {
        Answer::Taken { status, id } => ("taken", Some(*status), None, id.as_deref()),
        Answer::RateLimited => ("rate_limited", Some(429), None, None),
        Answer::Refused { status, reason } => ("refused", Some(*status), reason.as_deref(), None),
        Answer::Failed { status } => ("failed", Some(*status), None, None),
        Answer::Unreachable(why) => ("unreachable", None, Some(why.as_str()), None),
        Answer::Untrusted(why) => ("untrusted", None, Some(why.as_str()), None),
        _ => return Value::Null,
    };
    let masked = |text: &str| masked(text, dsn);
    json!({ "kind": kind, "status": status, "reason": reason.map(masked), "id": id.map(masked) })
}

fn after_refusal(status: u16) -> &'static str {
    match status {
        300..=399 => {
            "write the address that the server redirects to into the DSN, often one with `https://`"
        }
        401 | 403 => "check the key of the DSN, before the `@`: it may be mistyped, or revoked",
        404 => "check host and project of the DSN: nothing takes reports there",
        _ => "check that the DSN leads to a Sentry server, and look at what that server logs",
    }
}

fn server(dsn: Option<&Dsn>) -> String {
    dsn.map_or_else(
        || "the server".to_owned(),
        |dsn| format!("{}:{}", dsn.host(), dsn.port()),
    )
}

/// The proxy on the way, by the name of its variable: the value may hold a password.
fn way(dsn: Option<&Dsn>) -> String {
    dsn.and_then(proxy_variable)
        .map(|name| format!(", the proxy in {name}"))
        .unwrap_or_default()
}

/// Some servers repeat the key that they refuse, or what else they were shown.
fn masked(text: &str, dsn: Option<&Dsn>) -> String {
    let secrets = dsn
        .into_iter()
        .flat_map(|dsn| [Some(dsn.public_key()), dsn.secret_key()]);
    let mut text = text.to_owned();
    for secret in secrets.flatten().filter(|secret| secret.len() >= 8) {
        text = text.replace(secret, "…");
    }
    printed(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use dragonfly::Answer;
    use dragonfly::config::{Defaults, Overrides, Settings};

    use super::{Finding, Status};

    #[test]
    fn a_refused_certificate_is_told_from_a_server_that_is_down() {
        let overrides = Overrides {
            dsn: Some("https://0123456789abcdef@sentry.example.com/1".into()),
            ..Overrides::default()
        };
        let defaults = Defaults {
            environment: "production",
            release: None,
        };
        let settings = Settings::resolve(&overrides, &defaults);
        let of = |answer| Finding::of_answer(Some(&answer), &settings, Duration::from_secs(1));

        let untrusted = of(Answer::Untrusted("it has expired".into()));
        let expected = "the certificate of sentry.example.com:443 was refused: it has expired";
        assert_eq!(untrusted.reason.as_deref(), Some(expected));
        assert_eq!(untrusted.answer.unwrap()["kind"], "untrusted");
        let next_step = untrusted.next_step.unwrap();
        assert!(
            next_step.contains("trust the server's certificate"),
            "{next_step}"
        );

        let down = of(Answer::Unreachable("no route".into()));
        assert!(matches!(down.status, Status::Unreachable));
        assert_eq!(down.answer.unwrap()["kind"], "unreachable");
        let next_step = down.next_step.unwrap();
        assert!(next_step.contains("host and port"), "{next_step}");
    }
}
