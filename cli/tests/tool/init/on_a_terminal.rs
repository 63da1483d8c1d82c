use super::{KEY, Project, dsn};
use crate::screen::Screen;

#[test]
fn it_asks_until_the_answer_is_right() {
    let project = Project::new();
    let mut screen = Screen::of(&project.0, &["init", "--no-dependency"], &[]);
    screen.until("DSN (in Sentry");
    screen.keys("https://sentry.example.com/7\n");
    screen.until("it has no key before the host");
    screen.keys(&format!("{}\n", dsn()));
    screen.until("Organization");
    screen.keys("a b\n");
    screen.until("expected the name");
    screen.keys("acme\n");
    screen.until("Project");
    screen.keys("\n");
    screen.until("Environment");
    let typed = screen.seen.len();
    screen.keys("\n");
    screen.until("dragonfly health");
    assert_eq!(screen.end(), (Some(0), None));
    assert!(!screen.seen[typed..].contains(&KEY[4..]));
    let file = project.read(".sentryclirc");
    assert!(file.contains("org = acme\nurl = "), "{file}");
    assert!(!file.contains("environment"), "{file}");
}

#[test]
fn who_does_not_answer_has_changed_nothing() {
    let project = Project::new();
    let before = project.all();
    let mut screen = Screen::of(&project.0, &["init"], &[]);
    screen.until("DSN (in Sentry");
    screen.keys("\u{4}");
    assert_eq!(screen.end(), (Some(2), None));
    assert!(screen.seen.contains("nothing was written"));
    assert_eq!(project.all(), before);
}

#[test]
fn it_asks_nothing_with_yes() {
    let project = Project::new();
    let args = ["init", "--yes", "--no-dependency", "--dsn", &dsn()];
    let mut screen = Screen::of(&project.0, &args, &[]);
    assert_eq!(screen.end(), (Some(0), None));
    assert!(!screen.seen.contains("Organization"));
}
