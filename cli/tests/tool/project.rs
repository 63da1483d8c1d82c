//! Which program and which release are meant where none is named.

use std::fs;

use crate::place::{Place, Ran};
#[cfg(target_os = "linux")]
use crate::symbols::{LINES, build};

/// Writes a package with these programs, `main` first, into a folder of the working directory.
fn package(place: &Place, folder: &str, name: &str, more: &[&str]) {
    let folder = place.cwd().join(folder);
    fs::create_dir_all(folder.join("src/bin")).unwrap();
    let manifest =
        format!("[package]\nname = \"{name}\"\nversion = \"1.4.2\"\nedition = \"2024\"\n");
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/main.rs"), "fn main() {}\n").unwrap();
    for name in more {
        fs::write(
            folder.join("src/bin").join(format!("{name}.rs")),
            "fn main() {}\n",
        )
        .unwrap();
    }
}

fn workspace(place: &Place, members: &str) {
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n");
    fs::write(place.cwd().join("Cargo.toml"), manifest).unwrap();
}

fn check(place: &Place, words: &[&str]) -> Ran {
    let words = [&["symbols", "check"], words].concat();
    place.run(&words, &[("CARGO_TARGET_DIR", "target")])
}

#[test]
#[cfg(target_os = "linux")]
fn the_program_of_the_project_here() {
    let place = Place::new();
    package(&place, ".", "shop", &["stall"]);
    check(&place, &[])
        .exits(2)
        .notes("target/release has no program of `shop`: `cargo build --release` makes it");
    build(&place, "target/release/shop", LINES);
    check(&place, &[])
        .exits(0)
        .has_row("Program target/release/shop (by cargo metadata)");
    // of two, none is meant
    build(&place, "target/release/stall", LINES);
    check(&place, &[])
        .exits(2)
        .notes("`shop` has several programs, name one: ");
    check(&place, &["target/release/stall"])
        .exits(0)
        .has_row("Program target/release/stall (named)");
    let manifest = place.cwd().join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap() + "default-run = \"stall\"\n";
    fs::write(manifest, text).unwrap();
    check(&place, &[])
        .exits(0)
        .has_row("Program target/release/stall (by cargo metadata)");
}

#[test]
#[cfg(target_os = "linux")]
fn the_program_of_a_workspace() {
    let place = Place::new();
    workspace(&place, "\"shop\", \"stall\"");
    package(&place, "shop", "shop", &[]);
    package(&place, "stall", "stall", &[]);
    build(&place, "target/release/shop", LINES);
    check(&place, &[])
        .exits(2)
        .notes("several packages with programs, name one by `--package`: shop, stall");
    check(&place, &["--package", "shop"])
        .exits(0)
        .has_row("Program target/release/shop (by cargo metadata)");
    check(&place, &["--package", "stall"])
        .exits(2)
        .notes("has no program of `stall`");
    check(&place, &["--package", "none"])
        .exits(2)
        .notes("no package `none`");
    workspace(&place, "\"shop\"");
    fs::remove_dir_all(place.cwd().join("stall")).unwrap();
    check(&place, &[]).exits(0);
}

#[test]
#[cfg(target_os = "linux")]
fn without_cargo_the_only_program_there() {
    let place = Place::new();
    let check = || place.run(&["symbols", "check"], &[("CARGO", "no/cargo/here")]);
    check()
        .exits(2)
        .notes("cargo is not there to say what it builds");
    build(&place, "target/release/shop", LINES);
    fs::write(place.cwd().join("target/release/shop.d"), "").unwrap();
    fs::write(place.cwd().join("target/release/.cargo-lock"), "").unwrap();
    check()
        .exits(0)
        .has_row("Program target/release/shop (the only program in target/release)");
    build(&place, "target/release/stall", LINES);
    check()
        .exits(2)
        .notes("several programs, name one: target/release/shop, target/release/stall");
}

