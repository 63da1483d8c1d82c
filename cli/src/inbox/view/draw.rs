//! The lines of the screen.

use std::time::Instant;

use super::text::{cut, wrapped};
use super::{Opened, View};
use crate::inbox::issues::Issue;
use crate::screen::{BAD, BOLD, CALM, FAINT, WARN, one_line};
use crate::spool::age;

/// Below so many rows, the DSN leaves its place to the list.
const LOW: usize = 10;

impl View {
    /// Exactly as many lines as there are rows, none wider than the columns.
    pub(super) fn lines(&mut self, (columns, rows): (usize, usize), now: Instant) -> Vec<String> {
        let (mut head, body, foot) = match self.open.take() {
            Some(mut open) => {
                let head = vec![
                    format!(
                        "{BOLD}dragonfly inbox{BOLD:#}  the latest of {}",
                        counted(open.count, "event")
                    ),
                    String::new(),
                ];
                let room = self.room(head.len(), rows);
                let (body, foot) = open.lines(columns, room);
                self.open = Some(open);
                (head, body, foot)
            }
            None => {
                let head = self.head(columns, rows);
                let room = self.room(head.len(), rows);
                let foot = "↑↓ choose   enter open   q end".to_owned();
                (head, self.list(room, now), foot)
            }
        };
        head.extend(body);
        head.resize(rows.saturating_sub(1), String::new());
        head.push(format!("{FAINT}{foot}{FAINT:#}"));
        head.truncate(rows);
        head.iter().map(|line| cut(line, columns)).collect()
    }

    /// The rows between head and foot.
    fn room(&mut self, head: usize, rows: usize) -> usize {
        self.page = rows.saturating_sub(head + 1).max(1);
        self.page
    }

    fn head(&self, columns: usize, rows: usize) -> Vec<String> {
        let issues = counted(self.issues.all().len() as u64, "issue");
        let mut parts = vec![issues, counted(self.events, "event")];
        let others = self.others.iter();
        parts.extend(others.map(|(kind, count)| counted(*count, &one_line(kind))));
        let mut head = vec![format!(
            "{BOLD}dragonfly inbox{BOLD:#}  {}",
            parts.join(", ")
        )];
        if let Some(refused) = &self.refused {
            head.push(format!("{WARN}refused {}{WARN:#}", one_line(refused)));
        }
        if rows >= LOW {
            let dsn = format!("export SENTRY_DSN={}", self.dsn);
            head.extend(wrapped(&dsn, columns));
            head.push(String::new());
        }
        head
    }

    fn list(&mut self, room: usize, now: Instant) -> Vec<String> {
        let issues = self.issues.all();
        if issues.is_empty() {
            let line = "nothing has come yet: start a program with this DSN";
            return vec![format!("{FAINT}{line}{FAINT:#}")];
        }
        self.top = self.top.min(issues.len().saturating_sub(room));
        self.top = self.top.min(self.selected);
        self.top = self.top.max((self.selected + 1).saturating_sub(room));
        let shown = issues.iter().enumerate().skip(self.top).take(room);
        shown
            .map(|(index, issue)| row(issue, index == self.selected, now))
            .collect()
    }
}

/// Marked by a sign too: there may be no colours.
fn row(issue: &Issue, is_selected: bool, now: Instant) -> String {
    let style = match issue.event.level() {
        "fatal" | "error" => BAD,
        "warning" => WARN,
        _ => CALM,
    };
    let (sign, weight) = if is_selected {
        ("› ", BOLD)
    } else {
        ("  ", anstyle::Style::new())
    };
    let count = format!("{}×", issue.count);
    let seen = age(now.saturating_duration_since(issue.last_seen));
    // type and text, apart where there is a type
    let (kind, text) = issue.title.split_once(": ").unwrap_or(("", &issue.title));
    let title = if kind.is_empty() {
        format!("{weight}{text}{weight:#}")
    } else {
        format!("{style}{kind}{style:#}  {weight}{text}{weight:#}")
    };
    format!("{style}{sign}{style:#}{count:>6} {FAINT}{seen:>6}{FAINT:#}  {title}")
}

impl Opened {
    /// The lines that are in sight, and what stands below them.
    fn lines(&mut self, columns: usize, room: usize) -> (Vec<String>, String) {
        if self.fitted.0 != columns {
            let lines = self.lines.iter();
            let fitted = lines.flat_map(|line| wrapped(line, columns)).collect();
            self.fitted = (columns, fitted);
        }
        let all = &self.fitted.1;
        self.top = self.top.min(all.len().saturating_sub(room));
        let shown: Vec<String> = all.iter().skip(self.top).take(room).cloned().collect();
        let mut foot = "esc back   q end".to_owned();
        if shown.len() < all.len() {
            let (first, last) = (self.top + 1, self.top + shown.len());
            foot = format!("↑↓ read   {foot}   {first}-{last} of {}", all.len());
        }
        (shown, foot)
    }
}

fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
