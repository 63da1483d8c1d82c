//! What is looked for, as data: a rule is a name, the literals (or kinds of letters) at which a look
//! is worth it, a function that looks, where the form is described, and examples of both sides.
//!
//! To add one, put it into the list of its kind; the tests hold every rule to its examples.

pub(super) mod addresses;
pub(super) mod assignments;
pub(super) mod commands;
pub(super) mod cookies;
pub(super) mod credentials;
pub(super) mod hashes;
pub(super) mod keys;
pub(super) mod logins;
pub(super) mod models;
pub(super) mod money;
pub(super) mod paths;
pub(super) mod people;
pub(super) mod query;
pub(super) mod refused;
#[cfg(test)]
mod tests;
pub(super) mod tokens;
pub(super) mod urls;

use super::names::Names;
use super::text::{Letters, Text};
use std::borrow::Cow;

/// One kind of thing that must not leave.
#[derive(Debug)]
pub(crate) struct Rule {
    /// What it finds.
    pub(crate) name: &'static str,
    /// Where its form is described.
    pub(crate) source: &'static str,
    pub(super) class: Class,
    pub(super) starts: Starts,
    pub(super) find: Find,
    /// Texts, and what is left of them.
    pub(crate) takes: &'static [(&'static str, &'static str)],
    /// Texts that look alike and stay.
    pub(crate) leaves: &'static [&'static str],
}

/// Why it must not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// It opens something: never sent.
    Secret,
    /// It belongs to a person: never sent.
    Personal,
    /// It says who or where someone is: sent with `send_default_pii`.
    Identity,
}

/// What a rule looks for, without what it is told by: that is for whoever asks, and no part of programs where
/// nobody does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    pub(super) class: Class,
    pub(super) starts: Starts,
    pub(super) find: Find,
}

/// Where a rule looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Starts {
    /// At these, in upper and lower case.
    Literals(&'static [&'static str]),
    /// At words that name secrets, see [`Names`].
    Names,
    /// At the first digit of a number.
    Digits,
    /// At a `:`, `-` or `.` between two letters or digits.
    Joints,
}

/// How a rule looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Find {
    With(fn(Look<'_>, Hit, &mut Found)),
    /// The literal, in this case, and at least so many of these letters.
    Token {
        letters: Letters,
        least: usize,
    },
}

/// What a rule sees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) text: Text<'a>,
    pub(super) names: &'a Names,
}

/// Where a rule was made to look: around the literal, the digit, or the joint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A part of the text, and what stands there afterwards.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) class: Class,
    /// Which of the rules found it.
    pub(super) rank: usize,
    pub(super) put: Cow<'static, str>,
}

/// What the rules found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    class: Option<Class>,
    rank: usize,
    /// Up to where the rule at work is done.
    pub(super) until: usize,
}

impl Found {
    /// The rule at work, and up to where it is done.
    pub(super) fn turn_to(&mut self, rank: usize, class: Class, until: usize) {
        self.class = Some(class);
        self.rank = rank;
        self.until = until;
    }

    /// Notes a part to take out.
    pub(super) fn take(&mut self, start: usize, end: usize, put: impl Into<Cow<'static, str>>) {
        if start >= end {
            return;
        }
        self.until = self.until.max(end);
        self.findings.push(Finding {
            start,
            end,
            class: self.class.unwrap_or(Class::Secret),
            rank: self.rank,
            put: put.into(),
        });
    }
}

impl Rule {
    pub(super) const fn search(&self) -> Search {
        Search {
            class: self.class,
            starts: self.starts,
            find: self.find,
        }
    }
}

impl Search {
    pub(super) fn look(&self, look: Look<'_>, hit: Hit, found: &mut Found) {
        match self.find {
            Find::With(find) => find(look, hit, found),
            Find::Token { letters, least } => {
                if let Starts::Literals(starts) = self.starts {
                    tokens::find(look.text, starts, hit, letters, least, found);
                }
            }
        }
    }
}

/// What finds secrets and people.
const SECRETS: [&[Rule]; 15] = [
    keys::RULES,
    cookies::RULES,
    credentials::RULES,
    urls::RULES,
    logins::RULES,
    commands::RULES,
    refused::RULES,
    models::RULES,
    hashes::RULES,
    tokens::RULES,
    assignments::RULES,
    assignments::sql::RULES,
    query::RULES,
    money::RULES,
    people::RULES,
];

/// What finds where something is.
const PLACES: [&[Rule]; 2] = [addresses::RULES, paths::RULES];

/// All but those that find where something is: on the machine itself that is no news, and a message
/// about a file or a server is of no use without it.
pub(super) fn for_people() -> impl Iterator<Item = Search> {
    static SEARCHES: [Search; count(&SECRETS)] = searches(&SECRETS);
    SEARCHES.into_iter()
}

/// All, strongest first: where two find the same, the placeholder is the first one's.
pub(super) fn for_what_leaves() -> impl Iterator<Item = Search> {
    static SEARCHES: [Search; count(&PLACES)] = searches(&PLACES);
    for_people().chain(SEARCHES)
}

/// All rules, in the same order.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    SECRETS.into_iter().chain(PLACES).flatten()
}

const fn count(mut lists: &[&[Rule]]) -> usize {
    let mut count = 0;
    while let Some((list, rest)) = lists.split_first() {
        count += list.len();
        lists = rest;
    }
    count
}

#[expect(
    clippy::indexing_slicing,
    reason = "the compiler works it out, and finds what is missing"
)]
const fn searches<const COUNT: usize>(mut lists: &[&[Rule]]) -> [Search; COUNT] {
    let mut searches = [keys::RULES[0].search(); COUNT];
    let mut at = 0;
    while let Some((list, rest)) = lists.split_first() {
        let mut rules = *list;
        while let Some((rule, rest)) = rules.split_first() {
            searches[at] = rule.search();
            at += 1;
            rules = rest;
        }
        lists = rest;
    }
    searches
}
