//! The way of a trial: copy, annotate, compile until it compiles, compare.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::annotate::{Annotated, SourceFile};
use crate::cargo::{Cargo, Doctests, Message};
use crate::compare::{Diagnostic, Difference, Outcome};
use crate::find::{Impostors, first_item, functions};
use crate::{Cli, source};

/// How often functions may lose their attributes: the compiler shows some errors only without others.
const ROUNDS: usize = 8;

/// What came out.
pub(crate) struct Report {
    pub(crate) subject: String,
    /// How many functions were annotated.
    pub(crate) functions: usize,
    pub(crate) refused: Vec<Refused>,
    /// Errors that belong to no annotated function; with these nothing else was compared.
    pub(crate) unexplained: Vec<String>,
    pub(crate) rustc: Difference<Diagnostic>,
    pub(crate) clippy: Difference<Diagnostic>,
    pub(crate) tests: Difference<Outcome>,
    /// How many tests there are without the attribute, and how many passed.
    pub(crate) tested: (usize, usize),
    /// What could not be done, and where the copies are.
    pub(crate) notes: Vec<String>,
}

/// A function that did not compile with the attribute.
pub(crate) struct Refused {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    /// The compiler's errors, as it prints them.
    pub(crate) errors: Vec<String>,
}

impl Report {
    pub(crate) fn is_clean(&self) -> bool {
        self.refused.is_empty()
            && self.unexplained.is_empty()
            && self.rustc.is_empty()
            && self.clippy.is_empty()
            && self.tests.is_empty()
    }
}

/// Tries the attribute on the crate of the command line.
pub(crate) fn run(cli: &Cli) -> anyhow::Result<Report> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dragonfly = match &cli.dragonfly {
        Some(folder) => folder.clone(),
        None => own.join("../../runtime"),
    };
    let dragonfly = dragonfly
        .canonicalize()
        .with_context(|| format!("`{}` is no folder", dragonfly.display()))?;
    // outside of this checkout, whose settings for clippy would be found otherwise
    let scratch = std::env::temp_dir()
        .join("dragonfly-annotate")
        .join(cli.subject.replace(['/', '\\'], "+"));
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    fs::create_dir_all(&scratch)?;
    let scratch = scratch.canonicalize()?;
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => std::path::absolute(PathBuf::from(folder))?,
        None => own.join("../../target"),
    }
    .join("annotate");
    let from = source::locate(&cli.subject, &scratch)?;
    let mut features = Vec::new();
    features.extend(cli.features.iter().map(|list| format!("--features={list}")));
    if cli.all_features {
        features.push("--all-features".to_owned());
    }
    let side = |name: &str| Cargo {
        folder: scratch.join(name),
        target: &target,
        features: &features,
    };
    let trial = Trial {
        subject: &cli.subject,
        from: &from,
        dragonfly: &dragonfly,
        lints: if cli.pedantic {
            &["-Wclippy::pedantic"]
        } else {
            &[]
        },
        tests: Tests::of(cli),
    };
    let mut report = trial.run(&side("plain"), &side("annotated"))?;
    if cli.keep {
        report
            .notes
            .push(format!("the copies are in `{}`", scratch.display()));
    } else {
        fs::remove_dir_all(&scratch)?;
    }
    Ok(report)
}

/// Which tests are run.
#[derive(Clone, Copy)]
enum Tests {
    None,
    Some(Doctests),
}

impl Tests {
    fn of(cli: &Cli) -> Self {
        match (cli.no_test, cli.no_doctest) {
            (true, _) => Self::None,
            (false, true) => Self::Some(Doctests::Skip),
            (false, false) => Self::Some(Doctests::Run),
        }
    }
}

struct Trial<'a> {
    subject: &'a str,
    from: &'a Path,
    dragonfly: &'a Path,
    lints: &'a [&'a str],
    tests: Tests,
}

/// What came out on one side.
struct Side {
    rustc: Vec<Message>,
    clippy: Vec<Message>,
    tests: Vec<Outcome>,
}

