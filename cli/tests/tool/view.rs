//! The inbox on a terminal.

use rustix::process::Signal;

use crate::inbox::{health, post};
use crate::place::Place;
use crate::screen::{Screen, without_escapes};

/// An inbox on a terminal, and its DSN.
fn start(place: &Place, args: &[&str], variables: &[(&str, &str)]) -> (Screen, String) {
    let mut screen = Screen::of(place, &[&["inbox"], args].concat(), variables);
    screen.until("nothing has come yet");
    assert!(screen.is_taken());
    let (_, after) = screen.seen.split_once("export SENTRY_DSN=").unwrap();
    let dsn = after.split_whitespace().next().unwrap().to_owned();
    (screen, dsn)
}

fn message(text: &str) -> Vec<u8> {
    let event = serde_json::json!({ "message": text });
    format!("{{}}\n{{\"type\":\"event\"}}\n{event}\n").into_bytes()
}

#[test]
fn a_list_of_which_one_is_opened() {
    let place = Place::new();
    let (mut screen, dsn) = start(&place, &[], &[]);
    post(&dsn, &message("sold out"));
    screen.until("sold out");
    health(&place, &dsn);
    let list = screen.until("HealthCheck");
    assert!(list.contains("2 issues, 2 events"), "{list:?}");
    assert!(!list.contains("send_test_error"), "{list:?}");

    screen.keys("\r");
    let open = without_escapes(&screen.until("esc back"));
    for expected in [
        "caused by",
        "return trace",
        "send_test_error",
        "Err(HealthCheck)",
    ] {
        let is_there = open.contains(expected);
        assert_eq!(is_there, expected != "caused by", "{expected} in {open}");
    }
    screen.keys("\u{1b}");
    screen.until("enter open");
    screen.keys("\u{1b}[B\r");
    let open = screen.until("esc back");
    assert!(open.contains(" sold out"), "{open:?}");

    screen.keys("q");
    assert_eq!(screen.end(), (Some(0), None));
    screen.is_given_back();
}

#[test]
fn alike_is_one_issue() {
    let place = Place::new();
    let (mut screen, dsn) = start(&place, &[], &[]);
    for text in ["order 1 failed", "order 2 failed", "no such order"] {
        post(&dsn, &message(text));
    }
    screen.until("2 issues, 3 events");
    screen.keys("q");
    assert_eq!(screen.end(), (Some(0), None));
}

#[test]
fn what_a_hostile_event_says_stays_text() {
    let place = Place::new();
    let (mut screen, dsn) = start(&place, &[], &[]);
    let evil = "\u{1b}]0;evil\u{7}\u{1b}[2Jx\u{9b}1mx\u{1b}c\u{202e}\u{8}";
    post(&dsn, &message(evil));
    let kind = serde_json::json!({ "type": evil });
    post(&dsn, format!("{{}}\n{kind}\nx\n").as_bytes());
    screen.until("evil");
    screen.keys("\r");
    screen.until("esc back");
    screen.keys("q");
    assert_eq!(screen.end(), (Some(0), None));
    let left = without_escapes(&screen.seen);
    let steers = |letter: &char| letter.is_control() && !"\r\n".contains(*letter);
    assert_eq!(left.chars().find(steers), None, "{left:?}");
    assert!(!left.contains('\u{202e}'));
    assert!(left.contains("\\u{1b}]0;evil\\u{7}"), "{left:?}");
}

#[test]
fn the_check_for_escapes_can_fail() {
    assert_eq!(without_escapes("\u{1b}[1;2Hb\u{1b}[0m\u{1b}[?25l"), "b");
    for evil in ["\u{1b}]0;x\u{7}", "\u{1b}[6n", "\u{1b}[?1000h", "\u{1b}c"] {
        assert!(without_escapes(evil).contains('\u{1b}'), "{evil:?}");
    }
}

