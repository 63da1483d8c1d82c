//! The issues on a terminal: a list, and the one that is open.

mod detail;
mod draw;
mod terminal;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use dragonfly::inbox::{Envelope, Inbox};

use self::terminal::Terminal;
use super::issues::Issues;
use super::keep::Keep;
use super::{NotKept, kept};

/// Shows what comes until the user ends it.
pub(super) fn run(inbox: &Inbox, mut keep: Option<&mut Keep>) -> io::Result<Result<(), NotKept>> {
    let mut view = View::new(inbox.dsn());
    let mut terminal = Terminal::take()?;
    loop {
        while let Some(envelope) = inbox.next_envelope(Duration::ZERO) {
            if let Err(why) = kept(&envelope, keep.as_deref_mut()) {
                return Ok(Err(why));
            }
            view.take(&envelope, Instant::now());
        }
        if let Some(latest) = inbox.take_refused().pop() {
            view.refused = Some(latest);
        }
        terminal.show(view.lines(Terminal::size(), Instant::now()))?;
        let Some(events) = Terminal::events()? else {
            return Ok(Ok(()));
        };
        for event in events {
            let Event::Key(key) = event else { continue };
            if key.kind != KeyEventKind::Release && view.press(key) == Then::End {
                return Ok(Ok(()));
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    GoOn,
    End,
}

struct View {
    dsn: String,
    issues: Issues,
    events: u64,
    /// How many items of other kinds came.
    others: BTreeMap<String, u64>,
    /// The latest request that was refused.
    refused: Option<String>,
    selected: usize,
    /// Until the user has chosen one, the newest is selected.
    has_chosen: bool,
    /// The issue that is on the first row of the list.
    top: usize,
    /// How many rows the list, or the open event, had when it was drawn last.
    page: usize,
    open: Option<Opened>,
}

/// An event that is read; it stays as it is while others come.
struct Opened {
    /// How many events its issue had by then.
    count: u64,
    lines: Vec<String>,
    /// The same, fitted to a width.
    fitted: (usize, Vec<String>),
    top: usize,
}

/// A kind is a text from outside: that many names are remembered.
const MOST_KINDS: usize = 20;

impl View {
    fn new(dsn: String) -> Self {
        Self {
            dsn,
            issues: Issues::default(),
            events: 0,
            others: BTreeMap::new(),
            refused: None,
            selected: 0,
            has_chosen: false,
            top: 0,
            page: 1,
            open: None,
        }
    }

    fn take(&mut self, envelope: &Envelope, now: Instant) {
        for event in envelope.events() {
            self.events += 1;
            let was = self.issues.add(event, now);
            if self.has_chosen {
                self.selected = match was {
                    Some(was) if was == self.selected => 0,
                    Some(was) if was < self.selected => self.selected,
                    _ => self.selected + 1,
                };
            }
        }
        let items = envelope.items().iter();
        for item in items.filter(|item| item.kind() != "event") {
            if self.others.len() < MOST_KINDS || self.others.contains_key(item.kind()) {
                *self.others.entry(item.kind().to_owned()).or_default() += 1;
            }
        }
        self.selected = self.selected.min(self.last());
    }

    fn last(&self) -> usize {
        self.issues.all().len().saturating_sub(1)
    }

    fn press(&mut self, key: KeyEvent) -> Then {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c' | 'd') if is_control => return Then::End,
            KeyCode::Char('q') => return Then::End,
            KeyCode::Enter | KeyCode::Right if self.open.is_none() => self.open_selected(),
            KeyCode::Esc | KeyCode::Left | KeyCode::Backspace => self.open = None,
            KeyCode::Up | KeyCode::Char('k') => self.go(|at, _| at.saturating_sub(1)),
            KeyCode::Down | KeyCode::Char('j') => self.go(|at, _| at + 1),
            KeyCode::PageUp => self.go(usize::saturating_sub),
            KeyCode::PageDown | KeyCode::Char(' ') => self.go(|at, page| at + page),
            KeyCode::Home => {
                self.go(|_, _| 0);
                self.has_chosen &= self.open.is_some();
            }
            KeyCode::End => self.go(|_, _| usize::MAX),
            _ => {}
        }
        Then::GoOn
    }

    /// Moves in the open event, or in the list: to where, from where it is and the rows of a page.
    fn go(&mut self, to: impl FnOnce(usize, usize) -> usize) {
        match &mut self.open {
            // drawing finds the end
            Some(open) => open.top = to(open.top, self.page),
            None => {
                self.has_chosen = true;
                self.selected = to(self.selected, self.page).min(self.last());
            }
        }
    }

    fn open_selected(&mut self) {
        let Some(issue) = self.issues.all().get(self.selected) else {
            return;
        };
        self.has_chosen = true;
        self.open = Some(Opened {
            count: issue.count,
            lines: detail::lines(&issue.event),
            fitted: (0, Vec::new()),
            top: 0,
        });
    }
}
