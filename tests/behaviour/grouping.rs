//! Which events Sentry is told are of the same bug.

use anyhow::{Context as _, anyhow};
use dragonfly::report_errors;
use dragonfly::sentry;
use dragonfly::testing::capture_events;
use std::fs;
use std::io;

#[report_errors]
fn parse(text: &str) -> Result<u8, std::num::ParseIntError> {
    let first = text.split(',').next().unwrap_or(text).parse()?;
    let second: u8 = text.parse()?;
    Ok(second.max(first))
}

#[report_errors]
fn read(path: &str) -> io::Result<Vec<u8>> {
    fs::read(path)
}

#[report_errors]
fn find(order: u32) -> anyhow::Result<()> {
    look_up(order)?;
    Ok(())
}

#[report_errors]
fn cancel(order: u32) -> anyhow::Result<()> {
    look_up(order)?;
    Ok(())
}

/// Not annotated: all its failures leave `find` by the same `?`.
fn look_up(order: u32) -> anyhow::Result<()> {
    match order {
        0..10 => Err(anyhow!("order {order} is closed")),
        10..20 => Err(anyhow!(
            "no order `{order}`, and nobody called {}",
            "x".repeat(order as usize)
        )),
        _ => Err(anyhow!("the shop is closed")),
    }
}

#[report_errors]
fn refuse(name: &str) -> Result<(), String> {
    if name.len() > 3 {
        return Err("too long".to_owned());
    }
    Err(format!("nobody is called {name}"))
}

#[report_errors]
fn morning() -> anyhow::Result<()> {
    find(1).context("in the morning")
}

#[report_errors]
fn evening() -> anyhow::Result<()> {
    morning().context("and again in the evening")
}

/// The fingerprint of the one event that some code makes.
fn fingerprint<T, E>(code: impl FnOnce() -> Result<T, E>) -> Vec<String> {
    let (result, events) = capture_events(code);
    assert!(result.is_err());
    let [event] = events.as_slice() else {
        panic!("{} events", events.len());
    };
    event.fingerprint.iter().map(ToString::to_string).collect()
}

#[test]
fn the_same_bug_is_one_issue() {
    let pairs = [
        (fingerprint(|| parse("x")), fingerprint(|| parse("y"))),
        (
            fingerprint(|| read("nowhere")),
            fingerprint(|| read("not here")),
        ),
        (fingerprint(|| find(1)), fingerprint(|| find(2))),
        (fingerprint(|| find(11)), fingerprint(|| find(11))),
        (fingerprint(|| find(1)), fingerprint(morning)),
        (fingerprint(morning), fingerprint(evening)),
        (
            fingerprint(|| refuse("long")),
            fingerprint(|| refuse("longer")),
        ),
    ];
    for (one, other) in pairs {
        assert_eq!(one, other);
    }
}

#[test]
fn two_bugs_are_two_issues() {
    let pairs = [
        // another `?` of the same function
        (fingerprint(|| parse("x")), fingerprint(|| parse("1,x"))),
        // another kind
        (fingerprint(|| read("/nowhere")), fingerprint(|| read("/"))),
        // another text out of the same `?`
        (fingerprint(|| find(1)), fingerprint(|| find(20))),
        (fingerprint(|| find(1)), fingerprint(|| find(11))),
        // another function
        (fingerprint(|| find(1)), fingerprint(|| cancel(1))),
        // another return
        (fingerprint(|| refuse("long")), fingerprint(|| refuse("a"))),
    ];
    for (one, other) in pairs {
        assert_ne!(one, other);
    }
}

#[test]
fn a_fingerprint_reads_well() {
    let parts = fingerprint(|| read("/nowhere"));
    assert_eq!(parts[0], "behaviour::grouping::read");
    assert_eq!(parts[1], "+1:5");
    assert_eq!(parts[2], "io::Error 2");
}

#[test]
fn a_fingerprint_of_the_program_counts_more() {
    #[report_errors(fingerprint = ["all refusals"])]
    fn refuse_all() -> Result<(), String> {
        Err("no".to_owned())
    }
    #[report_errors(fingerprint = ["{{ default }}"])]
    fn leave_it() -> Result<(), String> {
        Err("no".to_owned())
    }
    assert_eq!(fingerprint(refuse_all), ["all refusals"]);
    assert_eq!(fingerprint(leave_it), ["{{ default }}"]);
    let scoped = fingerprint(|| {
        sentry::configure_scope(|scope| scope.set_fingerprint(Some(&["of the scope"])));
        find(1)
    });
    assert_eq!(scoped, ["of the scope"]);
}