#[test]
fn every_signal_gives_the_terminal_back() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
        let place = Place::new();
        let (mut screen, _) = start(&place, &[], &[]);
        screen.signal(signal);
        assert_eq!(screen.end(), (None, Some(signal.as_raw())));
        screen.is_given_back();
    }
    // the check can fail
    let (mut screen, _) = start(&Place::new(), &[], &[]);
    screen.signal(Signal::KILL);
    screen.end();
    assert!(screen.is_taken());
}

#[test]
fn ctrl_c_is_a_way_out_like_any_other() {
    let (mut screen, _) = start(&Place::new(), &[], &[]);
    screen.keys("\u{3}");
    assert_eq!(screen.end(), (Some(0), None));
    screen.is_given_back();
}

#[test]
fn a_window_that_grows_narrow() {
    let place = Place::new();
    let (mut screen, dsn) = start(&place, &[], &[]);
    post(&dsn, &message("a text that needs more room than there is"));
    screen.until("than there is");
    screen.resize(30, 8);
    let narrow = screen.until("a text");
    assert!(!narrow.contains("than there is"), "{narrow:?}");
    assert!(narrow.contains('…'), "{narrow:?}");
    screen.resize(100, 24);
    screen.until("than there is");
    screen.keys("q");
    assert_eq!(screen.end(), (Some(0), None));
}

#[test]
fn what_has_not_changed_is_not_drawn_again() {
    let place = Place::new();
    let (mut screen, dsn) = start(&place, &[], &[]);
    for text in ["first", "second", "third"] {
        post(&dsn, &message(text));
        screen.until(text);
    }
    screen.keys("\u{1b}[B");
    let moved = screen.until("first");
    assert!(
        moved.contains("second") && !moved.contains("export"),
        "{moved:?}"
    );
    assert_eq!(screen.seen.matches("\u{1b}[2J").count(), 1);
    screen.keys("q");
    screen.end();
}

#[test]
fn without_colours() {
    for (variables, colours) in [(&[("NO_COLOR", "1")][..], false), (&[], true)] {
        let place = Place::new();
        let (mut screen, dsn) = start(&place, &[], variables);
        health(&place, &dsn);
        screen.until("HealthCheck");
        screen.keys("\r");
        screen.until("esc back");
        screen.keys("q");
        screen.end();
        let is_style = |code: &str| {
            let end = code.find(|letter: char| !letter.is_ascii_digit() && letter != ';');
            end.is_some_and(|end| code[end..].starts_with('m'))
        };
        let has_styles = screen.seen.split("\u{1b}[").skip(1).any(is_style);
        assert_eq!(has_styles, colours, "{:?}", screen.seen);
    }
}

#[test]
fn lines_where_a_list_is_not_wanted() {
    for (args, variables) in [
        (&["--plain"][..], &[][..]),
        (&["--json"], &[]),
        (&["--count", "1"], &[]),
        (&[], &[("TERM", "dumb")]),
    ] {
        let place = Place::new();
        let mut screen = Screen::of(&place, &[&["inbox"], args].concat(), variables);
        screen.until("/1");
        assert!(!screen.is_taken(), "{args:?}");
        assert!(!screen.seen.contains("\u{1b}[?1049h"));
        screen.signal(Signal::TERM);
        assert_eq!(screen.end(), (None, Some(Signal::TERM.as_raw())));
    }
}

#[test]
fn what_comes_is_kept_while_it_is_shown() {
    let place = Place::new();
    let (mut screen, dsn) = start(&place, &["--keep", "kept"], &[]);
    post(&dsn, &message("sold out"));
    screen.until("sold out");
    let files = std::fs::read_dir(place.cwd().join("kept")).unwrap();
    assert_eq!(files.count(), 1);
    std::fs::remove_dir_all(place.cwd().join("kept")).unwrap();
    post(&dsn, &message("lost"));
    assert_eq!(screen.end(), (Some(1), None));
    screen.is_given_back();
    let (_, after) = screen.seen.rsplit_once("\u{1b}[?1049l").unwrap();
    assert!(after.contains("keeping an envelope in"), "{after:?}");
}
