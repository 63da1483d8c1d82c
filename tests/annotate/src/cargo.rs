//! Runs cargo in a copy of the crate, and reads what it says.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::compare::{Diagnostic, Outcome};

/// How cargo is called for one copy.
pub(crate) struct Cargo<'a> {
    pub(crate) folder: PathBuf,
    pub(crate) target: &'a Path,
    pub(crate) features: &'a [String],
}

/// What the compiler said, with what the comparison leaves out.
pub(crate) struct Message {
    pub(crate) diagnostic: Diagnostic,
    /// File and line of every place that it mentions, the important ones first.
    pub(crate) places: Vec<(String, usize)>,
    /// As the compiler would print it.
    pub(crate) rendered: String,
}

impl Message {
    pub(crate) fn is_error(&self) -> bool {
        self.diagnostic.level.starts_with("error")
    }
}

/// What is told about a crate by its manifest.
pub(crate) struct Manifest {
    pub(crate) edition: String,
    /// The roots of the library and of the programs, relative to the crate.
    pub(crate) roots: Vec<PathBuf>,
    /// The build script's, relative to the crate.
    pub(crate) build_script: Option<PathBuf>,
}

/// Whether the examples in the documentation are tests too.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Doctests {
    Run,
    Skip,
}

impl Cargo<'_> {
    pub(crate) fn manifest(&self) -> anyhow::Result<Manifest> {
        let output = self.output(&["metadata", "--no-deps", "--format-version=1"], &[])?;
        succeeded(&output, "cargo metadata")?;
        let metadata: Value = serde_json::from_slice(&output.stdout)
            .context("reading the output of `cargo metadata` failed")?;
        let own = self.folder.join("Cargo.toml");
        let package = array(&metadata["packages"])
            .iter()
            .find(|package| Path::new(text(&package["manifest_path"])) == own)
            .context("`cargo metadata` does not know the crate")?;
        let roots_of = |kinds: &[&str]| {
            array(&package["targets"])
                .iter()
                .filter(|target| {
                    let mut own = array(&target["kind"]).iter().map(text);
                    own.any(|kind| kinds.contains(&kind))
                })
                .filter_map(|target| {
                    let path = Path::new(text(&target["src_path"]));
                    path.strip_prefix(&self.folder).ok().map(Path::to_owned)
                })
                .collect::<Vec<_>>()
        };
        Ok(Manifest {
            edition: text(&package["edition"]).to_owned(),
            roots: roots_of(&[
                "lib",
                "rlib",
                "dylib",
                "cdylib",
                "staticlib",
                "proc-macro",
                "bin",
            ]),
            build_script: roots_of(&["custom-build"]).pop(),
        })
    }

    /// What the compiler alone says.
    pub(crate) fn check(&self) -> anyhow::Result<Vec<Message>> {
        self.messages(&["check"], &[])
    }

    /// What clippy says beside the compiler.
    pub(crate) fn clippy(&self, lints: &[&str]) -> anyhow::Result<Vec<Message>> {
        let mut messages = self.messages(&["clippy"], lints)?;
        messages.retain(|message| message.diagnostic.code.starts_with("clippy::"));
        Ok(messages)
    }

    fn messages(&self, command: &[&str], lints: &[&str]) -> anyhow::Result<Vec<Message>> {
        let command = [
            command,
            &["--all-targets", "--keep-going", "--message-format=json"],
        ];
        let output = self.output(&command.concat(), lints)?;
        let mut heard = false;
        let mut messages = Vec::new();
        let own = self.folder.join("Cargo.toml");
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            if Path::new(text(&message["manifest_path"])) == own {
                heard = true;
                let is_script = array(&message["target"]["kind"]).contains(&"custom-build".into());
                if message["fresh"] == true && !is_script {
                    bail!("cargo took what was built before for this copy");
                }
                messages.extend(self.message(&message["message"]));
            }
        }
        if !heard {
            succeeded(&output, "cargo")?;
        }
        Ok(messages)
    }

    fn message(&self, message: &Value) -> Option<Message> {
        let spans = array(&message["spans"]);
        let code = text(&message["code"]["code"]);
        if message.is_null() || spans.is_empty() && code.is_empty() {
            return None; // how many there were
        }
        let primary = spans.iter().find(|span| span["is_primary"] == true);
        let at = |key: &str| {
            let number = primary.and_then(|span| span[key].as_u64());
            usize::try_from(number.unwrap_or_default()).unwrap_or_default()
        };
        let diagnostic = Diagnostic {
            file: primary
                .map(|span| text(&span["file_name"]).to_owned())
                .unwrap_or_default(),
            line: at("line_start"),
            column: at("column_start"),
            level: text(&message["level"]).to_owned(),
            code: code.to_owned(),
            message: self.without_folder(text(&message["message"])),
        };
        Some(Message {
            diagnostic,
            places: places(message),
            rendered: self.without_folder(text(&message["rendered"])),
        })
    }

    /// The tests by name, with what came out.
    pub(crate) fn test(&self, doctests: Doctests) -> anyhow::Result<Vec<Outcome>> {
        let mut command = vec!["test", "--no-fail-fast"];
        if doctests == Doctests::Skip {
            command.push("--tests");
        }
        let output = self.output(&command, &[])?;
        let mut outcomes: Vec<Outcome> = String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(outcome)
            .map(|mut outcome| {
                outcome.test = self.without_folder(&outcome.test);
                outcome
            })
            .collect();
        let all = if output.status.success() {
            "ok"
        } else {
            "FAILED"
        };
        outcomes.push(Outcome {
            test: "(all of `cargo test`)".to_owned(),
            result: all.to_owned(),
        });
        Ok(outcomes)
    }

    fn without_folder(&self, text: &str) -> String {
        let folder = format!("{}/", self.folder.display());
        text.replace(&folder, "")
    }

    fn output(&self, arguments: &[&str], after: &[&str]) -> anyhow::Result<Output> {
        let mut command = cargo(&self.folder);
        let (name, rest) = arguments.split_first().context("cargo does nothing")?;
        // what this checkout has built of their dependencies is not built again; before its name, clippy does not see it
        let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.cargo/config.toml");
        command.args([name, "--config", shared]).args(rest);
        if *name != "metadata" {
            command.args(self.features);
        }
        if !after.is_empty() {
            command.arg("--").args(after);
        }
        command.env("CARGO_TARGET_DIR", self.target);
        command
            .output()
            .with_context(|| format!("starting `cargo {name}` failed"))
    }
}

