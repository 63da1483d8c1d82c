use super::{Cause, Filter};
use crate::report::site::{Package, Site};
use crate::report::view::{Probe, View as _};
use std::cell::Cell;
use std::error::Error;
use std::sync::Arc;
use std::{fmt, io};

/// Whether the rules, each after the other, ignore the error.
macro_rules! ignored {
    ($error:expr, [$($rule:expr),+]) => {{
        let error = $error;
        [$(
            filter(&[$rule]).chain_of((&&&&&&&Probe(&error)).__dragonfly_view()).is_none()
        ),+]
    }};
}

fn filter(rules: &[&str]) -> Filter {
    let rules: Vec<String> = rules.iter().map(|&rule| rule.to_owned()).collect();
    Filter::new(&rules, None)
}

mod shop {
    #[derive(Debug)]
    pub(super) struct ConfigError<T>(pub(super) T);
}

impl<T> fmt::Display for shop::ConfigError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the shop has no address")
    }
}

impl<T: fmt::Debug> Error for shop::ConfigError<T> {}

fn number() -> std::num::ParseIntError {
    "x".parse::<u8>().unwrap_err()
}

#[test]
fn a_type_is_named_by_its_path_or_the_end_of_it() {
    let rules = ignored!(
        shop::ConfigError(1),
        [
            "ConfigError",
            "shop::ConfigError",
            "dragonfly::report::filter::tests::shop::ConfigError",
            "filter::ConfigError",
            "::shop::ConfigError",
            "shop::Error",
            "shop",
            "pond::ConfigError",
            "Config",
            "i32"
        ]
    );
    assert_eq!(
        rules,
        [
            true, true, true, true, true, false, false, false, false, false
        ]
    );
}

#[test]
fn types_of_the_standard_library_are_named_as_they_are_written() {
    let rules = ignored!(
        number(),
        [
            "ParseIntError",
            "num::ParseIntError",
            "std::num::ParseIntError",
            "io::Error"
        ]
    );
    assert_eq!(rules, [true, true, true, false]);
    let rules = ignored!(
        io::Error::other("x"),
        [
            "io::Error",
            "std::io::Error",
            "Error",
            "fmt::Error",
            "::std::io::Error"
        ]
    );
    assert_eq!(rules, [true, true, true, false, true]);
    assert_eq!(
        ignored!(Arc::new(number()), ["ParseIntError", "Arc"]),
        [true, false]
    );
    assert_eq!(ignored!("x".to_owned(), ["String", "str"]), [true, false]);
    assert_eq!(ignored!((), ["io::Error"]), [false]);
}

#[test]
fn erased_types_are_found_by_the_names_that_events_show() {
    let rules = [
        "ParseIntError",
        "std::num::ParseIntError",
        "Error",
        "io::Error",
    ];
    let expected = [true, true, false, false];
    let boxed: Box<dyn Error> = number().into();
    assert_eq!(
        ignored!(boxed, [rules[0], rules[1], rules[2], rules[3]]),
        expected
    );
    let wrapped = anyhow::Error::from(number()).context("counting");
    assert_eq!(
        ignored!(wrapped, [rules[0], rules[1], rules[2], rules[3]]),
        expected
    );
    let wrapped = anyhow::Error::from(io::Error::other("x")).context("reading");
    assert_eq!(
        ignored!(wrapped, ["io::Error", "Error", "Custom"]),
        [true, true, false]
    );
    let wrapped = anyhow::Error::from(io::Error::other("x"));
    assert_eq!(
        ignored!(wrapped, ["std::io::Error", "Custom"]),
        [true, false]
    );
}

/// A crate that stands for another one, whose `Debug` shows another name.
mod clap_builder {
    pub(super) struct Error;
    impl std::fmt::Debug for Error {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("ErrorInner { kind: UnknownArgument, context: FlatMap { keys: [] } }")
        }
    }
    impl std::fmt::Display for Error {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("error: unexpected argument")
        }
    }
    impl std::error::Error for Error {}
}

#[test]
fn a_type_of_clap_is_named_as_programs_write_it() {
    let rules = ignored!(
        clap_builder::Error,
        ["clap::Error", "clap_builder::Error", "shop::Error"]
    );
    assert_eq!(rules, [true, true, false]);
    let inside = anyhow::Error::from(clap_builder::Error).context("reading the command line");
    let rules = ignored!(inside, ["clap::Error", "clap_builder::Error", "ErrorInner"]);
    assert_eq!(rules, [true, true, false]);
}