impl Trial<'_> {
    /// One side after the other, the second copied when the first is done: they share what is built,
    /// their own package too, and what makes cargo build it again is that its files are newer.
    fn run(&self, plain: &Cargo<'_>, annotated: &Cargo<'_>) -> anyhow::Result<Report> {
        source::copy(self.from, &plain.folder, self.dragonfly)?;
        source::link(&plain.folder, &plain.manifest()?.roots)?;
        say("compiling, without the attribute");
        let rustc = plain.check()?;
        let without = self.lint_and_test(plain, rustc)?;
        source::copy(self.from, &annotated.folder, self.dragonfly)?;
        // the same versions on both sides
        fs::copy(
            plain.folder.join("Cargo.lock"),
            annotated.folder.join("Cargo.lock"),
        )?;
        let mut subject = Subject::annotate(annotated)?;
        let rustc = subject.compile(annotated, &without.rustc)?;
        let with = if subject.unexplained.is_empty() {
            self.lint_and_test(annotated, rustc)?
        } else {
            // nothing more can be compared
            Side {
                rustc: Vec::new(),
                clippy: Vec::new(),
                tests: Vec::new(),
            }
        };
        if let Some(error) = without.rustc.iter().find(|message| message.is_error()) {
            let place = &error.diagnostic;
            subject.notes.push(format!(
                "{}:{} does not compile without the attribute either: {}",
                place.file, place.line, place.message
            ));
        }
        Ok(subject.report(self.subject, &without, with))
    }

    fn lint_and_test(&self, side: &Cargo<'_>, rustc: Vec<Message>) -> anyhow::Result<Side> {
        say("linting");
        let clippy = side.clippy(self.lints)?;
        let tests = match self.tests {
            Tests::None => Vec::new(),
            Tests::Some(doctests) => {
                say("testing");
                side.test(doctests)?
            }
        };
        Ok(Side {
            rustc,
            clippy,
            tests,
        })
    }
}

/// The annotated crate.
#[derive(Default)]
struct Subject {
    files: BTreeMap<String, SourceFile>,
    /// Of the functions that do not compile, by file and index.
    errors: BTreeMap<(String, usize), Vec<String>>,
    unexplained: Vec<String>,
    notes: Vec<String>,
}

impl Subject {
    fn annotate(copy: &Cargo<'_>) -> anyhow::Result<Self> {
        let mut subject = Self::default();
        let manifest = copy.manifest()?;
        source::link(&copy.folder, &manifest.roots)?;
        let mut parsed = Vec::new();
        let mut impostors = Impostors::default();
        for path in source::files(&copy.folder, &manifest.roots)? {
            if manifest.build_script.as_ref() == Some(&path) {
                continue;
            }
            let Ok(text) = fs::read_to_string(copy.folder.join(&path)) else {
                continue; // not Unicode, so it is no code
            };
            let skipped = unknown_to_the_parser(&text);
            match syn::parse_file(&text[skipped..]) {
                Ok(file) => {
                    impostors.read(&file);
                    parsed.push((path, text, skipped, file));
                }
                Err(error) => subject
                    .notes
                    .push(format!("`{}` is left out: {error}", path.display())),
            }
        }
        for (path, text, skipped, file) in parsed {
            let is_root = manifest.edition == "2015" && manifest.roots.contains(&path);
            let name = path.to_string_lossy().into_owned();
            let file = SourceFile {
                path: name.clone(),
                functions: functions(&file, &impostors, skipped)
                    .into_iter()
                    .map(|function| (function, Annotated::Yes))
                    .collect(),
                root: first_item(&file, skipped).filter(|_| is_root),
                text,
            };
            file.write(&copy.folder)?;
            subject.files.insert(name, file);
        }
        Ok(subject)
    }

