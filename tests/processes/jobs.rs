//! Scheduled jobs, as their monitors are told of them.

use crate::program::Program;
use crate::timed::{left_out, of_type};
use dragonfly::inbox::{Fault, Inbox};
use serde_json::{Value, json};

const JOBS: &str = env!("CARGO_BIN_EXE_jobs");

#[test]
fn each_run_is_told_when_it_begins_and_when_it_ends() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(JOBS).reporting_to(inbox.dsn()).run();
    assert_eq!(ended.code(), Some(0));

    let told: Vec<Value> = of_type(&inbox, "check_in")
        .into_iter()
        .map(|(_, item)| item)
        .collect();
    let statuses: Vec<_> = told
        .iter()
        .map(|item| {
            (
                item["monitor_slug"].as_str().unwrap(),
                item["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        statuses,
        [
            ("plain", "in_progress"),
            ("plain", "ok"),
            ("nightly", "in_progress"),
            ("nightly", "ok"),
            ("nightly", "in_progress"),
            ("nightly", "error"),
            ("often", "in_progress"),
            ("often", "error"),
            ("dropped", "in_progress"),
            ("dropped", "error"),
            ("weekdays", "in_progress"),
            ("weekdays", "ok"),
            ("traced", "in_progress"),
            ("traced", "ok"),
        ]
    );
    let errors = of_type(&inbox, "event");
    for run in told.chunks(2) {
        assert_eq!(run[0]["check_in_id"], run[1]["check_in_id"]);
        assert!(run[0].get("duration").is_none());
        assert!(run[1]["duration"].is_f64());
        assert_eq!(run[0]["environment"], "development");
        assert_eq!(run[0]["contexts"], run[1]["contexts"]);
    }
    // by which the server shows the errors of a run beside it
    let trace = |item: &Value| item["contexts"]["trace"]["trace_id"].clone();
    assert!(told.iter().all(|item| trace(item).is_string()));
    let [nightly, often, traced] = [4, 6, 12].map(|run| trace(&told[run]));
    let [(_, refused), (_, panicked), (_, within)] = &errors[..] else {
        panic!("{errors:?}");
    };
    assert_eq!([nightly, often], [refused, panicked].map(trace));
    assert_eq!(traced, trace(within));
    assert_eq!(traced, trace(&of_type(&inbox, "transaction")[0].1));
    assert_eq!(
        told[2]["monitor_config"],
        json!({
            "schedule": {"type": "crontab", "value": "0 3 * * *"},
            "timezone": "Europe/Vienna",
            "checkin_margin": 5,
            "max_runtime": 30,
            "failure_issue_threshold": 3,
            "recovery_threshold": 2,
        })
    );
    assert_eq!(
        told[10]["monitor_config"]["schedule"],
        json!({"type": "crontab", "value": "5/15 9-17 * * mon-fri"})
    );
    let interval = json!({"type": "interval", "value": 10, "unit": "minute"});
    assert_eq!(told[6]["monitor_config"]["schedule"], interval);
    // the errors that `#[report_errors]` saw, and the panic
    assert_eq!(errors.len(), 3);
}

fn rate_limit(sentry: &str) -> Fault {
    Fault::RateLimit {
        retry_after: Some("60".to_owned()),
        sentry: Some(sentry.to_owned()),
    }
}

#[test]
fn a_limit_for_check_ins_is_one_for_them_alone() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault_for(1, rate_limit("60:monitor:organization"));
    let ended = Program::new(JOBS).reporting_to(inbox.dsn()).run();
    assert_eq!(ended.code(), Some(0));
    assert!(of_type(&inbox, "check_in").is_empty());
    assert_eq!(of_type(&inbox, "event").len(), 3);
    // the first one the server has counted itself, or it is among them
    let lost = left_out(&inbox, "monitor", "ratelimit_backoff");
    assert!((13..=14).contains(&lost), "{lost}");
}

/// It was sent again at once, and again.
#[test]
fn what_falls_under_a_limit_that_nobody_knows_is_not_sent_again_and_again() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(rate_limit("60:of_later_times:organization"));
    let ended = Program::new(JOBS)
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "1")
        .run();
    assert_eq!(ended.code(), Some(0));
    // each check-in and the transaction once, an error now and then
    assert!(inbox.requests() < 40, "{}", inbox.requests());
}
