//! What tasks and threads take along, and how often their panics are told.

use crate::program::Program;
use crate::timed::of_type;
use dragonfly::inbox::Inbox;

const TASKS: &str = env!("CARGO_BIN_EXE_tasks");

#[test]
fn tasks_are_within_the_trace_and_a_panic_that_is_waited_for_is_one_event() {
    let inbox = Inbox::start().unwrap();
    let ended = Program::new(TASKS).reporting_to(inbox.dsn()).run();
    assert_eq!(ended.code(), Some(1));

    let events = of_type(&inbox, "event");
    let told = |text: &str| {
        let tells = |event: &&serde_json::Value| event["exception"].to_string().contains(text);
        let events = events.iter().map(|(_, event)| event);
        events.filter(tells).collect::<Vec<_>>()
    };
    assert_eq!(told("panicked").len(), 0, "{:?}", told("panicked"));
    let panics = told("step 3 cannot be made");
    assert_eq!(panics.len(), 1);
    assert_eq!(panics[0]["tags"]["shop"], "7");
    // the check can fail: what is no panic is told by who waits for it
    assert_eq!(told("cancelled").len(), 1);
    assert_eq!(events.len(), 2);

    let transactions = of_type(&inbox, "transaction");
    let all = transactions
        .iter()
        .find(|(_, item)| item["transaction"] == "all");
    let (_, all) = all.unwrap();
    let mut steps: Vec<(&str, &str)> = all["spans"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|span| Some((span["description"].as_str()?, span["status"].as_str()?)))
        .collect();
    steps.sort_unstable();
    assert_eq!(
        steps,
        [
            ("step 1", "ok"),
            ("step 2", "ok"),
            ("step 3", "internal_error"),
            ("step 4", "ok")
        ]
    );
    assert_eq!(transactions.len(), 2);
    let trace = &all["contexts"]["trace"]["trace_id"];
    assert_eq!(&panics[0]["contexts"]["trace"]["trace_id"], trace);
}
