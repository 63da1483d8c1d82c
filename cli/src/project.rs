//! The cargo project of the working directory, as cargo tells of it.

use std::env::{self, consts::EXE_SUFFIX};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::screen::one_line;

pub(crate) struct Project {
    name: String,
    version: String,
    /// The programs that it has.
    programs: Vec<String>,
    default_run: Option<String>,
    target: PathBuf,
}

/// Why no project was found.
pub(crate) enum NoProject {
    /// Cargo is not there.
    NoCargo,
    /// Cargo says why, or there are several.
    Other(String),
}

impl Project {
    /// The package of that name, else the one that the working directory lies in, else the only one of
    /// the workspace that has a program.
    pub(crate) fn find(name: Option<&str>) -> Result<Self, NoProject> {
        let metadata = metadata()?;
        let packages = list(&metadata["packages"]);
        let package = match name {
            Some(name) => {
                let named = packages.iter().find(|package| package["name"] == name);
                named.copied().ok_or_else(|| {
                    NoProject::Other(format!("the workspace has no package `{name}`"))
                })?
            }
            None => here(&metadata, &packages)?,
        };
        Ok(Self {
            name: text(&package["name"]),
            version: text(&package["version"]),
            programs: programs(package),
            default_run: package["default_run"].as_str().map(str::to_owned),
            target: text(&metadata["target_directory"]).into(),
        })
    }

    /// `package@version`, as `#[dragonfly::main]` names it.
    pub(crate) fn release(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// The program that `cargo build --release` makes.
    pub(crate) fn program(&self) -> Result<PathBuf, String> {
        let folder = self.target.join("release");
        let path = |name: &str| folder.join(format!("{name}{EXE_SUFFIX}"));
        let built: Vec<_> = self
            .programs
            .iter()
            .map(|name| path(name))
            .filter(|path| path.is_file())
            .collect();
        let by_default = self.default_run.as_deref().map(path);
        match (built.as_slice(), by_default) {
            ([only], _) => Ok(only.clone()),
            ([_, _, ..], Some(path)) if path.is_file() => Ok(path),
            ([], _) if self.programs.is_empty() => {
                Err(format!("`{}` has no program, name one", self.name))
            }
            ([], _) => Err(format!(
                "{} has no program of `{}`: `cargo build --release` makes it, or name another",
                folder.display(),
                self.name
            )),
            _ => Err(format!(
                "`{}` has several programs, name one: {}",
                self.name,
                in_words(&built)
            )),
        }
    }
}

/// The one program in `target/release`, where cargo cannot be asked.
pub(crate) fn program_without_cargo() -> Result<PathBuf, String> {
    const NONE: &str = "cargo is not there to say what it builds, and `target/release` has no \
                        program: name one";
    let entries = Path::new("target/release").read_dir().map_err(|_| NONE)?;
    let mut found: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file() && is_program(path))
        .collect();
    found.sort();
    match found.as_slice() {
        [] => Err(NONE.to_owned()),
        [only] => Ok(only.clone()),
        several => Err(format!(
            "`target/release` has several programs, name one: {}",
            in_words(several)
        )),
    }
}

fn is_program(path: &Path) -> bool {
    let suffix = path.extension().unwrap_or_default();
    let is_hidden = path
        .file_name()
        .is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    !is_hidden && suffix.eq_ignore_ascii_case(EXE_SUFFIX.trim_start_matches('.'))
}

fn in_words(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    paths.join(", ")
}

/// That of the toolchain that runs us, if one does.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn metadata() -> Result<Value, NoProject> {
    let output = Command::new(cargo())
        .args(["metadata", "--format-version=1", "--no-deps"])
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => NoProject::NoCargo,
            _ => NoProject::Other(format!("running cargo failed: {error}")),
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().find(|line| !line.trim().is_empty());
        let said = said.unwrap_or("no reason").trim_start_matches("error: ");
        return Err(NoProject::Other(format!("cargo says: {}", one_line(said))));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| NoProject::Other(format!("reading what cargo says failed: {error}")))
}

/// The package that the working directory lies in, else the only one with a program.
fn here<'a>(metadata: &'a Value, packages: &[&'a Value]) -> Result<&'a Value, NoProject> {
    let cwd = env::current_dir()
        .and_then(|cwd| cwd.canonicalize())
        .unwrap_or_default();
    let depth = |package: &Value| {
        let manifest = text(&package["manifest_path"]);
        let folder = Path::new(&manifest).parent()?.canonicalize().ok()?;
        let is_around = cwd.starts_with(&folder);
        is_around.then(|| folder.components().count())
    };
    let around = packages
        .iter()
        .filter_map(|package| Some((depth(package)?, *package)));
    if let Some((_, package)) = around.max_by_key(|(depth, _)| *depth) {
        return Ok(package);
    }
    let members = list(&metadata["workspace_default_members"]);
    let members: Vec<_> = packages
        .iter()
        .filter(|package| members.is_empty() || members.contains(&&package["id"]))
        .filter(|package| !programs(package).is_empty())
        .collect();
    match members.as_slice() {
        [only] => Ok(only),
        [] => Err(NoProject::Other(
            "no package of the workspace has a program".to_owned(),
        )),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|package| text(&package["name"]))
                .collect();
            Err(NoProject::Other(format!(
                "the workspace has several packages with programs, name one by `--package`: {}",
                names.join(", ")
            )))
        }
    }
}

fn programs(package: &Value) -> Vec<String> {
    list(&package["targets"])
        .iter()
        .filter(|target| list(&target["kind"]).iter().any(|kind| **kind == "bin"))
        .map(|target| text(&target["name"]))
        .collect()
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
