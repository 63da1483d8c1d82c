//! What is left of texts, fields and items.

use super::{MOST_KNOWN, Policy, Scrubber, printed_text, scrub_text};
use serde_json::{Value, json};

fn scrubbed(kind: &str, item: &Value, send_default_pii: bool) -> Value {
    let mut out = Vec::new();
    let policy = Policy {
        send_default_pii,
        ..Policy::default()
    };
    Scrubber::new(&policy)
        .copy_item(kind, item.to_string().as_bytes(), &mut out)
        .unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn secrets_go_and_the_message_stays_useful() {
    for (text, expected) in [
        (
            "could not connect to postgres://app:hunter2@db.internal:5432/shop",
            "could not connect to postgres://app:[Filtered]@db.internal:5432/shop",
        ),
        (
            "p@ss in url: amqp://u:p@ss@mq/1",
            "p@ss in url: amqp://u:[Filtered]@mq/1",
        ),
        (
            "no account for jane.doe@example.com",
            "no account for [email]",
        ),
        (
            "Authorization: Bearer abcdef123456.xyz",
            "Authorization: Bearer [Filtered]",
        ),
        (
            "login failed: password=hunter2, retry=3",
            "login failed: password=[Filtered], retry=3",
        ),
        (
            r#"{"api_key": "s3cr3t", "n": 1}"#,
            r#"{"api_key": "[Filtered]", "n": 1}"#,
        ),
        (
            "/home/jane/shop/src/main.rs",
            "/home/[user]/shop/src/main.rs",
        ),
        (r"C:\Users\Jane Doe\shop.toml", r"C:\Users\[user]\shop.toml"),
    ] {
        assert_eq!(scrub_text(text), expected);
        assert_eq!(
            scrub_text(expected),
            expected,
            "scrubbing twice changes nothing more"
        );
    }
}

#[test]
fn what_is_printed_here_holds_no_secret_and_says_where_things_are() {
    for text in [
        "other users may write it: `/home/jane/.local/state/dragonfly`",
        "reading `C:\\Users\\Jane\\shop.toml` failed",
        "cannot reach the server: connecting to 203.0.113.7:443 failed",
    ] {
        assert_eq!(printed_text(text), text);
        assert_ne!(scrub_text(text), text);
    }
    assert_eq!(
        printed_text("/home/jane/x: password=hunter2 of jane@example.com"),
        "/home/jane/x: password=[Filtered] of [email]"
    );
}

#[test]
fn harmless_text_is_left_alone() {
    for text in [
        "password authentication failed for user \"app\"",
        "(using password: YES)",
        "missing field `password`",
        "unexpected token `}`",
        "git@github.com:org/repo",
        "logo@2x.png",
        "serde@1.0.200",
        "/etc/passwd",
        "/api/users/search",
        "No such file or directory (os error 2)",
        "https://example.com/a?page=2",
        "primary_key = 7, author: Bo",
    ] {
        assert!(
            matches!(scrub_text(text), std::borrow::Cow::Borrowed(_)),
            "{text} -> {}",
            scrub_text(text)
        );
    }
}

#[test]
fn fields_with_telling_names_are_dropped_and_ids_kept() {
    let event = json!({
        "event_id": "0123456789abcdef0123456789abcdef",
        "user": {"id": "7", "email": "a@b.example", "ip_address": "10.0.0.1"},
        "extra": {"db_password": "x", "retries": 3, "jane@example.com": 1},
    });
    assert_eq!(
        scrubbed("event", &event, false),
        json!({
            "event_id": "0123456789abcdef0123456789abcdef",
            "user": {},
            "extra": {"db_password": "[Filtered]", "retries": 3, "[email]": 1},
        })
    );
}

#[test]
fn what_says_who_someone_is_stays_unless_it_was_asked_for() {
    let id = "9ec79c33-ec99-42ab-8353-589fcb2e04dc";
    let session = json!({"did": "7", "sid": id});
    assert_eq!(scrubbed("session", &session, false), json!({"sid": id}));
    let address = json!({"ip_address": "10.0.0.1", "release": "shop@1"});
    let sessions = json!({"aggregates": [{"did": "7", "exited": 1}], "attrs": address});
    assert_eq!(
        scrubbed("sessions", &sessions, false),
        json!({"aggregates": [{"exited": 1}], "attrs": {"release": "shop@1"}})
    );
    for (kind, all) in [("session", session), ("sessions", sessions)] {
        assert_eq!(scrubbed(kind, &all, true), all);
    }
    let event = json!({"a": 1, "user": {"name": "Jane", "id": 7, "ip": "::1"}, "z": 1});
    assert_eq!(
        scrubbed("event", &event, false),
        json!({"a": 1, "user": {}, "z": 1})
    );
    assert_eq!(scrubbed("event", &event, true), event);
    // no user of the protocol's, and not one that is left
    for odd in [json!("Jane"), json!(["Jane"]), json!(7)] {
        let event = json!({"a": 1, "user": odd, "z": 1});
        assert_eq!(scrubbed("event", &event, false), json!({"a": 1, "z": 1}));
    }
    let nobody = json!({"user": {"name": "Jane"}});
    assert_eq!(scrubbed("event", &nobody, false), json!({"user": {}}));
    // below, a user is one of the program's own words
    let extra = json!({"extra": {"user": {"name": "Jane"}}});
    assert_eq!(scrubbed("event", &extra, false), extra);
}

#[test]
fn a_device_has_no_name_whatever_it_is_called() {
    let left = |context: &str| {
        let event = format!(r#"{{"contexts":{{"phone":{context}}}}}"#);
        let mut out = Vec::new();
        Scrubber::default()
            .copy_item("event", event.as_bytes(), &mut out)
            .unwrap();
        let left: Value = serde_json::from_slice(&out).unwrap();
        left["contexts"]["phone"].to_string()
    };
    for context in [
        r#"{"type":"device","name":"Jane's","arch":"arm"}"#,
        r#"{"name":"Jane's","type":"device","arch":"arm"}"#,
        r#"{"arch":"arm","name":{"a":[1]},"type":"device"}"#,
        r#"{"arch":"arm","type": "device","name":7}"#,
    ] {
        assert_eq!(left(context), r#"{"arch":"arm","type":"device"}"#);
    }
    let of_something_else = r#"{"name":"Linux","type":"os"}"#;
    assert_eq!(left(of_something_else), of_something_else);
}

#[test]
fn what_stands_for_an_identifier_and_is_none_is_scrubbed() {
    let ids = json!({"event_id": "jane@example.com", "trace_id": "password=hunter2", "timestamp": 4_111_111_111_111_111_u64});
    assert_eq!(
        scrubbed("event", &ids, false),
        json!({"event_id": "[email]", "trace_id": "password=[Filtered]", "timestamp": "[card]"})
    );
    let versions = json!({"app.version": "1.2.3.4", "release": "4111111111111111"});
    assert_eq!(
        scrubbed("event", &versions, false),
        json!({"app.version": "1.2.3.4", "release": "[card]"})
    );
}

#[test]
fn the_programs_own_rules_hold_for_names_headers_and_versions_too() {
    let policy = Policy::denying(&["jane"]);
    let mut scrubber = Scrubber::new(&policy);
    for _ in 0..2 {
        assert_eq!(scrubber.name("jane").0, "[Filtered]");
        for (name, text, left) in [
            ("Authorization", "jane", "[Filtered]"),
            ("Authorization", "Basic jane", "Basic [Filtered]"),
            ("cookie", "jane=a1b2", "[Filtered]=[Filtered]"),
            ("version", "jane", "[Filtered]"),
        ] {
            let (_, handling) = scrubber.name(name);
            assert_eq!(scrubber.field(handling, name, text), left);
        }
    }
}

#[test]
fn names_that_the_program_allows_are_no_secrets_wherever_they_stand() {
    let policy = Policy {
        names: super::names::Names::new(&["session_id", "code"], &["order_ref"]),
        ..Policy::default()
    };
    let mut scrubber = Scrubber::new(&policy);
    for (text, left) in [
        ("session_id=4a7Bc99xQ", "session_id=4a7Bc99xQ"),
        (
            "Cookie: session_id=4a7Bc99xQ; sid=4a7Bc99xQ",
            "Cookie: session_id=4a7Bc99xQ; sid=[Filtered]",
        ),
        (
            "GET /cb?code=4a7Bc99xQ&ticket=4a7Bc99xQ",
            "GET /cb?code=4a7Bc99xQ&ticket=[Filtered]",
        ),
        ("order_ref=acme", "order_ref=[Filtered]"),
        ("order_ref: acme", "order_ref: [Filtered]"),
        ("shop.orderRef = acme", "shop.orderRef = [Filtered]"),
        ("no order_ref here", "no order_ref here"),
    ] {
        assert_eq!(scrubber.text(text), left);
    }
    let (_, cookie) = scrubber.name("cookie");
    assert_eq!(
        scrubber.field(cookie, "cookie", "session_id=a1b2; x=a1b2"),
        "session_id=a1b2; x=[Filtered]"
    );
}

#[test]
fn a_header_goes_whatever_stands_in_brackets() {
    let mut scrubber = Scrubber::default();
    for (text, left) in [
        ("[hunter2]", "[Filtered]"),
        ("hunter2", "[Filtered]"),
        ("Bearer [Filtered]", "Bearer [Filtered]"),
    ] {
        assert_eq!(
            scrubber.field(super::Handling::Header, "authorization", text),
            left
        );
    }
}

#[test]
fn a_key_in_many_numbers_goes_as_a_whole() {
    for between in [", ", ",\n        "] {
        let bytes = vec!["117"; 1024].join(between);
        let text = format!("secret_key: SecretKey([{bytes}]), n: 1");
        let left = Scrubber::default().text(&text).into_owned();
        assert_eq!(left, "secret_key: SecretKey([Filtered]), n: 1");
    }
}

#[test]
fn what_is_remembered_is_bounded_and_holds_no_secret() {
    let mut scrubber = Scrubber::default();
    for n in 0..3 * MOST_KNOWN {
        assert_eq!(scrubber.text("for jane@example.com"), "for [email]");
        let text = format!("order {n}");
        assert_eq!(scrubber.text(&text), text);
        scrubber.name(&text);
    }
    let long = "x".repeat(1000);
    assert_eq!(scrubber.text(&long), long);
    assert!(scrubber.harmless.len() <= MOST_KNOWN && scrubber.names.len() <= MOST_KNOWN);
    let mut known = scrubber.harmless.iter();
    assert!(known.all(|text| !text.contains('@') && text.len() < 1000));
}

#[test]
fn the_random_id_of_the_installation_stays_where_a_user_is_meant_and_nobody_elses() {
    let id = "936da01f-9abd-4d9d-80c7-02af85c822a8";
    let other = "936da01f-9abd-4d9d-80c7-02af85c822a9";
    let left = |policy: Policy, kind: &str, item: &Value| -> Value {
        let mut out = Vec::new();
        let item = item.to_string();
        let copied = Scrubber::new(&policy).copy_item(kind, item.as_bytes(), &mut out);
        copied.unwrap();
        serde_json::from_slice(&out).unwrap()
    };
    let anonymous = || Policy::default().with_user(Some(id.to_owned()));
    let user = |id: &str| json!({"user": {"email": "jane@example.com", "id": id, "name": "Jane"}});
    for kind in ["event", "transaction"] {
        let only_the_id = json!({"user": {"id": id}});
        assert_eq!(left(anonymous(), kind, &user(id)), only_the_id);
        assert_eq!(left(anonymous(), kind, &only_the_id), only_the_id);
        for nobody in [
            left(anonymous(), kind, &user(other)),
            left(Policy::default(), kind, &user(id)),
            left(
                anonymous(),
                kind,
                &json!({"user": {"name": id, "id": [id]}}),
            ),
            left(anonymous(), kind, &json!({"user": {"data": {"id": id}}})),
        ] {
            assert_eq!(nobody, json!({"user": {}}));
        }
    }
    let session = |did: &str| json!({"did": did, "status": "ok"});
    assert_eq!(left(anonymous(), "session", &session(id)), session(id));
    let sessions = |did: &str| json!({"aggregates": [{"did": did, "exited": 1}]});
    assert_eq!(left(anonymous(), "sessions", &sessions(id)), sessions(id));
    for (policy, did) in [(anonymous(), other), (Policy::default(), id)] {
        let nobody = left(policy, "session", &session(did));
        assert_eq!(nobody, json!({"status": "ok"}));
    }
    // what the program takes out goes, also there
    let denying = Policy::denying(&["936da"]).with_user(Some(id.to_owned()));
    assert_eq!(left(denying, "event", &user(id)), json!({"user": {}}));
}
