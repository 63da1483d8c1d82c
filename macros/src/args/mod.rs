//! The arguments of the attributes, each value with the key that an error may point at.

mod crontab;
mod monitor;
mod options;
mod recorded;
mod report;
mod timezone;
mod trace;
mod value;

pub(crate) use monitor::MonitorArgs;
pub(crate) use recorded::{Field, Message, Show};
pub(crate) use report::{BY_NAME, Ignored, ReportArgs, Trace};
pub(crate) use trace::TraceArgs;

use crate::diag;
use options::{expect_option, expect_threads, flavor, off_as_text};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::token::Paren;
use syn::{Expr, ExprLit, Ident, Lit, Path, Token, parenthesized};
use value::{string, wrong_value};

/// One `key = value`, as written.
pub(crate) struct Argument {
    pub(crate) key: Ident,
    pub(crate) value: Expr,
}

impl Argument {
    /// The value, where it is a text that was written out.
    pub(crate) fn as_text(&self) -> Option<String> {
        string(self).ok().map(|text| text.value())
    }
}

/// Where the expansion finds this library: `::dragonfly`, or what `crate = ..` says.
#[derive(Default)]
pub(crate) struct Library(Option<Path>);

impl Library {
    /// Whether a path names an attribute of this library, as it is usually written.
    pub(crate) fn has(&self, attribute: &Path, name: &str) -> bool {
        attribute.is_ident(name) || self.owns(attribute, name)
    }

    /// Whether it does so in full.
    pub(crate) fn owns(&self, attribute: &Path, name: &str) -> bool {
        let written = |path: &Path| {
            let segments = path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string());
            segments.collect::<Vec<_>>()
        };
        let mut own = self
            .0
            .as_ref()
            .map_or_else(|| vec!["dragonfly".to_owned()], written);
        own.push(name.to_owned());
        written(attribute) == own
    }
}

impl ToTokens for Library {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => {
                let name = Ident::new("dragonfly", Span::mixed_site());
                tokens.extend(quote::quote_spanned!(Span::mixed_site()=> ::#name));
            }
        }
    }
}

/// The arguments of `#[dragonfly::main]` and `dragonfly::init!`.
pub(crate) struct MainArgs {
    pub(crate) library: Library,
    /// Those that become one call each on the options, in the order written.
    pub(crate) options: Vec<Argument>,
    pub(crate) flavor: Option<(Flavor, Span)>,
    pub(crate) worker_threads: Option<Argument>,
}

/// Which of tokio's runtimes an async `main` runs on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    MultiThread,
    CurrentThread,
}

const OPTIONS: &[&str] = &[
    "dsn",
    "environment",
    "release",
    "release_from",
    "dist",
    "sample_rate",
    "traces_sample_rate",
    "traces_sampler",
    "send_default_pii",
    "shutdown_timeout",
    "debug",
    "spotlight",
    "tracing",
    "ignore_errors",
    "max_per_minute",
    "scrub",
    "dry_run",
    "sessions",
    "anonymous_users",
    "spool",
    "before_send",
    "configure",
];
/// What stands within `scrub(..)`; each is an option of its own.
const SCRUB: &[&str] = &["allow", "deny", "with"];
const RUNTIME: &[&str] = &["flavor", "worker_threads"];
const CRATE: &str = "crate";

impl MainArgs {
    /// The last argument that only a runtime of ours can follow, and its place.
    pub(crate) fn of_the_runtime(&self) -> Option<(&'static str, Span)> {
        let threads = self.worker_threads.as_ref();
        let threads = threads.map(|argument| ("worker_threads", argument.key.span()));
        threads.or(self.flavor.map(|(_, at)| ("flavor", at)))
    }

    /// Reads the arguments; a mistake in one leaves the others standing.
    pub(crate) fn read(tokens: TokenStream) -> (Self, Option<syn::Error>) {
        let known: Vec<&str> = OPTIONS
            .iter()
            .chain(RUNTIME)
            .copied()
            .chain([CRATE])
            .collect();
        let (arguments, mut errors) = read_arguments(tokens, &known, "environment = \"staging\"");
        let mut args = Self {
            library: Library(None),
            options: Vec::new(),
            flavor: None,
            worker_threads: None,
        };
        for argument in arguments {
            let read = match argument.key.to_string().as_str() {
                CRATE => library(&argument).map(|library| args.library = library),
                "flavor" => flavor(&argument)
                    .map(|flavor| args.flavor = Some((flavor, argument.key.span()))),
                "worker_threads" => {
                    expect_threads(&argument).map(|()| args.worker_threads = Some(argument))
                }
                _ => expect_option(&argument).map(|()| args.options.push(off_as_text(argument))),
            };
            errors.extend(read.err());
        }
        if let (Some((Flavor::CurrentThread, _)), Some(threads)) =
            (args.flavor, &args.worker_threads)
        {
            errors.push(syn::Error::new(
                threads.key.span(),
                "`worker_threads` cannot be used with `flavor = \"current_thread\"`",
            ));
        }
        (args, diag::combine(errors))
    }
}

fn read_arguments(
    tokens: TokenStream,
    known: &[&str],
    example: &str,
) -> (Vec<Argument>, Vec<syn::Error>) {
    let (mut arguments, mut nested) = (Vec::new(), Vec::new());
    let (_, errors) = read_keys(tokens, known, example, |key, input, errors| {
        if key == "scrub" && input.peek(Paren) {
            let (inner, wrong) = within(key, input)?;
            nested.extend(inner);
            errors.extend(wrong);
            return Ok(());
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            input.parse::<Token![=]>()?;
        }
        let value = if !input.is_empty() && !input.peek(Token![,]) {
            value_of(&key.to_string(), key.span(), input)?
        } else if key == "tracing" {
            syn::parse_quote!(true)
        } else {
            if errors.is_empty() {
                errors.push(needs_value(&key.to_string(), key.span()));
            }
            return Ok(());
        };
        let key = key.clone();
        arguments.push(Argument { key, value });
        Ok(())
    });
    arguments.extend(nested);
    (arguments, errors)
}

