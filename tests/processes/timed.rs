//! Transactions of whole programs, as they arrive.

use crate::program::Program;
use dragonfly::inbox::{Envelope, Fault, Inbox};
use serde_json::Value;
use std::collections::BTreeSet;

const TIMED: &str = env!("CARGO_BIN_EXE_timed");
const SAMPLED: &str = env!("CARGO_BIN_EXE_sampled");

/// The envelopes of one type, each with its header and its first item.
pub(crate) fn of_type(inbox: &Inbox, kind: &str) -> Vec<(Value, Value)> {
    let of_kind = |envelope: &Envelope| envelope.items()[0].kind() == kind;
    let envelopes = inbox.envelopes().into_iter().filter(of_kind);
    let read = |envelope: Envelope| {
        let item = serde_json::from_slice(envelope.items()[0].payload()).unwrap();
        (Value::Object(envelope.header().clone()), item)
    };
    envelopes.map(read).collect()
}

/// How many of a kind the server was told of that it did not get, for a reason.
pub(crate) fn left_out(inbox: &Inbox, kind: &str, reason: &str) -> u64 {
    let envelopes = inbox.envelopes();
    let items = envelopes.iter().flat_map(Envelope::items);
    let reports = items.filter(|item| item.kind() == "client_report");
    let told = reports.flat_map(|item| {
        let report: Value = serde_json::from_slice(item.payload()).unwrap();
        report["discarded_events"].as_array().unwrap().clone()
    });
    let of_kind = told.filter(|of| of["category"] == kind && of["reason"] == reason);
    of_kind.map(|of| of["quantity"].as_u64().unwrap()).sum()
}

/// How many transactions of `sampled` the server has.
fn sampled(inbox: &Inbox) -> usize {
    let transactions = of_type(inbox, "transaction").into_iter();
    let ids: BTreeSet<String> = transactions
        .map(|(_, transaction)| transaction["event_id"].to_string())
        .collect();
    ids.len()
}

/// Errors wait for up to a minute, all else is not worth it.
#[test]
fn a_transaction_does_not_wait_for_the_end_of_a_limit() {
    let inbox = Inbox::start().unwrap();
    let limit = Fault::RateLimit {
        retry_after: None,
        sentry: Some("1:transaction:organization".to_owned()),
    };
    inbox.set_fault_for(1, limit);
    Program::new(TIMED)
        .reporting_to(inbox.dsn())
        .env("SENTRY_TRACES_SAMPLE_RATE", "1")
        .run();
    assert_eq!(of_type(&inbox, "event").len(), 1);
    assert!(of_type(&inbox, "transaction").is_empty());
    assert_eq!(left_out(&inbox, "transaction", "ratelimit_backoff"), 1);
}

#[test]
fn what_a_server_that_fails_did_not_take_by_the_end_arrives_with_the_next_start() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    let run = || {
        let program = Program::new(SAMPLED)
            .reporting_to(inbox.dsn())
            .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "5");
        assert_eq!(program.run().code(), Some(0));
    };
    run();
    let all = sampled(&inbox);
    assert!(all > 1);
    inbox.set_fault(Fault::Status(503));
    run();
    inbox.set_fault(Fault::None);
    run();
    assert_eq!(sampled(&inbox), 3 * all);
}

#[test]
fn a_run_is_a_transaction_and_its_error_belongs_to_it() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(TIMED)
        .reporting_to(inbox.dsn())
        .env("SENTRY_DIST", "musl")
        .run();
    assert_eq!(ended.code(), Some(1));

    let [(header, transaction)] = &of_type(&inbox, "transaction")[..] else {
        panic!("{:?}", inbox.envelopes());
    };
    assert_eq!(transaction["transaction"], "import");
    let trace = &transaction["contexts"]["trace"];
    assert_eq!(
        (&trace["op"], &trace["status"]),
        (&"cli".into(), &"internal_error".into())
    );
    let spans = transaction["spans"].as_array().unwrap();
    let names: Vec<&str> = spans
        .iter()
        .filter_map(|span| span["description"].as_str())
        .collect();
    assert_eq!(names, ["load 7", "load 0"]);
    assert_eq!(spans[1]["status"], "internal_error");
    assert_eq!(spans[1]["parent_span_id"], trace["span_id"]);
    assert_eq!(transaction.get("server_name"), None);
    assert_eq!(transaction["transaction_info"]["source"], "custom");
    assert_eq!(transaction["dist"], "musl");

    let id = |value: &Value| value["event_id"].as_str().map(|id| id.replace('-', ""));
    assert_eq!(id(header), id(transaction));
    assert!(id(header).is_some());
    let context = &header["trace"];
    assert_eq!(context["trace_id"], trace["trace_id"]);
    assert_eq!(context["sample_rate"], "1");
    assert!(context["sample_rand"].is_string());
    assert_eq!(context["transaction"], "import");
    assert_eq!(
        (&context["environment"], &context["sampled"]),
        (&"development".into(), &"true".into())
    );
    assert_eq!(
        context["release"],
        concat!("dragonfly-tests@", env!("CARGO_PKG_VERSION"))
    );

    let [(_, event)] = &of_type(&inbox, "event")[..] else {
        panic!("{:?}", inbox.envelopes());
    };
    let place = &event["contexts"]["trace"];
    assert_eq!(place["trace_id"], trace["trace_id"]);
    assert_eq!(place["span_id"], spans[1]["span_id"]);
}

