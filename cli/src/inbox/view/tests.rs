use std::time::{Duration, Instant};

use anstream::adapter::strip_str;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use dragonfly::inbox::Envelope;
use serde_json::json;

use super::text::width;
use super::{Then, View};

const SIZE: (usize, usize) = (60, 12);

struct Shown {
    view: View,
    now: Instant,
}

impl Shown {
    fn with(texts: &[&str]) -> Self {
        let dsn = "http://0123456789abcdef0123456789abcdef@127.0.0.1:4000/1";
        let mut shown = Self {
            view: View::new(dsn.to_owned()),
            now: Instant::now(),
        };
        for text in texts {
            shown.take("event", text);
        }
        shown
    }

    fn take(&mut self, kind: &str, text: &str) {
        let (kind, payload) = (json!({ "type": kind }), json!({ "message": text }));
        let bytes = format!("{{}}\n{kind}\n{payload}\n");
        let envelope = Envelope::read(bytes.as_bytes()).unwrap();
        self.view.take(&envelope, self.now);
    }

    fn press(&mut self, keys: &[KeyCode]) {
        for key in keys {
            assert_eq!(self.view.press(KeyEvent::from(*key)), Then::GoOn);
            self.at(SIZE);
        }
    }

    #[track_caller]
    fn at(&mut self, (columns, rows): (usize, usize)) -> String {
        let lines = self.view.lines((columns, rows), self.now);
        assert_eq!(lines.len(), rows);
        for line in &lines {
            assert!(width(line) <= columns, "{line:?} is wider than {columns}");
        }
        strip_str(&lines.join("\n")).to_string()
    }

    #[track_caller]
    fn selects(&mut self, title: &str) {
        let screen = self.at(SIZE);
        let selected = screen.lines().find(|line| line.starts_with('›'));
        assert!(
            selected.is_some_and(|line| line.ends_with(title)),
            "{screen}"
        );
    }
}

#[test]
fn what_was_refused_is_told_of_above_the_list() {
    let mut shown = Shown::with(&["first"]);
    let calm = shown.at(SIZE);
    assert!(!calm.contains("refused"), "{calm}");
    shown.view.refused = Some("GET /\u{1b}[2J: no such endpoint".to_owned());
    let screen = shown.at(SIZE);
    let told = screen.lines().nth(1).unwrap();
    assert!(told.starts_with("refused GET /"), "{screen}");
    assert!(told.ends_with(": no such endpoint"), "{screen}");
}

#[test]
fn the_list() {
    let mut shown = Shown::with(&["first", "second", "first"]);
    shown.take("transaction", "GET /pond");
    shown.now += Duration::from_secs(5);
    let expected = "\
dragonfly inbox  2 issues, 3 events, 1 transaction
export SENTRY_DSN=http://0123456789abcdef0123456789abcdef@12
7.0.0.1:4000/1

›     2×    5 s  first
      1×    5 s  second





↑↓ choose   enter open   q end";
    assert_eq!(shown.at(SIZE), expected);
}

#[test]
fn nothing_has_come_yet() {
    let mut shown = Shown::with(&[]);
    assert!(shown.at(SIZE).contains("nothing has come yet"));
    shown.press(&[
        KeyCode::Enter,
        KeyCode::Down,
        KeyCode::End,
        KeyCode::PageDown,
    ]);
    assert!(shown.at(SIZE).contains("nothing has come yet"));
}

#[test]
fn the_newest_is_selected_until_one_is_chosen() {
    let mut shown = Shown::with(&["a", "b"]);
    shown.selects("b");
    shown.take("event", "c");
    shown.selects("c");
    shown.press(&[KeyCode::Down]);
    shown.selects("b");
    for another in ["d", "b", "c", "a"] {
        shown.take("event", another);
        shown.selects("b");
    }
    shown.press(&[KeyCode::Home]);
    shown.take("event", "e");
    shown.selects("e");
}

#[test]
fn a_list_that_is_longer_than_the_screen() {
    let texts: Vec<String> = (0..26_u8)
        .map(|n| char::from(b'a' + n).to_string())
        .collect();
    let mut shown = Shown::with(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    shown.press(&[KeyCode::End]);
    shown.selects("a");
    shown.press(&[KeyCode::PageUp]);
    shown.selects("h");
    shown.press(&[KeyCode::PageDown, KeyCode::PageDown, KeyCode::Up]);
    shown.selects("b");
}

#[test]
fn one_is_opened_and_stays_as_it_is() {
    let mut shown = Shown::with(&["first", "second"]);
    shown.press(&[KeyCode::Down, KeyCode::Enter]);
    let open = shown.at(SIZE);
    assert!(open.contains(" ERROR  first"), "{open}");
    assert!(open.contains("the latest of 1 event\n"), "{open}");
    shown.take("event", "first");
    shown.take("event", "third");
    assert_eq!(shown.at(SIZE), open);
    shown.press(&[KeyCode::Esc]);
    shown.selects("first");
}

#[test]
fn a_long_event_is_scrolled() {
    let lines: Vec<String> = (0..50).map(|number| format!("line {number}.")).collect();
    let mut shown = Shown::with(&[&lines.join("\n")]);
    shown.press(&[KeyCode::Enter]);
    let first = shown.at(SIZE);
    assert!(
        first.contains("line 0.") && first.contains("1-9 of 50"),
        "{first}"
    );
    shown.press(&[KeyCode::Down, KeyCode::PageDown]);
    assert!(shown.at(SIZE).contains("11-19 of 50"));
    shown.press(&[KeyCode::End]);
    assert!(shown.at(SIZE).contains("line 49."));
    shown.press(&[KeyCode::Up]);
    assert!(shown.at(SIZE).contains("41-49 of 50"));
    shown.press(&[KeyCode::Home]);
    assert_eq!(shown.at(SIZE), first);
}

#[test]
fn it_fits_into_every_window() {
    let mut shown = Shown::with(&["大きな間違い: of all kinds", &"long ".repeat(100)]);
    for open in [false, true] {
        for columns in [1, 2, 3, 10, 19, 80, 300] {
            for rows in [1, 2, 3, 9, 10, 50] {
                shown.at((columns, rows));
            }
        }
        if !open {
            shown.press(&[KeyCode::Enter]);
        }
    }
}

#[test]
fn keys_that_end_it() {
    let mut shown = Shown::with(&["first"]);
    let control = |letter| KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
    for open in [false, true] {
        if open {
            shown.press(&[KeyCode::Enter]);
        }
        let q = KeyEvent::from(KeyCode::Char('q'));
        for key in [q, control('c'), control('d')] {
            assert_eq!(shown.view.press(key), Then::End);
        }
        assert_eq!(
            shown.view.press(KeyEvent::from(KeyCode::Char('c'))),
            Then::GoOn
        );
    }
}
