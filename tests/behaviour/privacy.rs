//! What leaves has passed the scrubber.

use dragonfly::report_errors;
use dragonfly::testing::capture_events;

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
    assert_eq!(
        events[0].user.as_ref().and_then(|user| user.id.as_deref()),
        Some("7")
    );
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
