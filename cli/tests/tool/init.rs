//! `dragonfly init`, in packages that cargo really reads, with a registry in a folder.

#[cfg(target_os = "linux")]
mod on_a_terminal;

use std::fs;
use std::path::PathBuf;

use crate::place::{KEY, Place, Ran};

const TOKIO: &str = "[dependencies]\ntokio = \"1\"\n";

/// A package in a folder of its own, and two crates to depend on.
struct Project(Place);

impl Project {
    fn with(dependencies: &str, main: &str) -> Self {
        let project = Self(Place::new());
        fs::remove_file(project.file(".sentryclirc")).unwrap();
        let registry = project.0.home().join("registry");
        for (name, features) in [("dragonfly-sentry", "tokio = []"), ("tokio", "")] {
            let folder = registry.join(name);
            fs::create_dir_all(folder.join("src")).unwrap();
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[features]\n{features}\n"
            );
            fs::write(folder.join("Cargo.toml"), manifest).unwrap();
            fs::write(folder.join("src/lib.rs"), "").unwrap();
            fs::write(folder.join(".cargo-checksum.json"), "{\"files\":{}}").unwrap();
        }
        let config = format!(
            "[source.crates-io]\nreplace-with = \"here\"\n[source.here]\ndirectory = '{}'\n",
            registry.display()
        );
        project.put(".cargo/config.toml", &config);
        let manifest = format!(
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{dependencies}"
        );
        project.put("Cargo.toml", &manifest);
        project.put("src/main.rs", main);
        project
    }

    fn new() -> Self {
        Self::with("", "fn main() -> std::io::Result<()> {\n    Ok(())\n}\n")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.cwd().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    /// All that a run may change.
    fn all(&self) -> [String; 3] {
        ["Cargo.toml", ".gitignore", ".sentryclirc"].map(|name| self.read(name))
    }

    fn init(&self, args: &[&str]) -> Ran {
        self.0.run(&[&["init"], args].concat(), &[])
    }

    fn init_with_dsn(&self, args: &[&str]) -> Ran {
        self.init(&[&["--dsn", &dsn()], args].concat())
    }
}

fn dsn() -> String {
    format!("https://{KEY}@sentry.example.com/7")
}

#[test]
fn all_that_there_is_to_do() {
    let project = Project::new();
    fs::create_dir(project.file(".git")).unwrap();
    let args = [
        "--org",
        "acme",
        "--project",
        "shop",
        "--environment",
        "staging",
    ];
    let ran = project.init_with_dsn(&args).exits(0);
    ran.never_says(&KEY[4..])
        .prints("https://c0ff…@sentry.example.com/7")
        .prints("src/main.rs:1")
        .prints("    #[dragonfly::main]\n    fn main() -> std::io::Result<()> {\n")
        .prints("    #[dragonfly::report_errors]\n");
    let expected = format!(
        "; read by dragonfly and sentry-cli; keep it out of version control\n\n[auth]\ndsn = {}\n\n\
         [defaults]\norg = acme\nproject = shop\nurl = https://sentry.example.com\n\n\
         [dragonfly]\nenvironment = staging\n",
        dsn()
    );
    assert_eq!(project.read(".sentryclirc"), expected);
    assert_eq!(project.read(".gitignore"), ".sentryclirc\n");
    let manifest = project.read("Cargo.toml");
    assert!(
        manifest.contains("dragonfly-sentry = \"1.0.0\""),
        "{manifest}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |name| {
            fs::metadata(project.file(name))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!((mode(".sentryclirc"), mode(".gitignore")), (0o600, 0o644));
    }
    // what was written is what programs read
    let ran = project.0.run(&["config"], &[]).exits(0);
    ran.has_row("dsn https://c0ff…@sentry.example.com/7 ./.sentryclirc:4")
        .has_row("environment staging ./.sentryclirc:12")
        .has_row("org acme ./.sentryclirc:7")
        .has_row("server https://sentry.example.com ./.sentryclirc:9");
}

#[test]
fn a_second_run_changes_nothing() {
    let project = Project::with(TOKIO, "#[tokio::main]\nasync fn main() {}\n");
    fs::create_dir(project.file(".git")).unwrap();
    let ran = project.init_with_dsn(&["--json"]).exits(0);
    let report = ran.json();
    assert_eq!(report["sentryclirc"]["status"], "written");
    assert_eq!(report["gitignore"]["status"], "made");
    assert_eq!(report["dependency"]["status"], "added");
    assert_eq!(report["main"]["attribute"], "#[dragonfly::main]");
    assert_eq!(report["main"]["replaces"], "#[tokio::main]");
    assert_eq!(report["main"]["is_async"], true);
    assert_eq!(report["dsn"], "https://c0ff…@sentry.example.com/7");
    let manifest = project.read("Cargo.toml");
    assert!(manifest.contains("features = [\"tokio\"]"), "{manifest}");

    let before = project.all();
    for args in [&["--json"][..], &["--json", "--dsn", &dsn()]] {
        let report = project.init(args).exits(0).json();
        assert_eq!(report["sentryclirc"]["status"], "left");
        assert_eq!(
            report["sentryclirc"]["missing"].as_array().unwrap().len(),
            0
        );
        assert_eq!(report["gitignore"]["status"], "there");
        assert_eq!(report["dependency"]["status"], "there");
    }
    assert_eq!(project.all(), before);
}

