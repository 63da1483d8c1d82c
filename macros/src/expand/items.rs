//! `#[report_errors]` on an `impl` block, a trait, or an inline module: on every fallible function in it.

use crate::args::Library;
use crate::future::is_fallible;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Signature};

/// ```text
/// // Input:
/// impl Shop { fn open() -> io::Result<Self> { .. } fn name(&self) -> &str { .. } }
/// // Output:
/// impl Shop { #[::dragonfly::report_errors] fn open() -> io::Result<Self> { .. } fn name(&self) -> &str { .. } }
/// ```
///
/// A function counts as fallible by the name of its written return type, as no other thing is
/// known here; one with an attribute of its own, and a `const fn`, are left alone.
pub(crate) fn annotate(
    item: &TokenStream,
    braces: &Group,
    library: &Library,
    args: &TokenStream,
) -> TokenStream {
    let attribute = quote_spanned!(Span::mixed_site()=> #[#library::report_errors(#args)]);
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    if tokens.pop().is_some() {
        tokens.push(TokenTree::Group(within(braces, &attribute)));
    }
    tokens.into_iter().collect()
}

fn within(braces: &Group, attribute: &TokenStream) -> Group {
    let tokens: Vec<TokenTree> = braces.stream().into_iter().collect();
    let mut annotated = TokenStream::new();
    let mut rest = tokens.as_slice();
    while !rest.is_empty() {
        let length = item_length(rest);
        let (item, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        rest = after;
        let start = attributes_length(item);
        let (attributes, bare) = item.split_at_checked(start).unwrap_or((&[], item));
        let is_container = bare.iter().any(|token| {
            matches!(token, TokenTree::Ident(word) if word == "impl" || word == "mod" || word == "trait")
        }) && !bare.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"));
        annotated.extend(attributes.iter().cloned());
        match bare.split_last() {
            _ if is_annotated(attributes) => annotated.extend(bare.iter().cloned()),
            Some((TokenTree::Group(inner), head))
                if is_container && inner.delimiter() == Delimiter::Brace =>
            {
                annotated.extend(head.iter().cloned());
                annotated.extend([TokenTree::Group(within(inner, attribute))]);
            }
            _ => {
                if is_fallible_function(bare) {
                    annotated.extend(attribute.clone());
                }
                annotated.extend(bare.iter().cloned());
            }
        }
    }
    let mut group = Group::new(Delimiter::Brace, annotated);
    group.set_span(braces.span());
    group
}

/// The length of the item that starts here: up to its braces, or its `;`.
fn item_length(tokens: &[TokenTree]) -> usize {
    let is = |token: &TokenTree, any: &[&str]| matches!(token, TokenTree::Ident(word) if any.iter().any(|other| word == other));
    let keyword = tokens.iter().position(|token| {
        is(
            token,
            &["fn", "impl", "mod", "trait", "struct", "enum", "union"],
        )
    });
    let end = tokens
        .iter()
        .enumerate()
        .position(|(index, token)| match token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            // those of `const X: S = S { .. };` end nothing
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace
                    && (keyword.is_some_and(|keyword| keyword < index)
                        || !tokens
                            .iter()
                            .take(index)
                            .any(|token| is(token, &["const", "static", "type", "use"])))
            }
            _ => false,
        });
    end.map_or(tokens.len(), |end| end + 1)
}

fn attributes_length(tokens: &[TokenTree]) -> usize {
    let mut length = 0;
    loop {
        match tokens.get(length..).unwrap_or_default() {
            [TokenTree::Punct(hash), TokenTree::Group(_), ..] if hash.as_char() == '#' => {
                length += 2;
            }
            [
                TokenTree::Punct(hash),
                TokenTree::Punct(bang),
                TokenTree::Group(_),
                ..,
            ] if hash.as_char() == '#' && bang.as_char() == '!' => {
                length += 3;
            }
            _ => return length,
        }
    }
}

fn is_annotated(attributes: &[TokenTree]) -> bool {
    attributes.iter().any(|token| match token {
        TokenTree::Group(group) => group
            .stream()
            .into_iter()
            .take_while(|token| !matches!(token, TokenTree::Group(_)))
            .any(|token| matches!(token, TokenTree::Ident(word) if word == "report_errors")),
        _ => false,
    })
}

fn is_fallible_function(tokens: &[TokenTree]) -> bool {
    let parse = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<syn::Visibility>()?;
        if input.peek(syn::Ident)
            && input
                .fork()
                .parse::<syn::Ident>()
                .is_ok_and(|word| word == "default")
        {
            input.parse::<syn::Ident>()?;
        }
        let signature: Signature = input.parse()?;
        let body = input.parse::<TokenTree>()?;
        let has_body = matches!(body, TokenTree::Group(_));
        input.parse::<TokenStream>()?;
        Ok(has_body && signature.constness.is_none() && is_fallible(&signature.output))
    };
    parse
        .parse2(tokens.iter().cloned().collect())
        .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::within;
    use proc_macro2::{Delimiter, Group, TokenStream};
    use quote::quote;

    #[track_caller]
    fn check(items: TokenStream, expected: &TokenStream) {
        let annotated = within(&Group::new(Delimiter::Brace, items), &quote!(#[here]));
        assert_eq!(annotated.stream().to_string(), expected.to_string());
    }

    #[test]
    fn annotates_what_can_fail() {
        check(
            quote! {
                const A: S = S { a: 1 };
                /// Docs.
                pub(crate) async fn a() -> io::Result<()> { x? }
                fn b() -> u8 { 1 }
                const fn c() -> Result<(), ()> { Ok(()) }
                #[report_errors(skip)]
                fn d() -> Result<(), ()> { Ok(()) }
                fn e() -> Result<(), ()>;
                type F = Result<(), ()>;
                fn g() -> Result<(), ()> where S: Sized { Ok(()) }
            },
            &quote! {
                const A: S = S { a: 1 };
                /// Docs.
                #[here] pub(crate) async fn a() -> io::Result<()> { x? }
                fn b() -> u8 { 1 }
                const fn c() -> Result<(), ()> { Ok(()) }
                #[report_errors(skip)]
                fn d() -> Result<(), ()> { Ok(()) }
                fn e() -> Result<(), ()>;
                type F = Result<(), ()>;
                #[here] fn g() -> Result<(), ()> where S: Sized { Ok(()) }
            },
        );
    }

    #[test]
    fn goes_into_modules_and_blocks() {
        check(
            quote! { mod m { impl Display for S { fn fmt(&self) -> fmt::Result { x } } struct T {} } m! { fn f() -> Result {} } },
            &quote! { mod m { impl Display for S { #[here] fn fmt(&self) -> fmt::Result { x } } struct T {} } m! { fn f() -> Result {} } },
        );
    }
}
