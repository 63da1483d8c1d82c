//! Where the crate comes from, and its two copies.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::Value;
use toml_edit::{DocumentMut, InlineTable, Item, Table, value};

use crate::cargo::{cargo, succeeded};

/// The folder of the crate: as given, or where cargo unpacks a published one.
pub(crate) fn locate(subject: &str, scratch: &Path) -> anyhow::Result<PathBuf> {
    let path = Path::new(subject);
    if path.join("Cargo.toml").is_file() {
        return Ok(path.canonicalize()?);
    }
    let Some((name, version)) = subject.split_once('@') else {
        bail!("`{subject}` is neither a folder with a Cargo.toml nor NAME@VERSION");
    };
    download(name, version, &scratch.join("download"))
        .with_context(|| format!("getting `{name}` {version} failed"))
}

/// Lets cargo get a crate as the dependency of an empty project, and asks it where it is.
fn download(name: &str, version: &str, project: &Path) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(project.join("src"))?;
    fs::write(project.join("src/lib.rs"), "")?;
    let mut manifest: DocumentMut = "[package]\nname = \"download\"\nversion = \"0.0.0\"\n\
         edition = \"2024\"\n[workspace]\n[dependencies.subject]\ndefault-features = false\n"
        .parse()?;
    manifest["dependencies"]["subject"]["package"] = value(name);
    manifest["dependencies"]["subject"]["version"] = value(format!("={version}"));
    fs::write(project.join("Cargo.toml"), manifest.to_string())?;
    let output = cargo(project)
        .args(["metadata", "--format-version=1"])
        .output()?;
    succeeded(&output, "cargo metadata")?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array();
    let manifest = packages
        .into_iter()
        .flatten()
        .find(|package| {
            package["name"] == name && same_version(package["version"].as_str(), version)
        })
        .and_then(|package| package["manifest_path"].as_str())
        .context("cargo does not say where it is")?;
    let folder = Path::new(manifest).parent();
    Ok(folder.context("its manifest has no folder")?.to_owned())
}

/// Of what stands behind a `+` cargo takes any.
fn same_version(known: Option<&str>, asked: &str) -> bool {
    let bare = |version: &str| version.split('+').next().map(str::to_owned);
    known.and_then(bare) == bare(asked)
}

/// Copies a crate as a workspace of its own that depends on `dragonfly`.
pub(crate) fn copy(from: &Path, to: &Path, dragonfly: &Path) -> anyhow::Result<()> {
    copy_folder(from, to).with_context(|| format!("copying `{}` failed", from.display()))?;
    let path = to.join("Cargo.toml");
    let manifest = fs::read_to_string(&path)?;
    let manifest = with_dependency(&manifest, dragonfly)
        .with_context(|| format!("`{}` cannot stand alone", from.display()))?;
    fs::write(path, manifest)?;
    // the versions that `dragonfly` is tested with
    let lock = dragonfly.join("../Cargo.lock");
    if lock.is_file() {
        fs::copy(lock, to.join("Cargo.lock"))?;
    }
    Ok(())
}

