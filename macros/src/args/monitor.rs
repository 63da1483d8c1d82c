//! The arguments of `#[monitor]`.

use super::crontab;
use super::timezone::timezone;
use super::value::{limit, string};
use super::{Library, library, named, read_keys};
use crate::diag;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::parse::ParseStream;
use syn::{Ident, LitStr};

/// The arguments of `#[monitor]`.
#[derive(Default)]
pub(crate) struct MonitorArgs {
    pub(crate) library: Library,
    pub(crate) slug: Option<LitStr>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) timezone: Option<LitStr>,
    /// Minutes, each a `u32`.
    pub(crate) margin: Option<TokenStream>,
    pub(crate) max_runtime: Option<TokenStream>,
    /// So many runs in a row, each a `u32`.
    pub(crate) failure_issue_threshold: Option<TokenStream>,
    pub(crate) recovery_threshold: Option<TokenStream>,
}

/// When a job is expected to run.
pub(crate) enum Schedule {
    Crontab(LitStr),
    /// So many, and the variant of the unit.
    Every(u32, Ident),
}

const KNOWN: &[&str] = &[
    "slug",
    "schedule",
    "timezone",
    "margin",
    "max_runtime",
    "failure_issue_threshold",
    "recovery_threshold",
    "crate",
];
const UNITS: &[(&str, &str)] = &[
    ("minute", "Minute"),
    ("hour", "Hour"),
    ("day", "Day"),
    ("week", "Week"),
    ("month", "Month"),
    ("year", "Year"),
];
/// The longest that a monitor may wait, as Sentry has it: 28 days.
const MOST_MINUTES: u32 = 28 * 24 * 60;
/// The most runs that Sentry waits for before it makes an issue, or resolves it.
const MOST_RUNS: u32 = 720;
/// The longest slug that Sentry takes.
const LONGEST: usize = 50;

impl MonitorArgs {
    /// Reads the arguments; a mistake in one leaves the others standing.
    pub(crate) fn read(tokens: TokenStream) -> (Self, Option<syn::Error>) {
        let mut args = Self::default();
        let (seen, mut errors) = read_keys(tokens, KNOWN, "slug = \"nightly\"", |key, input, _| {
            args.read_one(key, input)
        });
        if !seen.iter().any(|key| key == "slug") && errors.is_empty() {
            let message = "`#[monitor]` needs the name of the monitor: `slug = \"nightly\"`";
            errors.push(syn::Error::new(Span::call_site(), message));
        }
        for key in &seen {
            let needs_schedule = key != "slug" && key != "crate";
            if needs_schedule && args.schedule.is_none() && errors.is_empty() {
                let message = format!("`{key}` needs a `schedule`: Sentry takes the two together");
                errors.push(syn::Error::new(key.span(), message));
            }
        }
        (args, diag::combine(errors))
    }

    fn read_one(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let argument = named(key, input)?;
        let minutes = || limit(&argument, MOST_MINUTES);
        let runs = || limit(&argument, MOST_RUNS);
        match key.to_string().as_str() {
            "crate" => self.library = library(&argument)?,
            "slug" => self.slug = Some(slug(string(&argument)?)?),
            "schedule" => self.schedule = Some(schedule(&string(&argument)?)?),
            "timezone" => self.timezone = Some(timezone(string(&argument)?)?),
            "margin" => self.margin = Some(minutes()?),
            "max_runtime" => self.max_runtime = Some(minutes()?),
            "failure_issue_threshold" => self.failure_issue_threshold = Some(runs()?),
            "recovery_threshold" => self.recovery_threshold = Some(runs()?),
            _ => {} // unknown, and said so
        }
        Ok(())
    }

    /// The monitor, as a constant.
    pub(crate) fn to_constant(&self) -> TokenStream {
        let library = &self.library;
        let slug = self.slug.iter();
        let schedule = self.schedule.as_ref().map(|schedule| match schedule {
            Schedule::Crontab(text) => quote_spanned!(Span::mixed_site()=> .crontab(#text)),
            Schedule::Every(count, unit) => quote_spanned! {Span::mixed_site()=>
                .every(#count, #library::__private::MonitorIntervalUnit::#unit)
            },
        });
        let timezone = self.timezone.iter();
        let (margin, max_runtime) = (self.margin.iter(), self.max_runtime.iter());
        let failures = self.failure_issue_threshold.iter();
        let recoveries = self.recovery_threshold.iter();
        quote_spanned! {Span::mixed_site()=>
            #library::__private::Monitor::new(#(#slug)*)
                #schedule
                #(.timezone(#timezone))*
                #(.margin(#margin))*
                #(.max_runtime(#max_runtime))*
                #(.failure_issue_threshold(#failures))*
                #(.recovery_threshold(#recoveries))*
        }
    }
}

fn slug(text: LitStr) -> syn::Result<LitStr> {
    let value = text.value();
    let is_one = |letter: u8| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || b"-_".contains(&letter)
    };
    if !value.is_empty() && value.len() <= LONGEST && value.bytes().all(is_one) {
        return Ok(text);
    }
    let message = format!("a slug has lower case letters, digits, `-` and `_`, {LONGEST} at most");
    Err(syn::Error::new(text.span(), message))
}

fn schedule(text: &LitStr) -> syn::Result<Schedule> {
    let value = text.value();
    let words: Vec<&str> = value.split_whitespace().collect();
    let every = |count: &str, unit: &str| {
        let singular = unit.strip_suffix('s').unwrap_or(unit);
        let (_, variant) = UNITS.iter().find(|(name, _)| *name == singular)?;
        let count = count.parse().ok().filter(|count| *count > 0)?;
        Some(Schedule::Every(
            count,
            Ident::new(variant, Span::mixed_site()),
        ))
    };
    let found = match words.as_slice() {
        ["every", unit] => every("1", unit),
        ["every", count, unit] => every(count, unit),
        _ => {
            return crontab::check(&value)
                .map(|()| Schedule::Crontab(text.clone()))
                .map_err(|why| syn::Error::new(text.span(), why));
        }
    };
    found.ok_or_else(|| {
        let message =
            "expected `every 10 minutes`, or so many `hours`, `days`, `weeks`, `months` or `years`";
        syn::Error::new(text.span(), message)
    })
}
