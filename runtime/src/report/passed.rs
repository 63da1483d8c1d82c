//! One step of an error's way up: the function that it left, where it left it, what that function was doing.

use super::bounded::shown;
use super::chain::{Chain, Link};
use super::site::{LineColumn, Site};
use serde_json::{Map, Value};
use std::fmt::Display;
use std::panic::Location;

/// An annotated function that an error left.
pub(crate) struct Passed {
    pub(crate) site: &'static Site,
    /// The `?` or `return` that it left by, if it noted one.
    pub(crate) exit: Option<Exit>,
    pub(crate) details: Details,
}

/// Where an error left a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exit {
    pub(crate) at: &'static Location<'static>,
    pub(crate) kind: ExitKind,
}

/// What the source tells of where an error is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitKind {
    /// Nothing.
    Plain,
    /// It is new, as in `return Err("closed")`.
    New,
    /// It came out of a value that was there before, as in `handle.await??`.
    Received,
    /// A function or method of this name returned it, as in `load(id).await?`.
    Returned(&'static str),
}

impl Passed {
    /// The file, and the most precise place in it that is known.
    pub(crate) fn place(&self) -> (&'static str, LineColumn) {
        match self.exit {
            Some(Exit { at, .. }) => (at.file(), LineColumn(at.line(), at.column())),
            None => (
                self.site.file,
                self.site.tail_at.unwrap_or(self.site.name_at),
            ),
        }
    }
}

/// What a function was told to say about its calls.
#[derive(Debug, Default)]
pub struct Details {
    pub(crate) message: Option<String>,
    pub(crate) fields: Map<String, Value>,
    pub(crate) tags: Vec<(&'static str, String)>,
}

impl Details {
    /// What the function was doing.
    pub fn message(&mut self, message: impl Display) {
        self.message = Some(shown(message));
    }

    /// A value of the call.
    pub fn field(&mut self, name: &'static str, value: Value) {
        self.fields.insert(name.to_owned(), value);
    }

    /// A value of the call, shown as it was asked for.
    pub fn text(&mut self, name: &'static str, value: impl Display) {
        self.field(name, Value::String(shown(value)));
    }

    /// What the function made of the error, where that does not tell of it.
    pub(crate) fn answer(&mut self, answer: &Chain) {
        if let Some(Link {
            type_name, value, ..
        }) = answer.0.first()
        {
            let separator = if value.is_empty() { "" } else { ": " };
            self.text("left as", format_args!("{type_name}{separator}{value}"));
        }
    }

    /// A value of the call to search by.
    pub fn tag(&mut self, name: &'static str, value: impl Display) {
        // Sentry throws away one of several lines
        let line = shown(value)
            .split(['\n', '\r'])
            .collect::<Vec<_>>()
            .join(" ");
        self.tags.push((name, line));
    }
}
