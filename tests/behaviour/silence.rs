//! What is not reported, and what reporting does not change.

use dragonfly::report_errors;
use dragonfly::testing::capture_events;
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

#[report_errors]
fn double(text: &str) -> Result<u32, std::num::ParseIntError> {
    Ok(text.parse::<u32>()? * 2)
}

#[test]
fn success_is_silent_and_failure_is_not() {
    let (value, events) = capture_events(|| double("21"));
    assert_eq!((value, events.len()), (Ok(42), 0));
    let (_, events) = capture_events(|| double("x"));
    assert_eq!(events.len(), 1);
}

#[test]
fn only_the_outer_result_counts() {
    #[report_errors]
    fn nested() -> Result<Result<(), String>, String> {
        Ok(Err("the caller's business".to_owned()))
    }
    let (_, events) = capture_events(nested);
    assert_eq!(events.len(), 0);
}

/// Counts how often it is formatted.
#[derive(Debug)]
struct Counting(Rc<Cell<u32>>);

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.set(self.0.get() + 1);
        f.write_str("counted")
    }
}

#[report_errors]
fn count(times: &Rc<Cell<u32>>) -> Result<(), Counting> {
    Err(Counting(Rc::clone(times)))
}

#[test]
fn an_error_is_formatted_once_and_not_at_all_when_nothing_listens() {
    let times = Rc::new(Cell::new(0));
    assert!(count(&times).is_err());
    assert_eq!(times.get(), 0, "nothing listens");
    let (_, events) = capture_events(|| count(&times));
    assert_eq!((times.get(), events.len()), (1, 1));
}

#[test]
fn what_is_formatted_inside_a_display_is_not_reported_from_there() {
    #[derive(Debug)]
    struct Inner;
    impl fmt::Display for Inner {
        #[report_errors]
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("cannot be ")?;
            Err(fmt::Error)
        }
    }
    #[report_errors]
    fn fails() -> Result<(), Inner> {
        Err(Inner)
    }
    let (_, events) = capture_events(fails);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].exception[0].value.as_deref(), Some("cannot be "));
}