#[test]
fn what_is_done_is_not_asked_for_again() {
    let todo = "on functions that return a `Result`";
    let ran = Project::new().init_with_dsn(&[]).exits(0);
    ran.prints(&format!("and the other one {todo}"));
    let project = Project::with("", "#[dragonfly::main]\nfn main() {}\n");
    let ran = project.init_with_dsn(&[]).exits(0);
    ran.prints("`main` has its attribute already")
        .never_says("Put the attribute")
        .prints(&format!("Put the other one {todo}"));
}

#[test]
fn without_a_terminal_it_asks_for_nothing() {
    let project = Project::new();
    let before = project.all();
    for args in [&[][..], &["--yes"], &["--org", "acme"], &["--json"]] {
        let ran = project.init(args).exits(2);
        assert_eq!((ran.out.as_str(), ran.err.lines().count()), ("", 1));
        ran.notes("no DSN: pass `--dsn https://<key>@<host>/<project>`")
            .notes("`--environment`");
    }
    assert_eq!(project.all(), before);
}

#[test]
fn what_is_wrong_is_said_before_anything_is_written() {
    let project = Project::new();
    let before = project.all();
    let good = dsn();
    for (args, why) in [
        (["--dsn", &good.replace("/7", "/")], "it has no project id"),
        (["--dsn", "sesame"], "it has no scheme"),
        (
            ["--dsn", &good.replace("https", "http")],
            "write `https://`",
        ),
        (["--org", "a b"], "`--org` cannot be used"),
        (["--project", "a\nb"], "`--project` cannot be used"),
        (["--environment", "a/b"], "`--environment` cannot be used"),
        (["--path", "nowhere"], "there is no folder `nowhere`"),
        (["--path", "src"], "there is no Cargo.toml in `src`"),
    ] {
        let args = if args[0] == "--dsn" {
            args.to_vec()
        } else {
            [&["--dsn", good.as_str()][..], &args].concat()
        };
        let ran = project.init(&args).exits(2).notes(why);
        let ran = ran.never_says("sesame").never_says(&KEY[4..]);
        assert_eq!((ran.out.as_str(), ran.err.lines().count()), ("", 1));
    }
    assert_eq!(project.all(), before);
}

#[test]
fn a_file_that_is_there_is_left() {
    for (text, code, missing) in [
        (
            "[auth]\ntoken = x\n",
            1,
            "[auth] dsn = https://c0ff…@sentry.example.com/7",
        ),
        (
            "[auth]\ndsn = https://k@other.example.com/1\n",
            1,
            "[defaults] org = acme",
        ),
        (
            &format!("[auth]\ndsn = {}\n", dsn()),
            0,
            "[defaults] url = https://sentry.example.com",
        ),
        (
            &format!("[defaults]\nurl = {}\n", dsn()),
            0,
            "[defaults] org = acme",
        ),
        (
            &format!("[auth]\ndsn = {}\n[defaults]\norg = pond\n", dsn()),
            0,
            "[defaults] org = acme, where it says pond",
        ),
    ] {
        let project = Project::new();
        project.put(".sentryclirc", text);
        let ran = project.init_with_dsn(&["--org", "acme"]).exits(code);
        ran.never_says(&KEY[4..]).prints(missing);
        assert_eq!(project.read(".sentryclirc"), text);
        assert!(project.read("Cargo.toml").contains("dragonfly-sentry"));
    }
    // also if it cannot be read
    let project = Project::new();
    fs::create_dir(project.file(".sentryclirc")).unwrap();
    let ran = project.init_with_dsn(&[]).exits(1);
    ran.notes("it is left as it is");
    assert!(!project.read("Cargo.toml").contains("dragonfly-sentry"));
    // or is none: a pipe would be waited for
    #[cfg(unix)]
    {
        let project = Project::new();
        std::os::unix::fs::symlink("/dev/null", project.file(".sentryclirc")).unwrap();
        let ran = project.init_with_dsn(&[]).exits(1);
        ran.notes("it is not a regular file: it is left as it is");
        assert!(!project.read("Cargo.toml").contains("dragonfly-sentry"));
    }
}

