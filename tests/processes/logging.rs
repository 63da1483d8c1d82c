//! What a program says by `tracing` and `log`, as it arrives.

use crate::program::Program;
use crate::timed::of_type;
use dragonfly::inbox::Inbox;
use serde_json::Value;

const LOGGING: &str = env!("CARGO_BIN_EXE_logging");

fn events(inbox: &Inbox) -> Vec<Value> {
    let events = of_type(inbox, "event").into_iter();
    events.map(|(_, event)| event).collect()
}

#[test]
fn an_error_that_was_reported_is_a_breadcrumb_and_one_that_was_not_is_an_event() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(LOGGING).reporting_to(inbox.dsn()).run();
    assert_eq!(ended.code(), Some(0));
    let events = events(&inbox);
    assert_eq!(events.len(), 3, "{events:?}");
    let of = |text: &str| {
        let mut found = events
            .iter()
            .filter(|event| event.to_string().contains(text));
        found
            .next()
            .unwrap_or_else(|| panic!("no `{text}` in {events:?}"))
    };
    let reported = of("io::Error");
    assert!(reported["contexts"]["return trace"].is_object());
    let returned = of("lock_up");
    assert!(returned["contexts"]["return trace"].is_object());
    let mut others = events
        .iter()
        .filter(|event| *event != reported && *event != returned);
    let lost = others.next().unwrap();
    assert_eq!(lost["message"], "order lost");

    let said = |event: &Value| {
        let breadcrumbs = event["breadcrumbs"]["values"].as_array().unwrap();
        let said = breadcrumbs
            .iter()
            .filter_map(|crumb| crumb["message"].as_str());
        said.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(said(reported), ["opening"]);
    assert_eq!(
        said(returned).last().unwrap(),
        "still open: the key is gone"
    );
    // those within a span of `tracing` are its own
    assert_eq!(
        said(lost),
        [
            "the shop stays closed: No such file or directory (os error 2)",
            "once more",
            "still open: the key is gone",
        ]
    );
    // what is said is said on the console too, but for what nobody wants to know
    let console = ended.stderr();
    assert!(
        console.contains("the broom is old") && console.contains("order lost"),
        "{console}"
    );
    assert!(!console.contains("nobody wants"), "{console}");
}

#[test]
fn its_spans_and_ours_are_one_trace() {
    let inbox = Inbox::start().unwrap();
    Program::new(LOGGING).reporting_to(inbox.dsn()).run();
    let transactions = of_type(&inbox, "transaction");
    assert_eq!(transactions.len(), 1, "{transactions:?}");
    let run = &transactions[0].1;
    let spans = run["spans"].as_array().unwrap();
    let drawn: Vec<(&str, &str)> = spans
        .iter()
        .map(|span| {
            let around = spans
                .iter()
                .find(|other| other["span_id"] == span["parent_span_id"]);
            let around = around.map_or("run", |around| around["description"].as_str().unwrap());
            (span["description"].as_str().unwrap(), around)
        })
        .collect();
    assert_eq!(
        drawn,
        [("open", "run"), ("sweep", "tidy_up"), ("tidy_up", "run")]
    );
}

#[test]
fn of_a_trace_that_is_not_sampled_its_spans_are_none_either() {
    let inbox = Inbox::start().unwrap();
    for rate in ["0", "0.000001"] {
        let ended = Program::new(LOGGING)
            .reporting_to(inbox.dsn())
            .env("SENTRY_TRACES_SAMPLE_RATE", rate)
            .run();
        assert_eq!(ended.code(), Some(0));
    }
    assert!(of_type(&inbox, "transaction").is_empty());
    let events = events(&inbox);
    assert_eq!(events.len(), 6);
    let trace = |event: &Value| event["contexts"]["trace"]["trace_id"].clone();
    for run in events.chunks(3) {
        assert!(trace(&run[0]).is_string());
        assert!(
            run.iter().all(|event| trace(event) == trace(&run[0])),
            "{run:?}"
        );
    }
}

#[test]
fn without_a_dsn_the_console_is_there_and_nothing_else() {
    let ended = Program::new(LOGGING).run();
    assert_eq!(ended.code(), Some(0));
    assert!(ended.stderr().contains("order lost"));
}

/// The body of each log, and its trace.
#[cfg(feature = "logs")]
fn logs(inbox: &Inbox) -> Vec<(String, Value)> {
    let items = of_type(inbox, "log").into_iter();
    let logs = items.flat_map(|(_, item)| item["items"].as_array().unwrap().clone());
    logs.map(|log| {
        let body = log["body"].as_str().unwrap().to_owned();
        (body, log["trace_id"].clone())
    })
    .collect()
}

#[test]
#[cfg(feature = "logs")]
fn what_is_said_is_a_log_in_the_trace_of_its_errors_sampled_or_not() {
    for rate in ["0", "1"] {
        let inbox = Inbox::start().unwrap();
        let program = Program::new(LOGGING).reporting_to(inbox.dsn());
        program.env("SENTRY_TRACES_SAMPLE_RATE", rate).run();
        let logs = logs(&inbox);
        let said: Vec<&str> = logs.iter().map(|(body, _)| body.as_str()).collect();
        assert_eq!(
            said,
            [
                "opening",
                "the shop stays closed: No such file or directory (os error 2)",
                "once more",
                "the broom is old",
                "still open: the key is gone",
                "order lost"
            ]
        );
        let events = events(&inbox);
        assert_eq!(events.len(), 3);
        for event in &events {
            let trace = &event["contexts"]["trace"]["trace_id"];
            assert!(
                logs.iter().all(|(_, of)| of == trace),
                "{rate}: {logs:?} {trace}"
            );
        }
    }
}
