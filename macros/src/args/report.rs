//! The arguments of `#[report_errors]`.

use super::value::{boolean, constant, limit, share, string, strings, wrong_value};
use super::{Argument, Library, known_key, library, needs_value};
use crate::diag;
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Expr, LitBool, LitStr, Pat, Path, Token, parenthesized};

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
}

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
    Predicate(Path),
}

/// A value to record, and how.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: Expr,
    pub(crate) show: Show,
}

/// How a value is shown.
#[derive(Clone)]
pub(crate) enum Show {
    /// As its type can best.
    Best,
    /// By a format such as `{:?}`.
    As(LitStr),
}

/// What the function was doing: a format string, and the values that its placeholders name.
pub(crate) struct Message {
    /// With `{}` for each value.
    pub(crate) format: LitStr,
    pub(crate) values: Vec<Field>,
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
        let mut args = Self::default();
        let mut errors = Vec::new();
        let mut seen: Vec<Ident> = Vec::new();
        let parse = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let key = known_key(input, KNOWN, &seen, "level = \"warning\"", &mut errors)?;
                if KNOWN.iter().any(|known| key == known) {
                    args.read_one(&key, input)?;
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
            "ignore" if input.peek(syn::token::Paren) => self.ignored = patterns(key, input)?,
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
            "message" => self.message = Some(message(&string(argument)?)?),
            "handled" => self.handled = Some(boolean(argument)?),
            "trace" => {
                self.trace = if boolean(argument)?.value() {
                    Trace::On
                } else {
                    Trace::Off
                };
            }
            "sample_rate" => {
                let rate =
                    share(argument)?.map(|rate| constant(argument, &Literal::f64_suffixed(rate)));
                self.sample_rate = rate.or_else(|| Some(argument.value.to_token_stream()));
            }
            "max_per_minute" => {
                let most =
                    limit(argument)?.map(|most| constant(argument, &Literal::u32_suffixed(most)));
                self.max_per_minute = most.or_else(|| Some(argument.value.to_token_stream()));
            }
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

/// Passes over the value of a key that nobody knows.
fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn named(key: &Ident, input: ParseStream<'_>) -> syn::Result<Argument> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(needs_value(key));
    }
    if input.peek(syn::token::Paren) {
        let message = format!("`{key}` takes its value after `=`: `{key} = ..`");
        let group: proc_macro2::Group = input.parse()?;
        return Err(syn::Error::new(group.span(), message));
    }
    input.parse::<Token![=]>()?;
    Ok(Argument {
        key: key.clone(),
        value: input.parse()?,
    })
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
    let content;
    parenthesized!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(
            key.span(),
            "`ignore` needs a pattern: `ignore(Error::NotFound { .. })`",
        ));
    }
    let one = |input: ParseStream<'_>| {
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.parse::<Option<Token![if]>>()?.is_some() {
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Ignored::Pattern(Box::new(pattern), guard))
    };
    let patterns = Punctuated::<Ignored, Token![,]>::parse_terminated_with(&content, one)?;
    Ok(patterns.into_iter().collect())
}

/// `(user_id, len = items.len(), ?state, path = %path.display())`.
fn fields(key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Field>> {
    if !input.peek(syn::token::Paren) {
        let message =
            format!("`{key}` takes its values in parentheses: `{key}(name, other = expression)`");
        return Err(syn::Error::new(key.span(), message));
    }
    let content;
    parenthesized!(content in input);
    let fields = Punctuated::<Field, Token![,]>::parse_terminated_with(&content, field)?;
    let mut seen: Vec<String> = Vec::new();
    for field in &fields {
        if seen.contains(&field.name) {
            let message = format!("duplicate name `{}` in `{key}`", field.name);
            return Err(syn::Error::new_spanned(&field.value, message));
        }
        seen.push(field.name.clone());
    }
    Ok(fields.into_iter().collect())
}

fn field(input: ParseStream<'_>) -> syn::Result<Field> {
    if let Some(show) = sigil(input)? {
        let name = Ident::parse_any(input)?;
        return Ok(Field {
            name: name.unraw().to_string(),
            value: syn::parse2(name.to_token_stream())?,
            show,
        });
    }
    let mut name: Punctuated<Ident, Token![.]> = Punctuated::new();
    name.push_value(Ident::parse_any(input).map_err(|error| {
        syn::Error::new(error.span(), "expected a name, or `name = expression`")
    })?);
    while input.peek(Token![.]) {
        name.push_punct(input.parse()?);
        name.push_value(Ident::parse_any(input)?);
    }
    let text = name
        .iter()
        .map(|part| part.unraw().to_string())
        .collect::<Vec<_>>()
        .join(".");
    if input.parse::<Option<Token![=]>>()?.is_none() {
        return Ok(Field {
            name: text,
            value: syn::parse2(name.to_token_stream())?,
            show: Show::Best,
        });
    }
    let show = sigil(input)?.unwrap_or(Show::Best);
    Ok(Field {
        name: text,
        value: input.parse()?,
        show,
    })
}

/// `%` is `Display`, `?` is `Debug`, as in `tracing`.
fn sigil(input: ParseStream<'_>) -> syn::Result<Option<Show>> {
    if let Some(sigil) = input.parse::<Option<Token![%]>>()? {
        return Ok(Some(Show::As(LitStr::new("{}", sigil.span))));
    }
    if let Some(sigil) = input.parse::<Option<Token![?]>>()? {
        return Ok(Some(Show::As(LitStr::new("{:?}", sigil.span))));
    }
    Ok(None)
}

/// Splits `loading {path:?}` into its text and the values that it names.
fn message(text: &LitStr) -> syn::Result<Message> {
    let written = text.value();
    let mut format = String::new();
    let mut values = Vec::new();
    let mut letters = written.chars().peekable();
    let wrong = |what: &str| Err(syn::Error::new(text.span(), what.to_owned()));
    while let Some(letter) = letters.next() {
        match letter {
            '{' if letters.next_if_eq(&'{').is_some() => format.push_str("{{"),
            '}' if letters.next_if_eq(&'}').is_some() => format.push_str("}}"),
            '{' => {
                let mut placeholder = String::new();
                loop {
                    match letters.next() {
                        Some('}') => break,
                        Some(letter) => placeholder.push(letter),
                        None => return wrong("a `{` is not closed; write `{{` for a brace"),
                    }
                }
                let (name, how) = match placeholder.split_once(':') {
                    Some((name, how)) => (name.trim(), format!("{{:{how}}}")),
                    None => (placeholder.trim(), "{}".to_owned()),
                };
                if how.contains('$') || how.contains(".*") {
                    return wrong("width and precision cannot be arguments in `message`");
                }
                let Ok(name_token) = syn::parse_str::<Ident>(name)
                    .or_else(|_| Ident::parse_any.parse_str(name).and_then(only_self))
                else {
                    return wrong("placeholders of `message` name an argument: `{path}`");
                };
                let name_token = Ident::new(&name_token.to_string(), text.span());
                format.push_str("{}");
                values.push(Field {
                    name: name.to_owned(),
                    value: syn::parse2(quote!(#name_token))?,
                    show: Show::As(LitStr::new(&how, text.span())),
                });
            }
            '}' => return wrong("a `}` is not opened; write `}}` for a brace"),
            other => format.push(other),
        }
    }
    Ok(Message {
        format: LitStr::new(&format, text.span()),
        values,
    })
}

fn only_self(word: Ident) -> syn::Result<Ident> {
    if word == "self" {
        Ok(word)
    } else {
        Err(syn::Error::new(word.span(), "a keyword"))
    }
}
