//! What leaves has passed the scrubber.

use dragonfly::config::Overrides;
use dragonfly::report_errors;
use dragonfly::testing::{capture_events, capture_events_with};

#[report_errors]
fn connect(url: &str) -> Result<(), String> {
    Err(format!("could not connect to {url} for jane@example.com"))
}

#[test]
fn secrets_in_a_message_are_taken_out_and_the_rest_stays() {
    let (_, events) = capture_events(|| connect("postgres://app:hunter2@db:5432/shop"));
    let value = events[0].exception[0].value.as_deref();
    assert_eq!(
        value,
        Some("could not connect to postgres://app:[Filtered]@db:5432/shop for [email]")
    );
}

#[test]
fn what_the_program_itself_adds_is_scrubbed_too() {
    let ((), events) = capture_events(|| {
        dragonfly::sentry::configure_scope(|scope| {
            scope.set_tag("password", "hunter2");
            scope.set_extra("note", "write to jane@example.com".into());
            scope.set_user(Some(dragonfly::sentry::User {
                id: Some("7".into()),
                email: Some("jane@example.com".into()),
                ..dragonfly::sentry::User::default()
            }));
        });
        dragonfly::sentry::capture_message(
            "mail to jane@example.com",
            dragonfly::sentry::Level::Info,
        );
    });
    assert_eq!(events.len(), 1);
    let json = format!("{:?}", events[0]);
    assert!(
        !json.contains("hunter2") && !json.contains("jane"),
        "{json}"
    );
    assert!(!json.contains("\"7\""), "{json}");
    assert_eq!(events[0].message.as_deref(), Some("mail to [email]"));
}

#[test]
fn no_path_tells_whose_home_it_lies_in_and_no_hostname_leaves() {
    let (_, events) = capture_events(|| connect("x"));
    let text = format!("{:?}", events[0]);
    if let Some(home) = std::env::home_dir().filter(|home| home.starts_with("/home")) {
        assert!(!text.contains(&*home.to_string_lossy()), "{text}");
    }
    assert_eq!(events[0].server_name, None);
}

#[test]
fn who_is_affected_leaves_once_it_is_asked_for_and_secrets_never() {
    let settings = Overrides {
        send_default_pii: Some(true),
        ..Overrides::default()
    };
    let ((), events) = capture_events_with(settings, || {
        dragonfly::sentry::configure_scope(|scope| {
            scope.set_user(Some(dragonfly::sentry::User {
                id: Some("7".into()),
                email: Some("jane@example.com".into()),
                ..dragonfly::sentry::User::default()
            }));
        });
        let _ = connect("postgres://app:hunter2@198.51.100.7/shop");
    });
    let user = events[0].user.as_ref().unwrap();
    assert_eq!(
        (user.id.as_deref(), user.email.as_deref()),
        (Some("7"), Some("jane@example.com"))
    );
    assert_eq!(
        events[0].exception[0].value.as_deref(),
        Some(
            "could not connect to postgres://app:[Filtered]@198.51.100.7/shop for jane@example.com"
        )
    );
}

#[report_errors(fields(token, order))]
fn ship(token: &str, order: &str) -> Result<(), String> {
    Err(format!("order {order} is not ours, session_id={token}"))
}

#[test]
fn fields_are_scrubbed_as_everything_else_and_a_program_names_its_own() {
    let run = |settings: Overrides| {
        let (_, events) = capture_events_with(settings, || ship("a1b2c3d4", "ORD-4711"));
        let said = events[0].exception[0].value.clone();
        format!("{said:?} {:?}", events[0].contexts["ship"])
    };
    let plain = run(Overrides::default());
    assert!(
        !plain.contains("a1b2c3d4") && plain.contains("ORD-4711"),
        "{plain}"
    );
    let own = run(Overrides {
        scrub_allow: Some(vec!["sessionId".into()]),
        scrub_deny: Some(vec!["order".into(), "/ORD-[0-9]+/".into()]),
        ..Overrides::default()
    });
    assert!(
        own.contains("order [Filtered] is not ours, session_id=a1b2c3d4"),
        "{own}"
    );
    assert!(!own.contains("4711"), "{own}");
}

#[test]
fn lines_of_source_leave_in_development_alone() {
    let leave = |environment: &'static str| {
        let settings = Overrides {
            environment: Some(environment.into()),
            ..Overrides::default()
        };
        let (_, events) = capture_events_with(settings, || connect("x"));
        let json = serde_json::to_string(&events[0]).unwrap();
        json.contains("could not connect to {url}")
    };
    let environments = ["development", "staging", "production"];
    let is_known = cfg!(debug_assertions); // an optimised build has no lines
    assert_eq!(environments.map(leave), [is_known, false, false]);
}
