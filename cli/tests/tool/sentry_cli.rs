//! What sentry-cli is given: a program of that name that writes it down.
#![cfg(target_os = "linux")]

mod access;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

use crate::place::{Place, Ran};
use crate::symbols::{LINES, build};

const TOKEN: &str = "hushhushhushhush";

/// What it was started with.
struct Given {
    argv: Vec<String>,
    environment: Vec<String>,
}

impl Given {
    /// What it was given last, in the order of the command line.
    #[track_caller]
    fn to(place: &Place) -> Self {
        let lines = |name: &str| {
            let text = fs::read_to_string(place.cwd().join(name)).unwrap();
            text.lines().map(str::to_owned).collect()
        };
        Self {
            argv: lines("argv"),
            environment: lines("environment"),
        }
    }

    #[track_caller]
    fn has(self, variable: &str) -> Self {
        let found = self.environment.iter().any(|line| line == variable);
        assert!(found, "no `{variable}` in {:#?}", self.environment);
        self
    }

    #[track_caller]
    fn argv(self, words: &[&str]) -> Self {
        assert_eq!(self.argv, words);
        self
    }
}

/// A program that ends as `SAYS` says, after it wrote down what it was given.
const SCRIPT: &str = "#!/bin/sh
printf '%s\\n' \"$@\" >argv
env >environment
echo it went well
eval \"$SAYS\"
";

