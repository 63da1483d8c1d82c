//! What the attributes accept, how they refuse the rest, and that beside this they change nothing.
//!
//! * `pass`: programs that plain Rust compiles too. They are compiled and run with the attributes
//!   and without, and the compiler and clippy must say the same of both.
//! * `ours`: programs that need more of this library than its attributes. They are compiled and run.
//! * `fail`: programs that do not compile, each with the expected message beside it. Where a name
//!   starts with `body-`, the mistake is the program's own: plain Rust must say the same.
//!
//! A first line `// editions: 2018 2021` makes a file one program for each edition; else it is 2024.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod project;

use project::{Diagnostics, Package, Project};
use std::process::Command;
use std::sync::LazyLock;

static PROJECT: LazyLock<Project> = LazyLock::new(Project::write);

/// What cannot be kept, each with what clippy sees instead of the plain function.
const LOST: &[&str] = &[
    "clippy::elidable_lifetime_names", // the lifetime, in the return type of the closure
    "clippy::needless_lifetimes",      // the same
    "clippy::implicit_return",         // our last expression, without `return`
    "clippy::missing_const_for_fn",    // a function that reports
    "clippy::needless_pass_by_value",  // the argument, moved into the body's closure
    "clippy::unnecessary_wraps",       // our last expression, which is no `Ok(..)`
    "clippy::unused_async",            // our `.await`
    "clippy::unused_self",             // `self`, mentioned
];

/// What differs and should not: the program, and the lint or error. An entry that no longer differs
/// is to be taken out; the test says so.
const OPEN: &[(&str, &str)] = &[
    ("bodies-that-diverge", "clippy::needless_return"), // a labelled block hides it
    ("body-of-one-line", "clippy::needless_return"),
    ("lints-that-fire", "clippy::needless_return"),
    ("lints-that-fire", "unused_assignments"), // with a `mut` or unused argument
    (
        "generated-from-parts",
        "clippy::missing_docs_in_private_items",
    ), // the braces are the user's
    ("generated-from-parts", "clippy::single_call_fn"),
    (
        "impl-trait-in-the-result",
        "clippy::default_numeric_fallback",
    ),
    ("inner-attributes", "clippy::allow_attributes"), // they move out of the body
    ("question-mark-conversions", "clippy::try_err"), // a method call stands between `Err` and `?`
    ("tail-temporaries-before-2024-2018", "tail_expr_drop_order"),
    ("tail-temporaries-before-2024-2021", "tail_expr_drop_order"),
    ("body-break-outside-async", "E0267"), // other words, or another code
    ("body-break-outside", "E0267"),
    ("body-break-outside", "E0268"),
    ("body-lifetime-async", ""),         // the place
    ("body-not-mutable-async", "E0596"), // the argument's name is missing
    ("body-not-mutable", "E0596"),
    ("body-use-after-move-async", "E0382"),
    ("body-use-after-move", "E0382"),
];

#[test]
fn mistakes_are_told() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

#[test]
fn programs_run_with_the_attributes_and_without() {
    let built = PROJECT.build();
    let failures: String = PROJECT
        .programs_to_run()
        .filter_map(|program| {
            let Some(executable) = built.executables.get(&program) else {
                let errors = built.errors_of(&program);
                return Some(format!("{program} was not built:\n{errors}\n"));
            };
            let ended = Command::new(executable).output().unwrap();
            let stderr = String::from_utf8_lossy(&ended.stderr);
            (!ended.status.success()).then(|| format!("{program} failed:\n{stderr}\n"))
        })
        .collect();
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn the_compiler_and_clippy_say_the_same_with_the_attributes_and_without() {
    let open = expect_no_difference(Package::Reported);
    for known in OPEN {
        assert!(open.contains(known), "{known:?} no longer differs");
    }
}

#[test]
fn they_say_the_same_of_functions_that_are_timed() {
    expect_no_difference(Package::Traced);
}

/// Between a package and plain Rust, but for those that are known, which are returned.
fn expect_no_difference(package: Package) -> Vec<(&'static str, &'static str)> {
    let said = PROJECT.clippy();
    let mut differences = String::new();
    let mut open = Vec::new();
    for program in PROJECT.programs_to_compare(package) {
        let plain = said.of(Package::Plain, program);
        let other = said.of(package, program);
        differences += &difference(program, &plain, &other, &mut open);
    }
    assert!(differences.is_empty(), "\n{differences}");
    open
}

/// The comparison can fail: it tells an attribute that adds a statement behind the body and hides dead code.
#[test]
fn a_careless_attribute_is_told() {
    let said = PROJECT.clippy();
    let difference = |program: &str| {
        let plain = said.of(Package::Plain, program);
        let careless = said.of(Package::Careless, program);
        difference(program, &plain, &careless, &mut Vec::new())
    };
    let added = difference("body-of-one-line");
    assert!(added.contains("with: unreachable_code"), "{added}");
    let dead = difference("never-called");
    assert!(dead.contains("without: dead_code"), "{dead}");
}

/// One line for each diagnostic that only one of the two has.
fn difference(
    program: &str,
    plain: &Diagnostics,
    reported: &Diagnostics,
    open: &mut Vec<(&'static str, &'static str)>,
) -> String {
    let mut is_open = |code: &str| {
        let known = OPEN.iter().find(|known| **known == (program, code));
        open.extend(known);
        known.is_some()
    };
    let mut only = |which, these: &Diagnostics, those: &Diagnostics| {
        these
            .iter()
            .filter(|(diagnostic, _)| !LOST.contains(&diagnostic.code.as_str()))
            .filter(|(diagnostic, times)| those.get(diagnostic) != Some(times))
            .filter(|(diagnostic, _)| !is_open(&diagnostic.code))
            .fold(String::new(), |lines, (diagnostic, times)| {
                lines + &format!("{program}: {which}: {diagnostic} ({times} times)\n")
            })
    };
    only("without", plain, reported) + &only("with", reported, plain)
}