/// Lets a copy know what `dragonfly` and its dependencies implement, which can make a type ambiguous
/// that was not: that is not the attribute's doing. No line moves.
pub(crate) fn link(folder: &Path, roots: &[PathBuf]) -> anyhow::Result<()> {
    for root in roots {
        let path = folder.join(root);
        let Ok(text) = fs::read_to_string(&path) else {
            continue; // not Unicode, so it is no code
        };
        fs::write(path, text + "\nextern crate dragonfly as _;\n")?;
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    const LEFT_OUT: [&str; 8] = [
        ".cargo-checksum.json",
        ".cargo-ok",
        ".git",
        "Cargo.lock",
        "Cargo.toml.orig",
        "rust-toolchain", // another compiler than that of `dragonfly`
        "rust-toolchain.toml",
        "target",
    ];
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left_out| name == OsStr::new(left_out)) {
            continue;
        }
        let (from, to) = (entry.path(), to.join(&name));
        if from.is_dir() {
            copy_folder(&from, &to)?;
        } else {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

fn with_dependency(manifest: &str, dragonfly: &Path) -> anyhow::Result<String> {
    let mut manifest: DocumentMut = manifest.parse()?;
    let package = manifest.get("package").and_then(Item::as_table);
    let package = package.context("its manifest has no `[package]`")?;
    let inherits = |item: &Item| item.get("workspace").is_some_and(Item::is_value);
    if package.contains_key("workspace") || package.iter().any(|(_, item)| inherits(item)) {
        bail!("it inherits from its workspace");
    }
    let mut dependency = InlineTable::new();
    dependency.insert("package", "dragonfly-sentry".into());
    let path = dragonfly.to_str().context("the path is not Unicode")?;
    dependency.insert("path", path.into());
    let dependencies = manifest
        .entry("dependencies")
        .or_insert(Table::new().into());
    dependencies["dragonfly"] = value(dependency);
    manifest.entry("workspace").or_insert(Table::new().into());
    Ok(manifest.to_string())
}

/// The Rust files that belong to the library and the programs, relative to the crate.
pub(crate) fn files(folder: &Path, roots: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for root in roots {
        let parent = root.parent().unwrap_or(Path::new(""));
        walk(folder, parent, &mut files)?;
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn walk(folder: &Path, inside: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    const NOT_BUILT_WITH_IT: [&str; 3] = ["benches", "examples", "tests"];
    for entry in fs::read_dir(folder.join(inside))? {
        let entry = entry?;
        let path = inside.join(entry.file_name());
        let at_root = inside.as_os_str().is_empty();
        if entry.path().is_dir() {
            if !at_root || !NOT_BUILT_WITH_IT.iter().any(|name| path == Path::new(name)) {
                walk(folder, &path, files)?;
            }
        } else if path.extension() == Some(OsStr::new("rs")) {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{copy, files, link, same_version, with_dependency};
    use std::fs;
    use std::path::{Path, PathBuf};

    #[test]
    fn a_copy_stands_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for inside in ["src/a", "tests", "target"] {
            fs::create_dir_all(from.join(inside)).unwrap();
        }
        fs::write(from.join("Cargo.toml"), "[package]\nname = \"a\"\n").unwrap();
        let files_of_it = ["src/lib.rs", "src/a/b.rs", "tests/c.rs", "target/d.rs"];
        for file in files_of_it.into_iter().chain(["rust-toolchain.toml"]) {
            fs::write(from.join(file), "").unwrap();
        }
        copy(&from, &to, Path::new("elsewhere")).unwrap();
        let manifest = fs::read_to_string(to.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"), "{manifest}");
        assert!(manifest.contains("path = \"elsewhere\""), "{manifest}");
        assert!(!to.join("target").exists());
        assert!(!to.join("rust-toolchain.toml").exists());
        assert_eq!(
            files(&to, &[PathBuf::from("src/lib.rs")]).unwrap(),
            ["src/a/b.rs", "src/lib.rs"].map(PathBuf::from)
        );
    }

    #[test]
    fn versions_are_known_by_what_counts() {
        assert!(same_version(Some("0.9.34+deprecated"), "0.9.34"));
        assert!(same_version(Some("1.0.0+a"), "1.0.0+a"));
        assert!(!same_version(Some("0.9.33"), "0.9.34"));
    }

    #[test]
    fn a_copy_is_linked_where_no_line_moves() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("lib.rs");
        fs::write(&root, "mod a; // b").unwrap();
        link(folder.path(), &["lib.rs", "gone.rs"].map(PathBuf::from)).unwrap();
        assert_eq!(
            fs::read_to_string(root).unwrap(),
            "mod a; // b\nextern crate dragonfly as _;\n"
        );
    }

    #[test]
    fn inheritance_is_refused() {
        let manifest = "[package]\nname = \"a\"\nversion.workspace = true\n";
        let error = with_dependency(manifest, Path::new("elsewhere")).unwrap_err();
        assert_eq!(error.to_string(), "it inherits from its workspace");
    }
}