/// What prints itself as its message could be a message that begins like a type.
#[test]
fn a_message_is_no_type() {
    #[derive(Debug)]
    struct Closed;
    impl fmt::Display for Closed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{self:?}")
        }
    }
    impl Error for Closed {}
    assert_eq!(ignored!(anyhow::Error::from(Closed), ["Closed"]), [false]);
    assert_eq!(ignored!(Closed, ["Closed"]), [true]);
}

#[test]
fn kinds_are_found_in_every_form_of_an_io_error() {
    // with a number, made by hand, with a text of the standard library, with nothing
    let by_number = || io::Error::from_raw_os_error(2);
    let by_hand = || io::Error::new(io::ErrorKind::NotFound, "x, kind: Other");
    let with_text = || -> io::Error {
        let mut nothing: &[u8] = &[];
        io::Read::read_exact(&mut nothing, &mut [0]).unwrap_err()
    };
    let bare = || io::Error::from(io::ErrorKind::NotFound);
    let (is, is_not) = ("io::ErrorKind::NotFound", "io::ErrorKind::Other");
    for make in [by_number, by_hand, bare] as [fn() -> io::Error; 3] {
        assert_eq!(ignored!(make(), [is, is_not]), [true, false]);
        assert_eq!(ignored!(Box::new(make()), [is, is_not]), [true, false]);
        assert_eq!(
            ignored!(anyhow::Error::from(make()), [is, is_not]),
            [true, false]
        );
        let wrapped = anyhow::Error::from(make()).context("reading");
        assert_eq!(ignored!(wrapped, [is, is_not]), [true, false]);
    }
    let ends = "std::io::ErrorKind::UnexpectedEof";
    assert_eq!(ignored!(with_text(), [ends, is]), [true, false]);
    assert_eq!(ignored!(number(), [is, is_not]), [false, false]);
}

#[test]
fn messages_are_found_along_the_chain() {
    let error = anyhow::Error::from(number()).context("counting 12 ducks");
    let rules = ignored!(
        error,
        [
            r"/^counting \d+ ducks$/",
            "/invalid digit/",
            "/(?i)DUCKS/",
            "/^ducks/"
        ]
    );
    assert_eq!(rules, [true, true, true, false]);
}

/// Counts how often it is made a text.
struct Counted<'a>(&'a Cell<u32>);

impl fmt::Display for Counted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.set(self.0.get() + 1);
        f.write_str("counted")
    }
}

impl fmt::Debug for Counted<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("nobody needs this")
    }
}

impl Error for Counted<'_> {}

#[test]
fn texts_are_made_once_and_of_what_is_ignored_by_type_never() {
    let texts = |rules: &[&str]| {
        let made = Cell::new(0);
        let error = Counted(&made);
        let _ = filter(rules).chain_of((&&&&&&&Probe(&error)).__dragonfly_view());
        made.get()
    };
    assert_eq!(texts(&[]), 1);
    assert_eq!(texts(&["/x/", "/y/", "Other", "io::ErrorKind::Other"]), 1);
    assert_eq!(texts(&["/x/", "tests::Counted"]), 0);
}

const PLAIN: Site = {
    let package = Package {
        name: None,
        version: None,
    };
    Site::new("f", || "f", "m", ("f.rs", 1, 1), package)
};
static SITE: Site = PLAIN;
static OWN: Site = PLAIN.sample_rate(0.25).max_per_minute(1);

#[test]
fn what_the_function_says_takes_the_place_of_what_the_program_says() {
    let filter = Filter::new(&[], Some(2));
    filter.sample(0.5);
    let asked = Cell::new(0.0);
    let admit = |site| {
        filter.admit(site, |rate| {
            asked.set(rate);
            true
        })
    };
    assert_eq!(
        (admit(&SITE), asked.get().to_bits()),
        (Ok(None), 0.5_f32.to_bits())
    );
    assert_eq!(admit(&SITE), Ok(None));
    assert_eq!(admit(&SITE), Err(Cause::Limited));
    assert_eq!(
        (admit(&OWN), asked.get().to_bits()),
        (Ok(None), 0.25_f32.to_bits())
    );
    assert_eq!(admit(&OWN), Err(Cause::Limited));
}

#[test]
fn what_is_sampled_away_is_not_taken_from_the_limit() {
    let filter = Filter::new(&[], Some(1));
    assert_eq!(filter.admit(&SITE, |_| false), Err(Cause::Sampled));
    assert_eq!(filter.admit(&SITE, |_| true), Ok(None));
}