    fn report(self, subject: &str, without: &Side, with: Side) -> Report {
        let compared = self.unexplained.is_empty();
        let messages = |plain: &[Message], annotated: &[Message]| {
            if compared {
                self.difference(plain, annotated)
            } else {
                Difference::between([], [])
            }
        };
        let rustc = messages(&without.rustc, &with.rustc);
        let clippy = messages(&without.clippy, &with.clippy);
        let passed = without.tests.iter().filter(|test| test.result == "ok");
        let tested = (without.tests.len(), passed.count());
        let tests = if compared {
            Difference::between(without.tests.iter().cloned(), with.tests)
        } else {
            Difference::between([], [])
        };
        Report {
            subject: subject.to_owned(),
            functions: self.files.values().map(|file| file.functions.len()).sum(),
            refused: self.refused(),
            unexplained: self.unexplained,
            rustc,
            clippy,
            tests,
            tested,
            notes: self.notes,
        }
    }

    /// Compiles the copy, with fewer and fewer attributes until it does.
    fn compile(&mut self, copy: &Cargo<'_>, plain: &[Message]) -> anyhow::Result<Vec<Message>> {
        for _ in 0..ROUNDS {
            say("compiling, with the attribute");
            let annotated = copy.check()?;
            let new = self.difference(plain, &annotated).new;
            let errors: Vec<&Message> = annotated
                .iter()
                .filter(|message| message.is_error() && new.contains(&self.mapped(message)))
                .collect();
            if errors.is_empty() {
                return Ok(annotated);
            }
            let mut given_up = Vec::new();
            let mut unexplained = Vec::new();
            for error in errors {
                let Some(function) = self.give_up(error, &given_up) else {
                    unexplained.push(error.rendered.clone());
                    continue;
                };
                let errors = self.errors.entry(function.clone()).or_default();
                if !errors.contains(&error.rendered) {
                    errors.push(error.rendered.clone());
                }
                given_up.push(function);
            }
            if given_up.is_empty() {
                self.unexplained = unexplained;
                return Ok(annotated);
            }
            for file in self.files.values() {
                file.write(&copy.folder)?;
            }
        }
        bail!("after {ROUNDS} rounds without the functions that do not compile, it still does not");
    }

    /// Takes the attribute off the function that an error points at, or that was given up for it just now.
    fn give_up(
        &mut self,
        error: &Message,
        given_up: &[(String, usize)],
    ) -> Option<(String, usize)> {
        for (path, line) in &error.places {
            let Some(file) = self.files.get_mut(path) else {
                continue;
            };
            if let Some(function) = file.give_up(*line) {
                return Some((path.clone(), function));
            }
            let known = given_up.iter().find(|(known, function)| {
                known == path && file.functions[*function].0.lines.contains(line)
            });
            if known.is_some() {
                return known.cloned();
            }
        }
        None
    }

    fn difference(&self, plain: &[Message], annotated: &[Message]) -> Difference<Diagnostic> {
        let plain = plain.iter().map(|message| message.diagnostic.clone());
        let annotated = annotated.iter().map(|message| self.mapped(message));
        Difference::between(plain, annotated)
    }

    fn mapped(&self, message: &Message) -> Diagnostic {
        let mut diagnostic = message.diagnostic.clone();
        if let Some(file) = self.files.get(&diagnostic.file) {
            diagnostic.column = file.original_column(diagnostic.line, diagnostic.column);
        }
        diagnostic
    }

    fn refused(&self) -> Vec<Refused> {
        let refused = self.errors.iter().filter_map(|((path, index), errors)| {
            let (function, _) = self.files.get(path)?.functions.get(*index)?;
            Some(Refused {
                name: function.name.clone(),
                file: path.clone(),
                line: function.start.0,
                errors: errors.clone(),
            })
        });
        refused.collect()
    }
}

/// The length of a byte order mark and of a `#!` line up to its end.
fn unknown_to_the_parser(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let rest = &text[mark..];
    if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
        return mark + rest.find('\n').unwrap_or(rest.len());
    }
    mark
}

fn say(what: &str) {
    let _ = writeln!(io::stderr(), "dragonfly-annotate: {what}");
}
