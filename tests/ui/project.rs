//! A cargo workspace beside the build's own files, in which every UI file is a program: in the
//! package `plain` without the attributes, in `reported` with them.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// What programs may use beside the library.
const DEPENDENCIES: &str = r#"
[dependencies]
actix-rt = "2"
anyhow = "1"
async-trait = "0.1"
eyre = "0.6"
futures-util = { version = "0.3", default-features = false, features = ["alloc"] }
thiserror = "2"
tokio = { version = "1", features = ["macros", "rt-multi-thread", "time"] }
tracing = "0.1"
"#;

/// All that clippy knows, and what the compiler knows beyond its defaults.
const LINTS: &[&str] = &[
    "clippy::all",
    "clippy::pedantic",
    "clippy::nursery",
    "clippy::restriction",
    "absolute_paths_not_starting_with_crate",
    "closure_returning_async_block",
    "elided_lifetimes_in_paths",
    "explicit_outlives_requirements",
    "ffi_unwind_calls",
    "if_let_rescope",
    "impl_trait_overcaptures",
    "impl_trait_redundant_captures",
    "keyword_idents",
    "let_underscore_drop",
    "macro_use_extern_crate",
    "meta_variable_misuse",
    "missing_copy_implementations",
    "missing_debug_implementations",
    "missing_docs",
    "missing_unsafe_on_extern",
    "non_ascii_idents",
    "redundant_imports",
    "redundant_lifetimes",
    "rust_2021_incompatible_closure_captures",
    "rust_2021_incompatible_or_patterns",
    "rust_2021_prefixes_incompatible_syntax",
    "rust_2021_prelude_collisions",
    "single_use_lifetimes",
    "tail_expr_drop_order",
    "trivial_casts",
    "trivial_numeric_casts",
    "unit_bindings",
    "unnameable_types",
    "unreachable_pub",
    "unsafe_code",
    "unsafe_op_in_unsafe_fn",
    "unused_extern_crates",
    "unused_import_braces",
    "unused_lifetimes",
    "unused_macro_rules",
    "unused_qualifications",
    "unused_results",
    "variant_size_differences",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Package {
    /// The attributes do nothing.
    Plain,
    /// The attributes are ours.
    Reported,
    /// `#[report_errors]` is `#[trace]`.
    Traced,
    /// The attributes make mistakes that must be found.
    Careless,
}

impl Package {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Reported => "reported",
            Self::Traced => "traced",
            Self::Careless => "careless",
        }
    }

    fn library(self) -> String {
        let of_path = |name: &str| {
            let path = format!("{HERE}/{name}");
            format!("{{ package = \"dragonfly-{name}\", path = {path:?} }}")
        };
        match self {
            Self::Reported => format!(
                "{{ package = \"dragonfly-sentry\", path = {:?}, features = [\"tokio\"] }}",
                format!("{HERE}/../runtime")
            ),
            Self::Traced => of_path("traced"),
            Self::Plain | Self::Careless => of_path("plain"),
        }
    }

    fn has(self, file: &File) -> bool {
        match (self, file.folder) {
            (Self::Plain, "pass" | "fail") | (Self::Reported, _) => true,
            (Self::Traced, "pass") => file.has_bare_attributes,
            (Self::Careless, _) => ["body-of-one-line", "never-called"].contains(&&*file.name),
            (Self::Plain | Self::Traced, _) => false,
        }
    }
}

/// One UI file in one edition.
struct File {
    folder: &'static str,
    name: String,
    edition: String,
    path: PathBuf,
    /// Whether functions are annotated, without arguments.
    has_bare_attributes: bool,
}

/// How often each thing was said of a program.
pub(crate) type Diagnostics = BTreeMap<Diagnostic, usize>;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    pub(crate) code: String,
    level: String,
    place: String,
    /// Only of errors: warnings may name a place in other words.
    message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {}: {} {}",
            self.code, self.place, self.level, self.message
        )
    }
}

pub(crate) struct Project {
    folder: PathBuf,
    files: Vec<File>,
    clippy: OnceLock<Said>,
}