/// The arguments within `scrub(..)`: `allow` is `scrub_allow` from here on.
fn within(key: &Ident, input: ParseStream<'_>) -> syn::Result<(Vec<Argument>, Vec<syn::Error>)> {
    let content;
    parenthesized!(content in input);
    let (arguments, errors) = read_arguments(content.parse()?, SCRUB, "allow = [\"session_id\"]");
    let renamed = arguments
        .into_iter()
        .map(|Argument { key: own, value }| Argument {
            key: format_ident!("{key}_{own}", span = own.span()),
            value,
        });
    Ok((renamed.collect(), errors))
}

/// The next key; one that is unknown or there already is read all the same, and said.
fn known_key(
    input: ParseStream<'_>,
    known: &[&str],
    seen: &[Ident],
    example: &str,
    errors: &mut Vec<syn::Error>,
) -> syn::Result<Ident> {
    let key = Ident::parse_any(input).map_err(|error| {
        let message = format!("expected an argument such as `{example}`");
        syn::Error::new(error.span(), message)
    })?;
    let name = key.to_string();
    if !known.contains(&name.as_str()) {
        let is_mains = OPTIONS.contains(&name.as_str()) && !known.contains(&"dsn");
        let message = match name.as_str() {
            _ if is_mains => format!("`{name}` is an argument of `#[dragonfly::main]`"),
            "skip" | "skip_all" if known.contains(&"op") => {
                format!("`{name}` is not needed: only what `fields(..)` names is recorded")
            }
            "err" if known.contains(&"op") => {
                "errors are reported by `#[report_errors]`".to_owned()
            }
            _ => diag::unknown_argument(&name, known),
        };
        errors.push(syn::Error::new(key.span(), message));
    } else if seen.contains(&key) {
        let message = match name.as_str() {
            "ignore" | "fields" | "tags" => {
                format!("duplicate argument `{name}`; one holds them all: `{name}(.., ..)`")
            }
            _ => format!("duplicate argument `{name}`"),
        };
        errors.push(syn::Error::new(key.span(), message));
    }
    Ok(key)
}

/// Reads each key with what follows it; one that nobody knows is said, and passed over.
fn read_keys(
    tokens: TokenStream,
    known: &[&str],
    example: &str,
    mut read_one: impl FnMut(&Ident, ParseStream<'_>, &mut Vec<syn::Error>) -> syn::Result<()>,
) -> (Vec<Ident>, Vec<syn::Error>) {
    let mut errors = Vec::new();
    let mut seen = Vec::new();
    let parse = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let key = known_key(input, known, &seen, example, &mut errors)?;
            if known.iter().any(|known| key == known) {
                read_one(&key, input, &mut errors)?;
            } else {
                skip_value(input)?;
            }
            seen.push(key);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    let parsed = parse.parse2(tokens);
    errors.extend(parsed.err());
    (seen, errors)
}

/// Passes over the value of a key that nobody knows.
fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// `key = value`.
fn named(key: &Ident, input: ParseStream<'_>) -> syn::Result<Argument> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(needs_value(&key.to_string(), key.span()));
    }
    if input.peek(Paren) {
        let message = format!("`{key}` takes its value after `=`: `{key} = ..`");
        let group: proc_macro2::Group = input.parse()?;
        return Err(syn::Error::new(group.span(), message));
    }
    input.parse::<Token![=]>()?;
    Ok(Argument {
        key: key.clone(),
        value: value_of(&key.to_string(), key.span(), input)?,
    })
}

fn value_of(key: &str, at: Span, input: ParseStream<'_>) -> syn::Result<Expr> {
    let start = input.fork();
    input
        .parse()
        .map_err(|error| unfinished(key, at, &start).unwrap_or(error))
}

/// What lacks its end is wrong as a whole: the parser's error would be at what follows, or at the attribute.
fn unfinished(key: &str, at: Span, input: ParseStream<'_>) -> Option<syn::Error> {
    let mut written = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        written.extend(input.parse::<TokenTree>());
    }
    if written.is_empty() {
        return Some(needs_value(key, at));
    }
    syn::parse2::<Expr>(quote::quote!(#written ()))
        .is_ok()
        .then(|| {
            let message = match percent(key, &written) {
                Some(share) => format!("`{key}` is a share, not a percentage: `{key} = {share}`"),
                None => format!("the value of `{key}` is unfinished"),
            };
            syn::Error::new_spanned(written, message)
        })
}

/// The share that a percentage is.
fn percent(key: &str, written: &TokenStream) -> Option<f64> {
    let share = written.to_string();
    let share = share.strip_suffix('%')?.trim().parse::<f64>().ok()? / 100.0;
    (key == "sample_rate" || key == "traces_sample_rate").then_some(share)
}

fn needs_value(key: &str, at: Span) -> syn::Error {
    syn::Error::new(at, format!("`{key}` needs a value: `{key} = ..`"))
}

fn library(argument: &Argument) -> syn::Result<Library> {
    const EXPECTED: &str = "a path such as `::my_facade::dragonfly`";
    match &argument.value {
        Expr::Path(path) if path.qself.is_none() => Ok(Library(Some(path.path.clone()))),
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => text
            .parse()
            .map(|path| Library(Some(path)))
            .map_err(|_| syn::Error::new(text.span(), format!("expected {EXPECTED} for `crate`"))),
        other => Err(wrong_value(argument, EXPECTED, other)),
    }
}
