//! The package, as cargo knows it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::Stop;
use super::main_fn::Main;
use crate::project::cargo;
use crate::screen;

const CRATE: &str = "dragonfly-sentry";

pub(super) struct Package {
    manifest: PathBuf,
    /// Its entry in cargo's metadata.
    json: Value,
    workspace: PathBuf,
}

pub(super) enum Dependency {
    Added,
    /// And the command that adds what it lacks.
    There(Option<String>),
    LeftOut,
    /// With the command to run by hand.
    Failed(String),
}

impl Package {
    pub(super) fn in_folder(folder: &Path) -> Result<Self, Stop> {
        let manifest = folder.join("Cargo.toml");
        let shown = folder.display();
        if !manifest.is_file() {
            return Err(Stop::wrong(format!(
                "there is no Cargo.toml in `{shown}`: name the folder of your package with `--path`, or \
                 write the settings alone with `--no-dependency`"
            )));
        }
        let metadata = metadata(&manifest)?;
        let here = fs::canonicalize(&manifest).ok();
        let packages = metadata["packages"].as_array();
        let is_here = |package: &&Value| {
            let manifest = package["manifest_path"].as_str();
            manifest.is_some_and(|manifest| fs::canonicalize(manifest).ok() == here)
        };
        let Some(package) = packages.and_then(|packages| packages.iter().find(is_here)) else {
            return Err(Stop::wrong(format!(
                "the Cargo.toml in `{shown}` is that of a workspace: name the folder of one of its packages \
                 with `--path`, or write the settings alone with `--no-dependency`"
            )));
        };
        Ok(Self {
            manifest,
            json: package.clone(),
            workspace: metadata["workspace_root"]
                .as_str()
                .unwrap_or_default()
                .into(),
        })
    }

    /// The root of its workspace, if programs may well be started there and miss the file.
    pub(super) fn root_above(&self, folder: &Path) -> Option<PathBuf> {
        let is_here = fs::canonicalize(&self.workspace).ok() == fs::canonicalize(folder).ok();
        (!is_here).then(|| self.workspace.clone())
    }

    /// The `main` of the program, the first of several.
    pub(super) fn main(&self) -> Option<Main> {
        let targets = self.json["targets"].as_array()?;
        let default = self.json["default_run"].as_str();
        let is_program = |target: &&Value| {
            let kinds = target["kind"].as_array();
            kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "bin"))
        };
        let programs: Vec<&Value> = targets.iter().filter(is_program).collect();
        let is_default = |target: &&&Value| target["name"].as_str() == default;
        let program = programs.iter().find(is_default).or(programs.first())?;
        let path = Path::new(program["src_path"].as_str()?);
        let root = fs::canonicalize(self.manifest.parent()?).ok();
        let shown = root.and_then(|root| path.strip_prefix(root).ok());
        Main::find(&fs::read_to_string(path).ok()?, shown.unwrap_or(path))
    }

    pub(super) fn add_dependency(&self) -> Dependency {
        let needs_tokio = self.dependency("tokio").is_some();
        let mut words = vec!["add".to_owned(), CRATE.to_owned()];
        if needs_tokio {
            words.extend(["--features", "tokio"].map(str::to_owned));
        }
        let command = format!("cargo {}", words.join(" "));
        if let Some(there) = self.dependency(CRATE) {
            let features = there["features"].as_array();
            let has_tokio =
                features.is_some_and(|features| features.iter().any(|name| name == "tokio"));
            return Dependency::There((needs_tokio && !has_tokio).then_some(command));
        }
        let mut cargo = Command::new(cargo());
        cargo.args(&words).arg("--manifest-path");
        cargo.arg(&self.manifest).stdin(Stdio::null());
        if screen::is_quiet() {
            cargo.arg("--quiet");
        }
        // what cargo says goes to stderr, where it is seen beside `--json`
        match cargo.status() {
            Ok(status) if status.success() => Dependency::Added,
            Ok(status) => failed(&status.to_string(), command),
            Err(error) => failed(&format!("cargo cannot be started, {error}"), command),
        }
    }

    /// The entry of a dependency that programs are built with.
    fn dependency(&self, name: &str) -> Option<&Value> {
        let mut all = self.json["dependencies"].as_array()?.iter();
        all.find(|entry| entry["name"] == name && entry["kind"].is_null())
    }
}

fn failed(why: &str, command: String) -> Dependency {
    screen::say(&format!(
        "adding the dependency failed: {why}: run `{command}` in the folder of the package"
    ));
    Dependency::Failed(command)
}

fn metadata(manifest: &Path) -> Result<Value, Stop> {
    let mut cargo = Command::new(cargo());
    cargo.args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--manifest-path",
    ]);
    let output = cargo.arg(manifest).stdin(Stdio::null()).output();
    let output = output.map_err(|error| {
        Stop::failed(format!(
            "cargo cannot be started: {error}: install Rust, or write the settings alone with \
             `--no-dependency`"
        ))
    })?;
    let metadata = serde_json::from_slice(&output.stdout);
    match metadata {
        Ok(metadata) if output.status.success() => Ok(metadata),
        _ => {
            let said = String::from_utf8_lossy(&output.stderr);
            let why = said.trim().trim_start_matches("error: ");
            Err(Stop::wrong(format!(
                "cargo cannot read `{}`: {}: correct it first",
                manifest.display(),
                why.lines().next().unwrap_or("it says nothing")
            )))
        }
    }
}
