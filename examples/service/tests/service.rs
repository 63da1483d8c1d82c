//! The service under load, until SIGTERM ends it amid that: each request that failed is one event.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use dragonfly::inbox::{Envelope, Inbox};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use ureq::Agent;

struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(inbox: &Inbox, rate: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dragonfly-service"))
            .env("SENTRY_DSN", inbox.dsn())
            .env("SENTRY_TRACES_SAMPLE_RATE", rate)
            .env("DRAGONFLY_SPOOL", "off")
            .env("DRAGONFLY_SESSIONS", "true")
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "60")
            .env_remove("RUST_LOG")
            .env_remove("PORT")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut address).unwrap();
        Self {
            child,
            address: address.trim().to_owned(),
        }
    }

    fn terminate(&mut self) -> ExitStatus {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .build();
    config.into()
}

/// What one client was answered, by status, until nobody answers any more.
fn customer(address: &str, number: usize, until: Instant) -> BTreeMap<u16, usize> {
    let agent = agent();
    let mut answers = BTreeMap::new();
    for turn in number.. {
        if Instant::now() > until {
            break;
        }
        let goods = ["tea", "tea and cake", " "][turn % 3];
        let post = |path: &str, body: &str| agent.post(format!("{address}{path}")).send(body);
        let Ok(mut taken) = post("/orders", goods) else {
            break;
        };
        *answers.entry(taken.status().as_u16()).or_default() += 1;
        let id = taken.body_mut().read_to_string().unwrap_or_default();
        let id = if taken.status().is_success() {
            id
        } else {
            "0".to_owned()
        };
        let Ok(paid) = post(&format!("/orders/{id}/pay?token=hunter2"), "") else {
            break;
        };
        *answers.entry(paid.status().as_u16()).or_default() += 1;
    }
    answers
}

fn items(inbox: &Inbox, kind: &str) -> Vec<Value> {
    let envelopes = inbox.envelopes();
    let items = envelopes.iter().flat_map(Envelope::items);
    items
        .filter(|item| item.kind() == kind)
        .map(|item| serde_json::from_slice(item.payload()).unwrap())
        .collect()
}

#[test]
fn each_request_that_failed_is_one_event_also_when_sigterm_comes_amid_a_load() {
    let inbox = Inbox::start().unwrap();
    let mut service = Service::start(&inbox, "0.1");
    let until = Instant::now() + Duration::from_secs(30);
    let customers: Vec<_> = (0..4)
        .map(|number| {
            let address = service.address.clone();
            thread::spawn(move || customer(&address, number, until))
        })
        .collect();
    thread::sleep(Duration::from_secs(2));
    let status = service.terminate();
    assert_eq!(status.code(), Some(0), "{status}");

    let mut answers: BTreeMap<u16, usize> = BTreeMap::new();
    for customer in customers {
        for (status, count) in customer.join().unwrap() {
            *answers.entry(status).or_default() += count;
        }
    }
    let count = |status: u16| answers.get(&status).copied().unwrap_or_default();
    assert!(
        count(500) > 0 && count(404) > 0 && count(400) > 0,
        "{answers:?}"
    );

    let events = items(&inbox, "event");
    assert_eq!(events.len(), count(500), "{answers:?}");
    for event in &events {
        assert_eq!(event["tags"]["http.route"], "/orders/{id}/pay");
        assert_eq!(event["request"]["method"], "POST");
        assert!(event["contexts"]["trace"]["trace_id"].is_string());
        assert!(!event.to_string().contains("hunter2"));
        // the function that failed, and the one that handed it on
        let trace = event["contexts"]["return trace"].to_string();
        assert!(trace.contains("main.rs"), "{trace}");
    }
    let requests: usize = answers.values().sum();
    let (exited, errored, crashed) = sessions(&inbox);
    assert_eq!((errored, crashed), (count(500) as u64, 0));
    // of the last ones the customers may not have had an answer
    assert!(
        (requests as u64..=requests as u64 + 8).contains(&(exited + errored)),
        "{exited} of {requests}"
    );
    let sampled = items(&inbox, "transaction").len();
    assert!(
        sampled > 0 && sampled < requests / 2,
        "{sampled} of {requests}"
    );
}

