use super::env::{Surroundings, Variable};
use super::file::{self, RcFile};
use super::ini::Pair;
use super::names::{Key, Names, own_keys};
use super::slips::{distance, nearest};
use super::source::{Setting, Shown, Source};

/// A text that a source holds for a setting, and how to speak of it.
pub(super) struct Candidate {
    pub(super) text: String,
    /// `None` for a variable.
    pub(super) key: Option<Key>,
    pub(super) source: Source,
    pub(super) place: String,
}

/// What settings are looked up in.
pub(super) struct Lookup<'a> {
    around: &'a Surroundings,
    files: Vec<RcFile>,
    pub(super) notes: Vec<String>,
}

/// So that a file of another kind does not fill the screen.
const MOST_UNKNOWN_KEYS: usize = 5;

impl<'a> Lookup<'a> {
    pub(super) fn new(around: &'a Surroundings) -> Self {
        let mut notes = Vec::new();
        let files = file::read_all(around, &mut notes);
        for file in &files {
            note_lines(file, &mut notes);
        }
        Self {
            around,
            files,
            notes,
        }
    }

    /// What environment and files hold, the strongest first.
    pub(super) fn candidates(&mut self, names: Names) -> Vec<Candidate> {
        let mut found = Vec::new();
        let place = format!("`{}`", names.variable);
        match self.around.variable(names.variable) {
            Variable::Unset | Variable::Blank => {}
            Variable::NotUnicode => self.failed(&place, "it is not UTF-8"),
            Variable::Text(text) => {
                found.push(Candidate {
                    text,
                    key: None,
                    source: Source::Env(names.variable),
                    place,
                });
            }
        }
        found.extend(self.in_files(names.keys));
        found
    }

    /// What the files hold: nearest file first, then the stronger key first.
    pub(super) fn in_files(&self, keys: &[Key]) -> Vec<Candidate> {
        let mut found = Vec::new();
        for file in &self.files {
            for &(section, key) in keys {
                let Some(pair) = file.ini.get(section, key) else {
                    continue;
                };
                let source = source(file, pair);
                found.push(Candidate {
                    text: pair.value.clone(),
                    key: Some((section, key)),
                    place: format!("`[{section}] {key}` at `{source}`"),
                    source,
                });
            }
        }
        found
    }

    /// The strongest that can be read; a note for each that cannot.
    pub(super) fn first<T>(
        &mut self,
        names: Names,
        read: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<Setting<T>> {
        for candidate in self.candidates(names) {
            match read(&candidate.text) {
                Ok(value) => return Some(Setting::new(value, candidate.source)),
                Err(why) => self.failed(&candidate.place, why),
            }
        }
        None
    }

    /// Notes a value that is left out.
    pub(super) fn failed(&mut self, place: &str, why: &str) {
        self.notes.push(format!("reading {place} failed: {why}"));
    }
}

fn source(file: &RcFile, pair: &Pair) -> Source {
    Source::File {
        path: file.shown.clone(),
        line: pair.line,
    }
}

fn note_lines(file: &RcFile, notes: &mut Vec<String>) {
    if let [first, others @ ..] = file.ini.broken.as_slice() {
        let more = match others.len() {
            0 => String::new(),
            1 => " (and 1 more line)".to_owned(),
            count => format!(" (and {count} more lines)"),
        };
        let path = file.shown.display();
        notes.push(format!(
            "reading `{path}:{first}` failed: expected `[section]` or `key = value`{more}"
        ));
    }
    if file.is_open && file.ini.get("auth", "token").is_some() {
        let path = file.shown.display();
        notes.push(format!(
            "`{path}` holds a token, and other users may read it (`chmod 600` helps)"
        ));
    }
    note_slips(file, notes);
    let unknown = file
        .ini
        .section("dragonfly")
        .filter(|pair| own_keys().all(|known| known != pair.key));
    for pair in unknown.take(MOST_UNKNOWN_KEYS) {
        let place = source(file, pair);
        // Only a near miss is repeated: other words could be a token on a line of its own.
        notes.push(match nearest(&pair.key) {
            _ if pair.key == "dsn" => {
                format!("reading `{place}` failed: unknown key, a DSN belongs into `[auth] dsn`")
            }
            Some(known) => format!(
                "reading `[dragonfly] {}` at `{place}` failed: unknown key, did you mean `{known}`?",
                pair.key.shown()
            ),
            None => format!(
                "reading `{place}` failed: unknown key in `[dragonfly]`, expected one of `{}`",
                own_keys().collect::<Vec<_>>().join("`, `")
            ),
        });
    }
}

/// What turns off everything, or all of our settings, without a word: a DSN or a section whose name has a slip;
/// the first of each. Other keys and sections are sentry-cli's, or none of ours.
fn note_slips(file: &RcFile, notes: &mut Vec<String>) {
    let is_dsn = |key: &str| {
        // `dsn https://..`, without a sign between the two: the colon is taken for one
        let word = key.split_whitespace().next().unwrap_or_default();
        let mut letters: Vec<_> = word.to_ascii_lowercase().into_bytes();
        letters.sort_unstable();
        letters == b"dns"
    };
    let is_elsewhere = |section: &str| {
        section.is_empty()
            || section == "defaults"
            || section != "auth" && distance(&section.to_ascii_lowercase(), "auth") <= 2
    };
    let is_lost = |section: &str, key: &str| {
        is_dsn(key) && (is_elsewhere(section) || section == "auth" && key != "dsn")
    };
    let is_ours = |section: &str| {
        section != "dragonfly" && distance(&section.to_ascii_lowercase(), "dragonfly") <= 2
    };
    let dsn = file
        .ini
        .all()
        .find(|(section, pair)| is_lost(section, &pair.key));
    notes.extend(dsn.map(|(section, pair)| match section {
        "" => format!(
            "reading `{}` failed: it is in no section, a DSN belongs into `[auth] dsn`",
            source(file, pair)
        ),
        _ if is_elsewhere(section) => format!(
            "reading `{}` failed: it is in `[{}]`, a DSN belongs into `[auth] dsn`",
            source(file, pair),
            section.to_owned().shown()
        ),
        _ if pair.key.contains(char::is_whitespace) => format!(
            "reading `{}` failed: expected `dsn = ..`",
            source(file, pair)
        ),
        _ => format!(
            "reading `[auth] {}` at `{}` failed: unknown key, did you mean `dsn`?",
            pair.key.shown(),
            source(file, pair)
        ),
    }));
    let ours = file.ini.all().find(|(section, _)| is_ours(section));
    notes.extend(ours.map(|(section, pair)| {
        format!(
            "reading `[{}]` above `{}` failed: unknown section, did you mean `[dragonfly]`?",
            section.to_owned().shown(),
            source(file, pair)
        )
    }));
}