/// Cargo in a folder, without the settings of reporting and without those of the cargo that runs this.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(folder).env("CARGO_TERM_COLOR", "never");
    for (name, _) in std::env::vars_os() {
        let passed = name.to_string_lossy();
        let of_reporting = passed.starts_with("SENTRY_") || passed.starts_with("DRAGONFLY_");
        if of_reporting || passed.starts_with("CARGO_PKG_") || passed.starts_with("CARGO_MANIFEST_")
        {
            command.env_remove(name);
        }
    }
    command
}

pub(crate) fn succeeded(output: &Output, what: &str) -> anyhow::Result<()> {
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("{what} failed:\n{}", stderr.trim_end());
    }
    Ok(())
}

fn places(message: &Value) -> Vec<(String, usize)> {
    let mut places = Vec::new();
    let mut spans: Vec<&Value> = array(&message["spans"]).iter().collect();
    spans.sort_by_key(|span| span["is_primary"] != true);
    for span in spans {
        let mut span = span;
        // out of the macros, to where they were called
        while !span.is_null() {
            let line = span["line_start"].as_u64().unwrap_or_default();
            let line = usize::try_from(line).unwrap_or_default();
            places.push((text(&span["file_name"]).to_owned(), line));
            span = &span["expansion"]["span"];
        }
    }
    for child in array(&message["children"]) {
        places.extend(self::places(child));
    }
    places
}

/// `test name ... ok`
fn outcome(line: &str) -> Option<Outcome> {
    let (test, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
    // what a child of the test prints may stand between
    let known = ["ok", "FAILED", "ignored"];
    let result = known
        .into_iter()
        .find(|known| result.starts_with(known) || result.ends_with(known))
        .unwrap_or(result);
    Some(Outcome {
        test: test.to_owned(),
        result: result.to_owned(),
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::outcome;

    #[test]
    fn results_of_tests_are_read() {
        for (line, test, result) in [
            ("test a::b ... ok", "a::b", "ok"),
            ("test a ... ignored, too slow", "a", "ignored"),
            (
                "test src/lib.rs - a (line 3) - compile ... FAILED",
                "src/lib.rs - a (line 3) - compile",
                "FAILED",
            ),
            ("test a ... printed by a child\u{20}ok", "a", "ok"),
        ] {
            let outcome = outcome(line).unwrap();
            assert_eq!(outcome.test, test);
            assert_eq!(outcome.result, result);
        }
        assert!(outcome("test result: ok. 3 passed").is_none());
    }
}
