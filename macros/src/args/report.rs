//! The arguments of `#[report_errors]`.

use super::recorded::{Field, Message, fields, message};
use super::value::{boolean, limit, share, string, strings, wrong_value};
use super::{Argument, Library, library, named, read_keys};
use crate::diag;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, LitBool, LitStr, Pat, Path, Token, parenthesized};

/// The arguments of `#[report_errors]`.
#[derive(Default)]
pub(crate) struct ReportArgs {
    pub(crate) library: Library,
    pub(crate) level: Option<Ident>,
    pub(crate) ignored: Vec<Ignored>,
    pub(crate) message: Option<Message>,
    pub(crate) fields: Vec<Field>,
    pub(crate) tags: Vec<Field>,
    pub(crate) fingerprint: Vec<LitStr>,
    pub(crate) handled: Option<LitBool>,
    pub(crate) trace: Trace,
    /// An `f64`.
    pub(crate) sample_rate: Option<TokenStream>,
    /// A `u32`.
    pub(crate) max_per_minute: Option<TokenStream>,
    pub(crate) skip: bool,
    /// Whether only the name of the return type says that it is a `Result`, as in an annotated block.
    pub(crate) by_name: bool,
}

/// What the attribute on a block says to those that it puts on functions, before its own arguments.
pub(crate) const BY_NAME: &str = "__dragonfly_by_name";

/// Whether the exits of the body are marked.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Trace {
    #[default]
    On,
    Off,
}

/// Errors that pass unreported.
pub(crate) enum Ignored {
    Pattern(Box<Pat>, Option<Expr>),
    /// Those that are one of these texts. A text is no pattern of an owned one.
    Texts(Vec<LitStr>, Option<Expr>),
    Predicate(Path),
}

const KNOWN: &[&str] = &[
    "level",
    "ignore",
    "message",
    "fields",
    "tags",
    "fingerprint",
    "handled",
    "trace",
    "sample_rate",
    "max_per_minute",
    "skip",
    "crate",
];
const LEVELS: &[(&str, &str)] = &[
    ("debug", "Debug"),
    ("info", "Info"),
    ("warning", "Warning"),
    ("error", "Error"),
    ("fatal", "Fatal"),
];

impl ReportArgs {
    /// Reads the arguments; a mistake in one leaves the others standing.
    pub(crate) fn read(tokens: TokenStream) -> (Self, Option<syn::Error>) {
        let (by_name, tokens) = split_by_name(tokens);
        let mut args = Self {
            by_name,
            ..Self::default()
        };
        let (seen, mut errors) =
            read_keys(tokens, KNOWN, "level = \"warning\"", |key, input, _| {
                args.read_one(key, input)
            });
        if let (true, Some(other)) = (args.skip, seen.iter().find(|key| *key != "skip")) {
            let message = format!("`{other}` cannot be used with `skip`");
            errors.push(syn::Error::new(other.span(), message));
        }
        (args, diag::combine(errors))
    }

    fn read_one(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "skip" => {
                if input.peek(Token![=]) || input.peek(syn::token::Paren) {
                    return Err(syn::Error::new(key.span(), "`skip` takes no value"));
                }
                self.skip = true;
            }
            "ignore" if !input.peek(Token![=]) => self.ignored = patterns(key, input)?,
            "fields" => self.fields = fields(key, input)?,
            "tags" => self.tags = fields(key, input)?,
            _ => {
                let argument = named(key, input)?;
                self.read_value(&argument)?;
            }
        }
        Ok(())
    }

    fn read_value(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.key.to_string().as_str() {
            "crate" => self.library = library(argument)?,
            "level" => self.level = Some(level(argument)?),
            "message" => self.message = Some(message("message", &string(argument)?)?),
            "handled" => self.handled = Some(boolean(argument)?),
            "trace" => {
                self.trace = if boolean(argument)?.value() {
                    Trace::On
                } else {
                    Trace::Off
                };
            }
            "sample_rate" => self.sample_rate = Some(share(argument)?),
            "max_per_minute" => self.max_per_minute = Some(limit(argument, u32::MAX)?),
            "fingerprint" => self.fingerprint = strings(argument)?,
            "ignore" => match &argument.value {
                Expr::Path(path) => self.ignored = vec![Ignored::Predicate(path.path.clone())],
                other => {
                    return Err(wrong_value(
                        argument,
                        "the path of a function, or `ignore(PATTERN)`,",
                        other,
                    ));
                }
            },
            _ => {} // unknown, and said so
        }
        Ok(())
    }
}

fn split_by_name(tokens: TokenStream) -> (bool, TokenStream) {
    let mut rest = tokens.clone().into_iter();
    match rest.next() {
        Some(TokenTree::Ident(word)) if word == BY_NAME => (true, rest.skip(1).collect()),
        _ => (false, tokens),
    }
}

fn level(argument: &Argument) -> syn::Result<Ident> {
    let text = string(argument)?;
    let name = text.value();
    match LEVELS.iter().find(|(written, _)| *written == name) {
        Some((_, variant)) => Ok(Ident::new(variant, Span::mixed_site())),
        None => Err(syn::Error::new(
            text.span(),
            format!(
                "unknown level `{name}`; expected `debug`, `info`, `warning`, `error` or `fatal`"
            ),
        )),
    }
}

/// `(PATTERN if GUARD, PATTERN)`.
fn patterns(key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Ignored>> {
    const EXPECTED: &str = "`ignore` needs a pattern: `ignore(Error::NotFound { .. })`";
    if !input.peek(syn::token::Paren) {
        return Err(syn::Error::new(key.span(), EXPECTED));
    }
    let content;
    parenthesized!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(key.span(), EXPECTED));
    }
    let one = |input: ParseStream<'_>| {
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.parse::<Option<Token![if]>>()?.is_some() {
            Some(input.parse()?)
        } else {
            None
        };
        if !input.is_empty() && !input.peek(Token![,]) {
            let message =
                "expected a pattern; a condition stands behind one: `ignore(error if ..)`";
            return Err(input.error(message));
        }
        Ok(match texts(&pattern) {
            Some(texts) => Ignored::Texts(texts, guard),
            None => Ignored::Pattern(Box::new(pattern), guard),
        })
    };
    let patterns = Punctuated::<Ignored, Token![,]>::parse_terminated_with(&content, one)?;
    Ok(patterns.into_iter().collect())
}

/// `"sold out" | "closed"`.
fn texts(pattern: &Pat) -> Option<Vec<LitStr>> {
    match pattern {
        Pat::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(vec![text.clone()]),
        Pat::Paren(inner) => texts(&inner.pat),
        Pat::Or(either) => {
            let each: Option<Vec<_>> = either.cases.iter().map(texts).collect();
            each.map(|each| each.concat())
        }
        _ => None,
    }
}
