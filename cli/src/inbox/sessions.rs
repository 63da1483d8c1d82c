//! What items of release health say, on one line.

use serde_json::Value;

/// `exited, 2 errors, after 1.2 s, shop@1.4.2`.
pub(super) fn session(session: &Value) -> String {
    let errors = session.get("errors").and_then(Value::as_u64);
    let mut known = vec![text(session, "status").unwrap_or("ok").to_owned()];
    known.extend(match errors {
        None | Some(0) => None,
        Some(1) => Some("1 error".to_owned()),
        Some(count) => Some(format!("{count} errors")),
    });
    let duration = session.get("duration").and_then(Value::as_f64);
    known.extend(duration.map(|seconds| format!("after {seconds:.1} s")));
    known.extend(release(session));
    known.join(", ")
}

/// `12 exited, 1 crashed, shop@1.4.2`, of all minutes together.
pub(super) fn sessions(sessions: &Value) -> String {
    let aggregates = sessions.get("aggregates").and_then(Value::as_array);
    let sum = |status: &str| -> u64 {
        let counts = aggregates.into_iter().flatten();
        counts
            .filter_map(|counts| counts.get(status)?.as_u64())
            .fold(0, u64::saturating_add)
    };
    let counts = ["exited", "errored", "abnormal", "crashed"].map(|status| (sum(status), status));
    let known = counts.iter().filter(|(count, _)| *count > 0);
    let mut known: Vec<String> = known
        .map(|(count, status)| format!("{count} {status}"))
        .collect();
    if known.is_empty() {
        known.push("nothing".to_owned());
    }
    known.extend(release(sessions));
    known.join(", ")
}

fn release(session: &Value) -> Option<String> {
    text(session.get("attrs")?, "release").map(str::to_owned)
}

fn text<'a>(json: &'a Value, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str()
}