impl Project {
    /// Writes the manifests; what did not change stays built.
    pub(crate) fn write() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
        let project = Self {
            files: ["pass", "ours", "fail"]
                .into_iter()
                .flat_map(files_in)
                .collect(),
            clippy: OnceLock::new(),
            folder,
        };
        let packages = [
            Package::Plain,
            Package::Reported,
            Package::Traced,
            Package::Careless,
        ];
        for package in packages {
            project.put(package.name(), &project.manifest(package));
        }
        let members = packages.map(Package::name);
        let workspace = "[profile.dev]\ndebug = false\nincremental = false\n";
        project.put(
            "",
            &format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n{workspace}"),
        );
        fs::copy(
            format!("{HERE}/../Cargo.lock"),
            project.folder.join("Cargo.lock"),
        )
        .unwrap();
        project
    }

    fn put(&self, package: &str, manifest: &str) {
        let folder = self.folder.join(package);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    }

    fn manifest(&self, package: Package) -> String {
        let name = package.name();
        let script = format!("{HERE}/ui/link.rs");
        let mut manifest =
            format!("[package]\nname = {name:?}\nedition = \"2024\"\nbuild = {script:?}\n");
        writeln!(manifest, "{DEPENDENCIES}dragonfly = {}", package.library()).unwrap();
        for file in self.files.iter().filter(|file| package.has(file)) {
            let File {
                name: program,
                edition,
                path,
                ..
            } = file;
            writeln!(
                manifest,
                "[[bin]]\nname = \"{name}-{program}\"\nedition = {edition:?}\npath = \"{}\"",
                path.display()
            )
            .unwrap();
        }
        manifest
    }

    /// The programs that end by themselves, with and without the attributes.
    pub(crate) fn programs_to_run(&self) -> impl Iterator<Item = String> {
        [Package::Plain, Package::Reported, Package::Traced]
            .into_iter()
            .flat_map(|package| {
                let files = self.files.iter().filter(|file| file.folder != "fail");
                let files = files.filter(move |file| package.has(file));
                files.map(move |file| format!("{}-{}", package.name(), file.name))
            })
    }

    /// The programs of this package that plain Rust has too.
    pub(crate) fn programs_to_compare(&self, package: Package) -> impl Iterator<Item = &str> {
        let files = self.files.iter().filter(|file| Package::Plain.has(file));
        let files = files.filter(move |file| package.has(file));
        files.map(|file| &*file.name)
    }

    pub(crate) fn build(&self) -> Said {
        self.cargo(&["build"], &[])
    }

    pub(crate) fn clippy(&self) -> &Said {
        self.clippy.get_or_init(|| {
            let lints: Vec<_> = LINTS.iter().flat_map(|lint| ["-W", lint]).collect();
            self.cargo(
                &["clippy"],
                &[&["--", "--cap-lints=warn"], &*lints].concat(),
            )
        })
    }

    fn cargo(&self, command: &[&str], arguments: &[&str]) -> Said {
        let output = Command::new(env!("CARGO"))
            .args(command)
            .args([
                "--workspace",
                "--bins",
                "--keep-going",
                "--offline",
                "--message-format=json",
            ])
            .arg("--target-dir")
            .arg(self.folder.join("target"))
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let messages: Vec<Value> = stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(
            !messages.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Said::read(&messages)
    }
}

/// What cargo said of each program.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) executables: BTreeMap<String, PathBuf>,
    diagnostics: BTreeMap<String, Diagnostics>,
    errors: BTreeMap<String, String>,
}

impl Said {
    fn read(messages: &[Value]) -> Self {
        let mut said = Self::default();
        for message in messages {
            let program = text(&message["target"]["name"]);
            if let Value::String(path) = &message["executable"] {
                said.executables.insert(program, path.into());
            } else if message["reason"] == "compiler-message" {
                let message = &message["message"];
                if message["level"] == "error" {
                    *said.errors.entry(program.clone()).or_default() += &text(&message["rendered"]);
                }
                if let Some(diagnostic) = diagnostic(message) {
                    let diagnostics = said.diagnostics.entry(program).or_default();
                    *diagnostics.entry(diagnostic).or_default() += 1;
                }
            }
        }
        said
    }

    pub(crate) fn of(&self, package: Package, program: &str) -> Diagnostics {
        let program = format!("{}-{program}", package.name());
        self.diagnostics.get(&program).cloned().unwrap_or_default()
    }

    pub(crate) fn errors_of(&self, program: &str) -> &str {
        self.errors.get(program).map_or("", |errors| errors)
    }
}

/// Summaries such as `3 warnings emitted` have no place.
fn diagnostic(message: &Value) -> Option<Diagnostic> {
    let spans = message["spans"].as_array()?;
    let span = spans.iter().find(|span| span["is_primary"] == true)?;
    let file = text(&span["file_name"]);
    let file = Path::new(&file).file_name()?.to_string_lossy();
    let level = text(&message["level"]);
    Some(Diagnostic {
        code: text(&message["code"]["code"]),
        place: format!("{file}:{}:{}", span["line_start"], span["column_start"]),
        message: if level == "error" {
            text(&message["message"])
        } else {
            String::new()
        },
        level,
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn files_in(folder: &'static str) -> Vec<File> {
    let mut paths: Vec<PathBuf> = fs::read_dir(Path::new(HERE).join("ui").join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    paths.sort();
    let programs = paths.into_iter().flat_map(|path| {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let source = fs::read_to_string(&path).unwrap();
        let first = source.lines().next().unwrap_or_default();
        let editions = match first.strip_prefix("// editions: ") {
            Some(editions) => editions.split(' ').map(str::to_owned).collect(),
            None => vec!["2024".to_owned()],
        };
        let several = editions.len() > 1;
        let has_bare_attributes =
            source.contains("report_errors") && !source.contains("report_errors(");
        editions.into_iter().map(move |edition| File {
            folder,
            name: if several {
                format!("{stem}-{edition}")
            } else {
                stem.clone()
            },
            edition,
            path: path.clone(),
            has_bare_attributes,
        })
    });
    programs
        .filter(|file| folder != "fail" || file.name.starts_with("body-"))
        .collect()
}