fn with_fake(place: &Place, path: &str, script: &str) -> String {
    let path = place.cwd().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A place with a program that is ready.
fn ready() -> Place {
    let place = Place::new();
    build(&place, "shop", LINES);
    place
}

fn upload(place: &Place, words: &[&str], variables: &[(&str, &str)]) -> Ran {
    let _ = fs::remove_file(place.cwd().join("argv"));
    let fake = with_fake(place, "bin/fake", SCRIPT);
    let words = [&["symbols", "upload", "shop"], words].concat();
    place.run(&words, &[&[("SENTRY_CLI", &*fake)], variables].concat())
}

const ALL: [(&str, &str); 3] = [
    ("SENTRY_AUTH_TOKEN", TOKEN),
    ("SENTRY_ORG", "pond"),
    ("SENTRY_PROJECT", "shop"),
];

fn with(variables: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    [&ALL, variables].concat()
}

#[test]
fn what_it_is_given() {
    let place = ready();
    upload(
        &place,
        &[],
        &with(&[("SENTRY_URL", "https://sentry.example/")]),
    )
    .exits(0)
    .never_says(TOKEN)
    .has_row("it went well");
    Given::to(&place)
        .argv(&["debug-files", "upload", "shop"])
        .has(&format!("SENTRY_AUTH_TOKEN={TOKEN}"))
        .has("SENTRY_URL=https://sentry.example")
        .has("SENTRY_ORG=pond")
        .has("SENTRY_PROJECT=shop")
        .has("SENTRY_LOAD_DOTENV=0");
    let words = [
        "--include-sources",
        "--org",
        "lake",
        "--project",
        "stall",
        "--",
        "--no-zips",
    ];
    upload(&place, &words, &ALL).exits(0);
    Given::to(&place)
        .argv(&[
            "debug-files",
            "upload",
            "--include-sources",
            "--no-zips",
            "shop",
        ])
        .has("SENTRY_ORG=lake")
        .has("SENTRY_PROJECT=stall")
        .has("SENTRY_URL=https://sentry.io");
    // who waits wants to know whether it is the program that we saw
    upload(&place, &["--wait"], &ALL).exits(0);
    let argv = Given::to(&place).argv;
    assert_eq!(argv[2..4], ["--wait", "--id"], "{argv:?}");
    assert_eq!(argv[5..], ["--require-all", "shop"], "{argv:?}");
}

#[test]
fn what_is_missing_is_named() {
    let place = ready();
    upload(&place, &[], &[])
        .exits(2)
        .notes("a token is missing: set `SENTRY_AUTH_TOKEN`, or write `token = ..` below `[auth]`")
        .notes("the organization is missing: name it by `--org`, in `SENTRY_ORG`, or as `org = ..`")
        .notes("the project is missing: name it by `--project`, in `SENTRY_PROJECT`, or as");
    let ran = upload(&place, &["--org", "pond"], &[("SENTRY_AUTH_TOKEN", TOKEN)]).exits(2);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(!place.cwd().join("argv").exists());
}

#[test]
fn what_is_not_ready_is_not_handed_over() {
    let place = Place::new();
    build(&place, "shop", &["-Cdebuginfo=none", "-Cstrip=none"]);
    upload(&place, &[], &ALL)
        .exits(1)
        .notes("`shop` is not uploaded: it has no debug information of your code")
        .notes("`dragonfly symbols check` says what to do");
    fs::remove_file(place.cwd().join("shop")).unwrap();
    upload(&place, &[], &ALL)
        .exits(2)
        .notes("there is no such file");
    fs::create_dir(place.cwd().join("shop")).unwrap();
    upload(&place, &[], &ALL)
        .exits(2)
        .notes("it is a folder, name the program in it");
    assert!(!place.cwd().join("argv").exists());
}

#[test]
fn how_it_ends_is_how_we_end() {
    let place = ready();
    for (says, code, told) in [
        (
            "exit 1",
            1,
            "sentry-cli failed (exit status: 1): it says why above; ",
        ),
        (
            "exit 2",
            2,
            "sentry-cli failed (exit status: 2): it says why above; ",
        ),
        (
            "exit 77",
            1,
            "sentry-cli failed (exit status: 77): it says why above; ",
        ),
        (
            "kill -9 $$",
            1,
            "sentry-cli was ended (signal: 9 (SIGKILL)); ",
        ),
    ] {
        upload(&place, &[], &with(&[("SAYS", says)]))
            .exits(code)
            .never_says(TOKEN)
            .notes(told)
            .notes(
                "`pond/shop` on https://sentry.io, with the token of environment SENTRY_AUTH_TOKEN",
            );
    }
}

#[test]
fn a_dry_run_prints_the_command() {
    let place = ready();
    let ran = upload(&place, &["--dry-run", "--wait"], &ALL)
        .exits(0)
        .never_says(TOKEN);
    ran.prints(" SENTRY_URL=https://sentry.io SENTRY_ORG=pond SENTRY_PROJECT=shop ")
        .prints("fake debug-files upload --wait --id ");
    assert!(!place.cwd().join("argv").exists());
}

#[test]
fn it_is_found_in_the_path_or_missed() {
    let place = ready();
    let empty = place.cwd().join("empty");
    fs::create_dir(&empty).unwrap();
    let run = |path: &Path, named: &str| {
        let path = path.to_str().unwrap();
        let variables = with(&[]);
        let more = [("PATH", path), ("SENTRY_CLI", named)];
        place.run(
            &["symbols", "upload", "shop"],
            &[&variables[..], &more].concat(),
        )
    };
    let ran = run(&empty, "").exits(1);
    ran.notes("sentry-cli is not there: install it by `npm install --global @sentry/cli`, by")
        .notes("`pip install sentry-cli`");
    run(&empty, "no/such/tool")
        .exits(1)
        .notes("`SENTRY_CLI` names `no/such/tool`, which is not there");
    // a folder is no program
    run(&empty, "/")
        .exits(1)
        .notes("running `/`, which `SENTRY_CLI` names, failed: ");
    with_fake(&place, "bin/sentry-cli", "#!/bin/sh\necho found\n");
    run(&place.cwd().join("bin"), "").exits(0).has_row("found");
}

#[test]
fn a_signal_is_passed_on_and_its_end_awaited() {
    let place = ready();
    let fake = with_fake(
        &place,
        "fake",
        "#!/bin/sh\ntrap 'echo tidied; exit 3' TERM\necho started\n\
         while :; do sleep 0.01; done\n",
    );
    let variables = [&ALL[..], &[("SENTRY_CLI", &*fake)]].concat();
    let mut running = place.start(&["symbols", "upload", "shop"], &variables);
    assert_eq!(running.line(), "started");
    let pid = Pid::from_child(&running.child);
    kill_process(pid, Signal::TERM).unwrap();
    running
        .end()
        .exits(1)
        .has_row("tidied")
        .notes("exit status: 3");
}
