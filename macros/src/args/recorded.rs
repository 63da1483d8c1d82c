//! Values that an attribute records: `fields(user_id, len = items.len())`, `message = "loading {path}"`.

use super::value_of;
use proc_macro2::Ident;
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::token::{Bracket, Paren};
use syn::{Expr, LitStr, Token, parenthesized};

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

/// `(user_id, len = items.len(), ?state, path = %path.display())`.
pub(super) fn fields(key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Field>> {
    if !input.peek(Paren) {
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
    if input.peek(Paren) || input.peek(Bracket) || input.peek(Token![::]) || input.peek(Token![!]) {
        let (_, last) = text.rsplit_once('.').unwrap_or(("", &text));
        let message = format!("an expression needs a name: `{last} = ..`");
        return Err(syn::Error::new_spanned(&name, message));
    }
    if input.parse::<Option<Token![=]>>()?.is_none() {
        return Ok(Field {
            name: text,
            value: syn::parse2(name.to_token_stream())?,
            show: Show::Best,
        });
    }
    let show = sigil(input)?.unwrap_or(Show::Best);
    Ok(Field {
        value: value_of(&text, name.span(), input)?,
        name: text,
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
pub(super) fn message(key: &str, text: &LitStr) -> syn::Result<Message> {
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
                    return wrong(&format!(
                        "width and precision cannot be arguments in `{key}`"
                    ));
                }
                let Ok(name_token) = syn::parse_str::<Ident>(name)
                    .or_else(|_| Ident::parse_any.parse_str(name).and_then(only_self))
                else {
                    return wrong(&format!(
                        "placeholders of `{key}` name an argument: `{{path}}`"
                    ));
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