#[test]
fn a_request_is_a_transaction_of_its_route_in_the_trace_of_who_asked() {
    let inbox = Inbox::start().unwrap();
    let mut service = Service::start(&inbox, "0");
    let trace = "771a43a4192642f0b136d5159a501700";
    let asked = |sampled: u8| {
        let header = format!("{trace}-7aa8b4c1d2e3f405-{sampled}");
        let path = format!("{}/orders/7", service.address);
        let request = agent().get(path).header("sentry-trace", header);
        request.call().unwrap().status().as_u16()
    };
    assert_eq!((asked(1), asked(0)), (404, 404));
    // also of a service that goes on
    let until = Instant::now() + Duration::from_secs(30);
    while items(&inbox, "transaction").is_empty() {
        assert!(Instant::now() < until, "no transaction came");
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(service.terminate().code(), Some(0));

    let transactions = items(&inbox, "transaction");
    assert_eq!(transactions.len(), 1, "{transactions:?}");
    let request = &transactions[0];
    assert_eq!(request["transaction"], "GET /orders/{id}");
    let context = &request["contexts"]["trace"];
    assert_eq!(context["trace_id"], trace);
    assert_eq!(context["parent_span_id"], "7aa8b4c1d2e3f405");
    assert_eq!(
        (&context["op"], &context["status"]),
        (&"http.server".into(), &"not_found".into())
    );
    assert_eq!(
        (
            &context["data"]["http.route"],
            &context["data"]["http.request.method"],
            &context["data"]["http.response.status_code"],
            &request["transaction_info"]["source"]
        ),
        (
            &"/orders/{id}".into(),
            &"GET".into(),
            &404.into(),
            &"route".into()
        )
    );
    let spans = request["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 1);
    assert_eq!(
        (&spans[0]["op"], &spans[0]["status"]),
        (&"db".into(), &"internal_error".into())
    );
    assert!(
        items(&inbox, "event").is_empty(),
        "an order that is not there is to be expected"
    );
}

/// All that was told of sessions: those that exited, that errored, that crashed.
fn sessions(inbox: &Inbox) -> (u64, u64, u64) {
    let mut counts = (0, 0, 0);
    for told in items(inbox, "sessions") {
        assert_eq!(
            told["attrs"]["release"],
            concat!("dragonfly-service@", env!("CARGO_PKG_VERSION"))
        );
        for minute in told["aggregates"].as_array().unwrap() {
            assert_eq!(minute.get("did"), None);
            assert!(
                minute["started"].as_str().unwrap().ends_with(":00Z"),
                "{minute}"
            );
            let count = |name: &str| minute.get(name).map_or(0, |count| count.as_u64().unwrap());
            counts.0 += count("exited");
            counts.1 += count("errored");
            counts.2 += count("crashed");
        }
    }
    counts
}

#[test]
fn each_request_is_a_session_and_the_run_is_none() {
    let inbox = Inbox::start().unwrap();
    let mut service = Service::start(&inbox, "0");
    let agent = agent();
    let post = |path: &str, body: &str| {
        let mut answer = agent
            .post(format!("{}{path}", service.address))
            .send(body)
            .unwrap();
        answer.body_mut().read_to_string().unwrap()
    };
    let paid = post("/orders", "tea");
    let declined = post("/orders", "tea and cake");
    post(&format!("/orders/{paid}/pay"), "");
    post(&format!("/orders/{declined}/pay"), "");
    post("/orders/999/pay", "");
    assert_eq!(service.terminate().code(), Some(0));
    assert_eq!(sessions(&inbox), (4, 1, 0));
    assert_eq!(items(&inbox, "event").len(), 1);
    assert_eq!(items(&inbox, "session"), [Value::Null; 0]);
}

#[test]
fn a_service_that_nobody_asked_is_a_run_like_any_other() {
    let inbox = Inbox::start().unwrap();
    let mut service = Service::start(&inbox, "0");
    assert_eq!(service.terminate().code(), Some(0));
    let runs = items(&inbox, "session");
    assert_eq!((runs.len(), &runs[0]["status"]), (1, &"exited".into()));
    assert_eq!(sessions(&inbox), (0, 0, 0));
}
