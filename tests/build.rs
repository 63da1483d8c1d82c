//! Builds the programs as a build service would: with the commit in a variable.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=GITHUB_SHA=8c1f0e2d4b6a8091a2b3c4d5e6f708192a3b4c5d");
    // that of whoever runs the tests is none of theirs
    println!("cargo::rustc-env=SENTRY_RELEASE=");
}