#[test]
fn without_a_project_cargo_says_why() {
    check(&Place::new(), &[])
        .exits(2)
        .notes("cargo says: could not find `Cargo.toml`");
}

fn release(place: &Place, words: &[&str], variables: &[(&str, &str)]) -> Ran {
    let given = [
        ("SENTRY_AUTH_TOKEN", "secret"),
        ("SENTRY_ORG", "pond"),
        ("SENTRY_PROJECT", "shop"),
    ];
    let words = [&["release"], words, &["--dry-run"]].concat();
    place.run(&words, &[&given, variables].concat())
}

#[test]
fn the_release_is_named_as_programs_report_it() {
    let place = Place::new();
    release(&place, &["new"], &[])
        .exits(2)
        .notes("the version is missing: name it, for cargo says: could not find `Cargo.toml`");
    release(&place, &["new"], &[("CARGO", "no/cargo/here")])
        .exits(2)
        .notes("cargo is not there to say it");
    package(&place, ".", "shop", &[]);
    release(&place, &["new"], &[])
        .exits(0)
        .prints(" releases new shop@1.4.2\n");
    // by the commit that it is built from, where that is asked for
    for commit in ["GITHUB_SHA", "SOURCE_COMMIT"] {
        let built = |from| [("DRAGONFLY_RELEASE_FROM", from), (commit, "c0ffee")];
        for words in [&["new"][..], &["new", "--package", "shop"]] {
            release(&place, words, &built("ci"))
                .exits(0)
                .prints(" new shop@1.4.2+c0ffee\n");
            release(&place, words, &built("package"))
                .exits(0)
                .prints(" new shop@1.4.2\n");
        }
    }
    // what a program is told is stronger than its name, and what is said here stronger than both
    let variable = [("SENTRY_RELEASE", "shop@2")];
    release(&place, &["new"], &variable)
        .exits(0)
        .prints(" new shop@2\n");
    release(&place, &["new", "shop@3"], &variable)
        .exits(0)
        .prints(" new shop@3\n");
    let file = place.with_rc("[dragonfly]\nrelease = shop@4\n");
    release(&file, &["new"], &[])
        .exits(0)
        .prints(" new shop@4\n");
    release(&file, &["new", "--package", "shop"], &[])
        .exits(0)
        .prints(" new shop@1.4.2\n");
}

#[test]
fn what_sentry_cli_is_told_of_a_release() {
    let place = Place::new();
    let line =
        |words: &[&str], variables: &[(&str, &str)]| release(&place, words, variables).exits(0).out;
    let ends = |line: &str, end: &str| assert!(line.ends_with(end), "{line}");
    ends(&line(&["new", "v1"], &[]), " releases new v1\n");
    ends(
        &line(&["set-commits", "v1"], &[]),
        " releases set-commits v1 --auto\n",
    );
    ends(&line(&["finalize", "v1"], &[]), " releases finalize v1\n");
    ends(
        &line(&["deploy", "v1"], &[]),
        " deploys new --release v1 --env production\n",
    );
    let staging = [("SENTRY_ENVIRONMENT", "staging")];
    ends(
        &line(&["deploy", "v1"], &staging),
        " --release v1 --env staging\n",
    );
    ends(
        &line(&["deploy", "v1", "--env", "test"], &staging),
        " --env test\n",
    );
    let place = Place::new();
    for (words, end) in [
        (
            ["release", "new", "v1", "--dry-run", "--", "--finalize"],
            "new v1 --finalize\n",
        ),
        (
            ["release", "set-commits", "v1", "--dry-run", "--", "--local"],
            "set-commits v1 --local\n",
        ),
        (
            ["release", "finalize", "v1", "--dry-run", "--", "it's"],
            r"v1 'it'\''s'",
        ),
    ] {
        let given = [
            ("SENTRY_AUTH_TOKEN", "s"),
            ("SENTRY_ORG", "o"),
            ("SENTRY_PROJECT", "p"),
        ];
        place.run(&words, &given).exits(0).prints(end);
    }
}