#[test]
fn a_run_that_is_not_sampled_is_none_and_its_error_has_a_trace() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(TIMED)
        .reporting_to(inbox.dsn())
        .env("SENTRY_TRACES_SAMPLE_RATE", "0")
        .run();
    assert_eq!(ended.code(), Some(1));
    assert!(of_type(&inbox, "transaction").is_empty());
    let [(_, event)] = &of_type(&inbox, "event")[..] else {
        panic!("{:?}", inbox.envelopes());
    };
    assert!(event["contexts"]["trace"]["trace_id"].is_string());
}

#[test]
fn a_share_of_the_runs_is_sampled_and_says_which() {
    let inbox = Inbox::start().unwrap();
    let runs = 40;
    for _ in 0..runs {
        Program::new(TIMED)
            .reporting_to(inbox.dsn())
            .env("SENTRY_TRACES_SAMPLE_RATE", "0.5")
            .run();
    }
    let sampled = of_type(&inbox, "transaction");
    // six times the deviation, nearly
    assert!(
        (2..=38).contains(&sampled.len()),
        "{} of {runs}",
        sampled.len()
    );
    assert_eq!(sampled[0].0["trace"]["sample_rate"], "0.5");
    assert_eq!(of_type(&inbox, "event").len(), runs);
}

/// The identifiers of a trace context: trace, span, and the span around.
fn ids(context: &Value) -> [String; 3] {
    ["trace_id", "span_id", "parent_span_id"]
        .map(|key| context[key].as_str().unwrap_or("none").to_owned())
}

#[test]
fn three_processes_are_one_trace_and_so_are_their_errors() {
    for rate in ["1", "0"] {
        let inbox = Inbox::start().unwrap();
        let ended = Program::new(TIMED)
            .reporting_to(inbox.dsn())
            .env("SENTRY_TRACES_SAMPLE_RATE", rate)
            .arg("parent")
            .run();
        assert_eq!(ended.code(), Some(1));
        let errors = of_type(&inbox, "event");
        let traces: Vec<String> = errors
            .iter()
            .map(|(_, event)| ids(&event["contexts"]["trace"])[0].clone())
            .collect();
        assert_eq!(traces.len(), 3);
        assert!(traces.iter().all(|trace| *trace == traces[0]), "{traces:?}");

        let made = of_type(&inbox, "transaction");
        if rate == "0" {
            assert!(made.is_empty(), "who asked is not sampled, so none is");
            continue;
        }
        // the run of the program that is asked by headers is a trace of its own
        let (own, within): (Vec<_>, Vec<_>) = made
            .iter()
            .partition(|(_, item)| ids(&item["contexts"]["trace"])[0] != traces[0]);
        assert_eq!((own.len(), within.len()), (1, 3));
        let of = |name: &str, parent: &str| {
            let is_it = |ids: &[String; 3]| (ids[2] == "none") == (parent == "none");
            let found = within.iter().find(|(_, item)| {
                item["transaction"] == name && is_it(&ids(&item["contexts"]["trace"]))
            });
            found.unwrap_or_else(|| panic!("no `{name}` within {parent}: {within:?}"))
        };
        let (first, child) = (of("import", "none"), of("import", "another"));
        let served = of("serve", "another");
        let [_, first_span, _] = ids(&first.1["contexts"]["trace"]);
        let [_, child_span, around_child] = ids(&child.1["contexts"]["trace"]);
        assert_eq!(around_child, first_span);
        assert_eq!(ids(&served.1["contexts"]["trace"])[2], child_span);
        // all say the same of the trace
        assert_eq!(served.0["trace"], first.0["trace"]);
        assert_eq!(first.0["trace"]["transaction"], "import");
    }
}

#[test]
fn what_others_say_is_nothing_to_fail_at() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(TIMED)
        .reporting_to(inbox.dsn())
        .env("SENTRY_TRACE", "jane@example.com-1-1")
        .env("SENTRY_BAGGAGE", "sentry-sample_rate=much,=,%")
        .run();
    assert_eq!(ended.code(), Some(1));
    let made = of_type(&inbox, "transaction");
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].0["trace"]["sample_rate"], "1");
}

#[test]
fn a_function_of_the_program_says_which_runs_are_sampled() {
    let names = |rate: &str| {
        let inbox = Inbox::start().unwrap();
        let ended = Program::new(env!("CARGO_BIN_EXE_sampled"))
            .reporting_to(inbox.dsn())
            .env("SENTRY_TRACES_SAMPLE_RATE", rate)
            .run();
        assert_eq!(ended.code(), Some(0));
        let said = ended.stderr();
        assert_eq!(said.lines().count(), 2, "{said}");
        assert!(said.contains("`traces_sampler` panicked"), "{said}");
        assert!(said.contains("gave no number from 0 to 1"), "{said}");
        assert!(inbox.events().is_empty());
        // of those after the last that is sampled nobody is told
        let not_sampled = if rate == "0" { 12 } else { 9 };
        for kind in ["transaction", "span"] {
            assert_eq!(left_out(&inbox, kind, "sample_rate"), not_sampled, "{kind}");
        }
        let made = of_type(&inbox, "transaction").into_iter();
        let name = |item: &Value| item["transaction"].as_str().unwrap().to_owned();
        made.map(|(_, item)| name(&item)).collect::<Vec<_>>()
    };
    let always = [
        "wanted",
        "begins another",
        // within a trace of a caller
        "as the caller",
        "asks for more",
        "panics where the caller is sampled",
        // by the number that was drawn for the whole trace
        "below a half",
        "below a half",
        "below a half",
        "below a half",
        // by hand
        "wanted",
    ];
    assert_eq!(names("0"), always);
    let mut with_the_rate = always.to_vec();
    with_the_rate.splice(2..2, ["no number", "too much", "panics"]);
    assert_eq!(names("1"), with_the_rate);
}