#[test]
fn gitignore() {
    // no checkout: none is made, but one that is there is written
    let project = Project::new();
    project.init_with_dsn(&["--no-dependency"]).exits(0);
    assert!(!project.file(".gitignore").exists());

    let project = Project::new();
    project.put(".gitignore", "/target");
    project.init_with_dsn(&["--no-dependency"]).exits(0);
    assert_eq!(project.read(".gitignore"), "/target\n.sentryclirc\n");

    // below the root of a checkout, its own is used
    let project = Project::new();
    fs::create_dir(project.file(".git")).unwrap();
    project.put(".gitignore", "/target\n");
    project.put("shop/Cargo.toml", "");
    let args = ["--no-dependency", "--path", "shop"];
    project.init_with_dsn(&args).exits(0);
    assert_eq!(project.read(".gitignore"), "/target\n.sentryclirc\n");
    assert!(!project.file("shop/.gitignore").exists());
    assert!(project.file("shop/.sentryclirc").exists());
}

#[test]
fn no_dependency_leaves_the_manifest_and_needs_none() {
    let project = Project::new();
    let before = project.read("Cargo.toml");
    let ran = project.init_with_dsn(&["--no-dependency"]).exits(0);
    ran.prints("src/main.rs:1");
    assert_eq!(project.read("Cargo.toml"), before);

    let project = Project::new();
    fs::remove_file(project.file("Cargo.toml")).unwrap();
    project.init_with_dsn(&["--no-dependency"]).exits(0);
    assert!(project.file(".sentryclirc").exists());
}

#[test]
fn a_cargo_that_fails_is_said_with_what_to_run() {
    let project = Project::with(TOKIO, "fn main() {}\n");
    fs::remove_dir_all(project.0.home().join("registry/dragonfly-sentry")).unwrap();
    let ran = project.init_with_dsn(&["--json"]).exits(1);
    let command = "cargo add dragonfly-sentry --features tokio";
    assert_eq!(ran.json()["dependency"]["command"], command);
    ran.notes(&format!("run `{command}` in the folder of the package"));
    assert!(project.file(".sentryclirc").exists());

    let project = Project::new();
    let variables = [("CARGO", "/nowhere/cargo")];
    let args = ["init", "--dsn", &dsn()];
    let ran = project.0.run(&args, &variables).exits(1);
    ran.notes("cargo cannot be started");
    assert!(!project.file(".sentryclirc").exists());
}

#[test]
fn a_workspace_without_a_package() {
    let project = Project::new();
    project.put(
        "Cargo.toml",
        "[workspace]\nmembers = [\"shop\"]\nresolver = \"2\"\n",
    );
    let member = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    project.put("shop/Cargo.toml", member);
    project.put("shop/src/main.rs", "fn main() {}\n");
    project
        .init_with_dsn(&[])
        .exits(2)
        .notes("is that of a workspace");
    let ran = project.init_with_dsn(&["--path", "shop"]).exits(0);
    ran.prints("programs look from the folder");
    assert!(project.read("shop/Cargo.toml").contains("dragonfly-sentry"));
}

#[test]
fn a_broken_manifest() {
    let project = Project::new();
    project.put("Cargo.toml", "[package\n");
    let ran = project.init_with_dsn(&[]).exits(2);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    ran.notes("cargo cannot read").notes("correct it first");
    assert!(!project.file(".sentryclirc").exists());
}

#[test]
fn a_file_that_git_tracks_is_told() {
    let told =
        "git tracks it, which .gitignore does not change: run `git rm --cached .sentryclirc`";
    let project = Project::new();
    let git = |args: &[&str]| {
        let mut git = std::process::Command::new("git");
        let git = git
            .current_dir(project.0.cwd())
            .env("HOME", project.0.home());
        git.args(args)
            .output()
            .is_ok_and(|ran| ran.status.success())
    };
    if !git(&["init"]) {
        return; // no git
    }
    let init = |args: &[&str]| project.init_with_dsn(&[&["--no-dependency"], args].concat());
    init(&[]).exits(0).never_says(told);
    assert_eq!(init(&["--json"]).json()["gitignore"]["tracked"], false);
    assert!(git(&["add", "--force", ".sentryclirc"]));
    init(&[]).exits(0).prints(told);
    assert_eq!(init(&["--json"]).json()["gitignore"]["tracked"], true);
    // nothing is known without git
    let args = ["init", "--no-dependency", "--json"];
    let ran = project.0.run(&args, &[("PATH", "/nowhere")]).exits(0);
    assert_eq!(ran.json()["gitignore"]["tracked"], serde_json::Value::Null);
    assert_eq!(ran.err, "");
    assert!(git(&["rm", "--cached", ".sentryclirc"]));
    init(&[]).exits(0).never_says(told);
}
